// Arriving slowly: a host that has just started has cold caches and empty pools, and full traffic at once would fell it. The
// weight is limited to a share that rises over a time, whatever the rules make of an idle host.
//
// What has started is the host, unless the file says that it is the daemon. The host's start is on the monotonic clock,
// so a daemon that is restarted or killed later on takes nothing from a server that was at its full weight, and needs to
// remember nothing for that. `after: daemon` is for where the host's start says nothing, as in a container.

/// `arrival:`, a limit of the weight that rises after a start.
public struct Arrival: Equatable, Sendable {
  /// After which start.
  public enum Start: String, CaseIterable, Sendable {
    /// The host's: instant 0 of the monotonic clock.
    case host
    /// Each start of the daemon.
    case daemon
  }

  /// The limit at the start, in percent: 1 to 100.
  public let fromPercent: Int
  /// The time in which the limit rises to 100%; 0, there is none.
  public let over: Duration
  /// After which start.
  public let after: Start

  /// The limit rises in steps of so many percent, as computed weights do: each step is a line in the log.
  static let step = 5
  /// Where the limit ends: nothing can be said that is more.
  private static let most = 256.0

  /// A limit that rises.
  public init(fromPercent: Int, over: Duration, after: Start) {
    self.fromPercent = fromPercent
    self.over = over
    self.after = after
  }

  /// The limit at an instant, in percent; absent where there is none any more. Beyond 100% it rises on at its pace, so that a
  /// weight of 150% is not reached in one step.
  public func limit(at now: Duration, daemonStartedAt: Duration) -> Int? {
    let elapsed = after == .host ? now : now - daemonStartedAt
    guard over > .zero, fromPercent < 100 else { return nil }
    let risen = Double(100 - fromPercent) * max(0, elapsed / over)
    guard Double(fromPercent) + risen < Self.most else { return nil }
    return fromPercent + Int(risen) / Self.step * Self.step
  }
}
