// One load balancer as one place of ours knows it: an address that asks there, what it was told, and what is wrong with the
// way it asks.

import Text

/// An address that has probed a place.
final class LoadBalancer {
  /// Whether it says something when it asks, as with `agent-send`.
  enum Speech: Equatable {
    case never, always, sometimes
  }

  /// What is wrong with the way it asks.
  enum Concern: Equatable {
    /// It asked regularly, and has not for so long.
    case stopped(after: Duration)
    /// It was answered regularly, and asks in vain now.
    case turnedAway(Denial)
    /// The damping of the service's computed weights is less than four of its intervals.
    case seldom(damping: Duration)
    /// It asks with and without `agent-send`: HAProxy then delays those without.
    case mixed
  }

  /// Of so many of the last probes is known whether something was said.
  static let remembered = UInt16.bitWidth
  /// So many of them have to say something, and so many nothing, before it is called mixed: somebody may have tried by hand.
  static let fewestOfEach = 3
  /// Who has been silent for so many intervals, and for so long at least, has stopped: HAProxy's own reload takes seconds.
  static let silentIntervals = 5
  static let shortestSilence = Duration.seconds(10)
  /// A change of weight must have had its effect before the next one.
  static let intervalsInDamping = 4
  /// After so many probes without a rhythm the one before it is forgotten.
  static let forgottenAfter = 32

  /// The number of the place, and the address, unmapped.
  var place = -1
  var address = IPAddress.everyV4
  /// When it asked first and last, since boot.
  private(set) var first = Duration.zero
  private(set) var last = Duration.zero
  /// How many times it has asked.
  private(set) var probes = 0
  /// What it was told last, with its LF. The bytes are those of the notice, not another copy of them.
  private(set) var told: [UInt8] = []
  /// How often it asks, where that is regular.
  private(set) var cadence: Cadence?
  /// When it last asked in vain, since boot.
  private(set) var lastInVain = Duration.zero
  /// What the log has been told of it and is still so: not both of the first two.
  var isStopped = false
  var vain: Denial?
  var isSeldom = false
  var isMixed = false
  /// From when on silence counts: later than the last probe where this process itself was not awake.
  var silentFrom = Duration.zero

  private var times = ProbeTimes()
  /// A bit for each of the last probes, the newest lowest: whether something was said.
  private var speeches: UInt16 = 0
  private var probesAtCadence = 0
  private var probesAtLook = 0

  /// Begins with another load balancer.
  func begin(_ place: Int, _ address: IPAddress, _ now: Duration) {
    self.place = place
    self.address = address
    first = now
    probes = 0
    cadence = nil
    (isStopped, isSeldom, isMixed) = (false, false, false)
    (vain, lastInVain) = (nil, .zero)
    times = ProbeTimes()
    (speeches, probesAtCadence, probesAtLook) = (0, 0, 0)
  }

  /// It asks, and is told a line.
  func note(_ line: [UInt8], speaks: Bool, _ now: Duration) {
    last = now
    silentFrom = now
    probes += 1
    told = line
    times.note(now)
    speeches = speeches << 1 | (speaks ? 1 : 0)
  }

  /// It asks in vain where it was answered.
  func turnAway(_ denial: Denial, _ last: Duration) {
    isStopped = false
    vain = denial
    lastInVain = last
  }

  /// Whether it was answered regularly and is no longer.
  var isMissed: Bool { isStopped || vain != nil }
  /// For how long it has not asked, answered or not.
  func silence(_ now: Duration) -> Duration { now - max(last, lastInVain) }

  /// It was heard to say something with its last probe.
  func hear() { speeches |= 1 }

  private var spoken: Int { speeches.nonzeroBitCount }
  private var unspoken: Int { min(probes, Self.remembered) - spoken }
  /// Whether it speaks, by its last probes.
  var speech: Speech { spoken == 0 ? .never : unspoken == 0 ? .always : .sometimes }
  /// Whether it speaks, or does not, often enough for that to be its way.
  var speaksOften: Bool { spoken >= Self.fewestOfEach }
  var isOftenSilent: Bool { unspoken >= Self.fewestOfEach }

  /// How long it may be silent before it has stopped; absent where it was never regular.
  var longestSilence: Duration? {
    cadence.map { max($0.interval * Self.silentIntervals, Self.shortestSilence) }
  }

  /// Takes its rhythm from its last probes.
  func measure() {
    guard probes != probesAtLook else { return }
    probesAtLook = probes
    if let found = times.cadence {
      cadence = found
      probesAtCadence = probes
    } else if probes - probesAtCadence >= Self.forgottenAfter {
      cadence = nil
    }
  }

  /// What is wrong with it now. `damping` is the shortest of the service's computed weights.
  func concerns(damping: Duration?, _ now: Duration) -> [Concern] {
    var concerns: [Concern] = []
    if isStopped { concerns.append(.stopped(after: silence(now))) }
    if let vain { concerns.append(.turnedAway(vain)) }
    if isSeldom, let damping { concerns.append(.seldom(damping: damping)) }
    if isMixed { concerns.append(.mixed) }
    return concerns
  }
}
