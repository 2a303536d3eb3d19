// An operator's word in place of the rules': what is said, of which services, by whom, why, since and until when.

import Reply

/// One `agentcheckd force`.
public struct Override: Equatable, Sendable {
  /// Whom it is about.
  public enum Scope: Equatable, Sendable {
    /// Every service, those of later rule files included, but for these, which were released by name.
    case every(except: [String])
    /// The service of this name, whether the rule file has it at present or not.
    case service(String)

    /// Whether it is about this service.
    public func covers(_ service: String) -> Bool {
      switch self {
      case .every(let released): !released.contains(service)
      case .service(let name): name == service
      }
    }
  }

  /// Who is answerable for it.
  public struct Author: Equatable, Sendable {
    /// The kernel's word for who asked.
    public let userID: UInt32
    /// As the host's users call them; the number where they have no name.
    public let name: String

    /// A user of this host.
    public init(userID: UInt32, name: String) {
      self.userID = userID
      self.name = name
    }
  }

  /// When it ends by itself.
  ///
  /// Within one boot of the host the monotonic instant decides, across restarts of the daemon too, so that nobody who sets
  /// the clock moves it. In another boot that instant means nothing: then the wall clock decides, but for no longer than
  /// the whole time that was asked for, so that a clock that was set back does not keep an override for years.
  public struct Expiry: Equatable, Sendable {
    /// On the monotonic clock of the boot in which the override was made or read.
    public let instant: Duration
    /// Since 1970, by the wall clock as it was when the override was made.
    public let wall: Duration
    /// The time that was asked for.
    public let length: Duration

    /// An end at these instants.
    public init(instant: Duration, wall: Duration, length: Duration) {
      self.instant = instant
      self.wall = wall
      self.length = length
    }

    /// The same end in another boot, where it is `now` by the one clock and `wallNow` by the other.
    func carried(now: Duration, wallNow: Duration) -> Expiry {
      let rest = min(max(wall - wallNow, .zero), length)
      return Expiry(instant: now + rest, wall: wall, length: length)
    }
  }

  /// Whom it is about.
  public internal(set) var scope: Scope
  /// What is said. A thing about which a later override of the same scope speaks is gone from here.
  public internal(set) var words: Words
  /// Who is answerable for it.
  public let author: Author
  /// Why: one line, `mostReasonBytes` at most.
  public let reason: String?
  /// Since when, as wall clocks showed it: since 1970.
  public let since: Duration
  /// When it ends by itself; absent, when somebody releases it.
  public internal(set) var expiry: Expiry?

  /// The longest reason, in bytes: more than HAProxy shows, enough for a sentence in the status.
  public static let mostReasonBytes = 200
  /// The longest time that may be asked for: whoever wants more means a rule.
  public static let longest = Duration.seconds(30 * 86400)

  /// An override.
  public init(
    _ words: Words, of scope: Scope, by author: Author, because reason: String? = nil, since: Duration,
    until expiry: Expiry? = nil
  ) {
    self.words = words
    self.scope = scope
    self.author = author
    self.reason = reason
    self.since = since
    self.expiry = expiry
  }

  /// `forced by anna: bad disk`, for HAProxy.
  public var explanation: String {
    reason.map { "forced by \(author.name): \($0)" } ?? "forced by \(author.name)"
  }
}
