// A computed weight, made calm. Raw processor idleness fed back into weights makes a fleet oscillate: the idle host gets the
// load, all at once, and is the busy host of the next second. So what is sent follows the computed value late, slowly and in
// steps, faster downwards than upwards, and comes to rest where the value rests.

/// What is remembered of one computed weight between samples.
public struct DampedWeight: Sendable {
  /// How calm: the time constant of the smoothing, and how long a value must have rested to be sent exactly. 0 sends each
  /// value at once. May change between samples (a reload); everything else is kept.
  public var damping: Duration

  private var smoothed = 0.0
  private var limited = 0.0
  /// Around where and for how long the limited value has stayed within `restWidth`.
  private var restPlace = 0.0
  private var restTime = Duration.zero
  private var lastSample: Duration?
  /// The percentage to send: a whole one within `range`. Absent until the first known sample.
  public private(set) var percent: Int?

  /// What a computed weight can be. It never reaches 0: a server is drained because somebody wrote `0%`, not by accident.
  public static let range = 1.0...256.0
  /// A change of this many percent is sent without waiting for rest.
  static let step = 5.0
  /// What counts as rest, in percent.
  static let restWidth = 1.0
  /// Percent a second. Load is taken away four times as fast as it is given.
  static let fastestFall = 10.0, fastestRise = 2.5
  /// Of a time without samples, longer than this many intervals, nobody knows how the value went: it counts as this long.
  static let mostIntervals = 2

  /// A weight of which nothing is known yet.
  public init(damping: Duration) { self.damping = damping }

  /// Takes the computed value in percent (absent: unknown, which freezes everything) of a sample at `now`, where a sample is
  /// expected every `interval`. Returns the percentage to send, absent until the first known value.
  public mutating func sample(_ raw: Double?, at now: Duration, interval: Duration) -> Int? {
    let elapsed = max(.zero, min(now - (lastSample ?? now), interval * Self.mostIntervals))
    lastSample = now
    guard let raw else { return percent }
    let value = min(max(raw, Self.range.lowerBound), Self.range.upperBound)
    guard let sent = percent, damping > .zero else {
      smoothed = value
      limited = value
      send()
      return percent
    }
    let seconds = elapsed / .seconds(1)
    smoothed += (value - smoothed) * (1 - decay(elapsed / damping))
    limited += min(max(smoothed - limited, -Self.fastestFall * seconds), Self.fastestRise * seconds)
    if (limited - restPlace).magnitude <= Self.restWidth {
      restTime += elapsed
    } else {
      restPlace = limited
      restTime = .zero
    }
    if (limited - Double(sent)).magnitude >= Self.step || restTime >= damping { send() }
    return percent
  }

  /// Says the value as it stands. Rest begins anew, so that a value that trembles around a half is not sent at every sample.
  private mutating func send() {
    percent = Int(limited.rounded())
    restPlace = limited
    restTime = .zero
  }
}
