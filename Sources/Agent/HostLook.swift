// Samples for people who ask once: `agentcheckd metrics` and `agentcheckd explain` see what the daemon would see, by the same
// sampler, without asking the daemon.

public import Kernel
public import Language
public import Metrics

/// A look at this host.
public final class HostLook: HelperClient, AskerClient {
  /// Shares and rates need two samples. So far apart are the daemon's first two.
  public static let gap = Daemon.firstLook
  /// How long to wait for what hangs: longer than a helper may take for one call, shorter than a person's patience.
  private static let patience = Duration.seconds(2)
  /// Probes may be allowed to take longer, but nobody waits for ever.
  private static let longestPatience = Duration.seconds(10)

  /// So long it waits for one more answer before it looks again whether all are there.
  private static let breath = Duration.milliseconds(10)

  private let patience: Duration
  private let loop: EventLoop
  private let sampler: Sampler
  private let asker: Asker

  /// A look at these metrics of `Catalogue.host`, and of `probes`, each of which is asked once. A value that cannot be read anew is kept for `stale`.
  public init(
    _ references: [MetricReference], of probes: [Probe] = [], stale: Duration = .seconds(60), roots: Roots = Roots()
  ) throws(SystemError) {
    loop = try EventLoop()
    let log = Log(to: try StandardStream.error.dup(), style: .plain)
    let helpers = Helpers(loop: loop, log: log)
    sampler = Sampler(references, of: probes, stale: stale, roots: roots, asking: helpers)
    patience = max(Self.patience, min(sampler.longestTimeout + Self.gap, Self.longestPatience))
    asker = Asker(loop: loop, log: log, isOnce: true)
    helpers.client = self
    asker.client = self
    asker.serve(sampler.wantedProbes, loop.now)
  }

  /// Gives up what is under way; the values stay.
  public func end() { asker.stop() }

  /// A probe has answered, or has not.
  func heard(of probe: Probe, _ facts: ProbeFacts, now: Duration) { sampler.readings.accept(probe, facts, at: now) }

  /// Takes a sample, and says when.
  @discardableResult
  public func sample() -> Duration {
    let now = Clock.monotonic()
    sampler.ask(at: now)
    sampler.sample(at: now)
    return now
  }

  /// Lets so much time pass, in which answers come of what can hang, then takes a sample. Where some metric has been
  /// neither read nor found unreadable by then, waits a little longer for it.
  public func sample(after pause: Duration) throws(SystemError) -> Duration {
    // As the daemon does: what is asked of helpers is as new as what is read.
    let lead = min(Daemon.askedBefore, pause / 2)
    try pass(pause - lead)
    sampler.ask(at: Clock.monotonic())
    try pass(lead)
    // The daemon takes a late answer in its next sample. Nobody who asks once gets a next one.
    let asked = Clock.monotonic()
    while sampler.isWaiting, Clock.monotonic() - asked < Self.patience { try pass(Self.breath) }
    var now = sample()
    let begun = now
    while !settled.allSatisfy({ $0 }), now - begun < patience {
      try pass(Self.gap)
      now = sample()
    }
    return now
  }

  private func pass(_ duration: Duration) throws(SystemError) {
    let end = Clock.monotonic() + duration
    while true {
      let rest = end - Clock.monotonic()
      guard rest > .zero else { return }
      try loop.turn(waitingAtMost: rest)
    }
  }

  /// A helper has found something out.
  public func answered(
    _ operation: HelperOperation, _ path: String, _ result: HelperResult, generation: UInt32, now: Duration
  ) {
    sampler.answered(operation, path, result)
  }

  /// The values of the latest sample, in the order of the references; absent where unknown.
  public var values: [Double?] { sampler.readings.values }

  /// Whether each metric has been read once or has failed once.
  public var settled: [Bool] { sampler.readings.settled }

  /// Why a metric has no value: `/proc/pressure/io: no such file or directory`; of a probe's `ok`, why it is no. Absent where
  /// there is nothing to say.
  public func remark(on reference: Int) -> String? { sampler.remark(on: reference) }
}
