// Where a rule stands: the little machine between a condition and a word in the reply. Time comes in as an argument and
// only its differences count.
//
//   inactive → pending   when `when` holds and `until` does not; back when that breaks
//   pending  → active    after `for`
//   active   → leaving   when `until` holds; back when it no longer does
//   leaving  → inactive  after `keep-for`
//
// Several steps may be taken at once: without `for`, a rule is active in the sample in which its condition first holds.

/// The state of one rule.
public struct RuleState: Equatable, Sendable {
  /// The four states, with the instant at which the condition of the next step began to hold. An instant moves on by the
  /// time during which that condition was unknown, so that unknown time does not count.
  public enum Phase: Equatable, Sendable {
    /// Says nothing.
    case inactive
    /// `when` holds since then, but not yet for long enough.
    case pending(since: Duration)
    /// Speaks.
    case active
    /// `until` holds since then, but not yet for long enough: still speaks.
    case leaving(since: Duration)

    /// As reports and metrics call it.
    public var name: String {
      switch self {
      case .inactive: "inactive"
      case .pending: "pending"
      case .active: "active"
      case .leaving: "leaving"
      }
    }
  }

  /// Where the rule stands.
  public private(set) var phase = Phase.inactive
  /// When it last became active or inactive; nothing before the first step.
  public private(set) var changedAt: Duration?
  private var steppedAt: Duration?

  /// A rule that has not been looked at yet.
  public init() {}

  /// Whether its reply is part of the service's reply.
  public var speaks: Bool {
    switch phase {
    case .inactive, .pending: false
    case .active, .leaving: true
    }
  }

  /// One sample. A rule without an `until` of its own is left when `when` does not hold.
  public mutating func step(_ timing: RuleTiming, when: Truth, until: Truth?, at now: Duration) {
    let spoke = speaks
    let unseen = steppedAt.map { now - $0 } ?? .zero
    let start = timing.unknown.settled(when, towardsActive: true)
    let end = until.map { timing.unknown.settled($0, towardsActive: false) } ?? start.negated
    advance(timing, start: start, end: end, at: now, unseen: unseen)
    steppedAt = now
    if speaks != spoke || changedAt == nil { changedAt = now }
  }

  private mutating func advance(_ timing: RuleTiming, start: Truth, end: Truth, at now: Duration, unseen: Duration) {
    switch phase {
    case .inactive:
      guard start == .yes, end == .no else { return }
      phase = .pending(since: now)
      advance(timing, start: start, end: end, at: now, unseen: .zero)
    case .pending(let since):
      if start == .no || end == .yes {
        phase = .inactive
      } else if start == .unknown || end == .unknown {
        phase = .pending(since: since + unseen)
      } else if now - since >= timing.activeAfter {
        phase = .active
      }
    case .active:
      guard end == .yes else { return }
      phase = .leaving(since: now)
      advance(timing, start: start, end: end, at: now, unseen: .zero)
    case .leaving(let since):
      if end == .no {
        phase = .active
      } else if end == .unknown {
        phase = .leaving(since: since + unseen)
      } else if now - since >= timing.keepFor {
        phase = .inactive
      }
    }
  }
}

/// What a condition says.
public enum Truth: Sendable {
  case yes, no, unknown

  /// The value of a yes/no expression.
  public init(_ value: Double?) {
    self = value.map { $0 != 0 ? .yes : .no } ?? .unknown
  }

  /// Yes for no and no for yes.
  var negated: Truth {
    switch self {
    case .yes: .no
    case .no: .yes
    case .unknown: .unknown
    }
  }
}

extension UnknownPolicy {
  /// A condition's value with unknown read as the policy says; `towardsActive` tells which way its yes leads.
  fileprivate func settled(_ value: Truth, towardsActive: Bool) -> Truth {
    guard value == .unknown else { return value }
    switch self {
    case .hold: return .unknown
    case .inactive: return towardsActive ? .no : .yes
    case .active: return towardsActive ? .yes : .no
    }
  }
}
