// What the parts of the daemon tell it, and ask of it.

import Kernel
import Metrics
import Rules
public import Text

extension Daemon: Observable {
  func observed(at now: Duration) -> Observed {
    Observed(
      work: work, server: server, balancers: balancers.table, places: placeNumbers, helpers: helpers,
      failures: failures, lastSample: lastSample, samples: sampleCount, now: now, wall: Clock.wall())
  }
}

extension Daemon: OverridesClient {
  /// Something else stands above the rules.
  func directionsChanged(_ now: Duration) {
    if !isEnding { work.direct(at: now, log) }
  }
}

extension Daemon: ServiceManagerClient {
  /// Whether samples are taken: none is long overdue. During a reload its own looks are what is taken.
  func isAtWork(_ now: Duration) -> Bool {
    isEnding || now < max(nextSample, incoming?.since ?? .zero) + Self.longestDelay
  }
}

extension Daemon: HelperClient {
  /// A call that might have hung has come back, or has not.
  public func answered(
    _ operation: HelperOperation, _ path: String, _ result: HelperResult, generation: UInt32, now: Duration
  ) {
    if operation == .getgrnam { return groupNumbers.answered(path, result, now) }
    let sampler = incoming?.work.sampler ?? work.sampler
    if sampler.generation == generation { sampler.answered(operation, path, result) }
  }
}

extension Daemon: AskerClient {
  /// A probe of the rule file has answered, or has not.
  func heard(of probe: Probe, _ facts: ProbeFacts, now: Duration) {
    probeNews.look(at: probe, facts)
    work.sampler.readings.accept(probe, facts, at: now)
    incoming?.work.sampler.readings.accept(probe, facts, at: now)
  }
}

extension Daemon: ProbeObserver {
  /// A load balancer has been told a line.
  public func told(_ place: Int, _ line: [UInt8], to peer: IPAddress, now: Duration) {
    balancers.tell(place, peer, line, now)
    if let service = balancers.table.place(place)?.service { history.fetch(service, peer, now) }
  }

  /// A load balancer says something where nothing is awaited.
  public func heard(_ place: Int, from peer: IPAddress) { balancers.table.hear(place, peer) }

  /// Somebody has asked in vain.
  public func turnedAway(_ peer: IPAddress, at address: InternetAddress, because denial: Denial, now: Duration) {
    balancers.turnAway(peer, at: address, because: denial, now)
  }

  /// Whether this load balancer was told a `drain` or `maint` that is over.
  public func owesReady(_ place: Int, to peer: IPAddress, now: Duration) -> Bool {
    let owes = ledger.needsReady(placeNumbers.place(of: place), peer, at: now, readyFor: work.rules.readyFor)
    // Nobody is left to be told apart.
    if ledger.isEmpty, !isEnding { work.hangAll(at: now, log) }
    return owes
  }

  /// A load balancer has been told a `drain` or `maint`.
  public func toldAdministrative(_ place: Int, to peer: IPAddress, now: Duration) {
    let wasEmpty = ledger.isEmpty
    ledger.tellAdministrative(placeNumbers.place(of: place), peer, now)
    // The line may be one of before a reload, taken by a connection that waited: the new one tells nobody apart yet.
    if wasEmpty, !isEnding { work.hangAll(at: now, log) }
  }
}
