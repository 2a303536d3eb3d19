// What load balancers are owed, kept so that it outlives this process. The intention to say `drain` or `maint` somewhere is
// on the disk before the first such line hangs on the board; but a decision about capacity does not wait for a dead disk.

import Kernel
import Text

/// Who wants to know when a line that was held back may be hung up.
protocol LedgerClient: AnyObject {
  /// All services may say what they have to say; and all that was asked for may be on the disk.
  func ledgerChanged(_ now: Duration)
}

/// The record of what was said, in memory and on the disk.
final class Ledger {
  /// How long a line is held back until the intention to say it is on the disk.
  static let patience = Duration.milliseconds(500)

  var client: (any LedgerClient)?
  private(set) var balancers: Balancers
  private let document: Document?
  private let loop: EventLoop
  private let log: Log
  private let timer: TimerIndex
  /// The revision that the document has been told of.
  private var told = 0
  /// Places whose lines are held back, and the version of the document in which their intention stands.
  private var held: (places: [ProbePlace], version: Int)?

  /// Begins with what the document has; without a document, with nothing, and nothing is kept.
  init(_ document: Document?, loop: EventLoop, log: Log) {
    self.document = document
    self.loop = loop
    self.log = log
    timer = loop.makeTimer()
    balancers = Balancers()
    if let document, let text = document.read() {
      if let found = Balancers(text.span) {
        balancers = found
      } else {
        document.setAside(because: "it is of another version of this program")
      }
    }
    loop.connect(timer, to: self)
    document?.owner = self
  }

  /// Whether nobody has to be told anything: then a probe need not be looked at.
  var isEmpty: Bool { balancers.isEmpty }
  /// Whether some line is held back.
  var isHolding: Bool { !(held?.places.isEmpty ?? true) }
  /// Whether all that is worth remembering is on the disk, as far as that is possible.
  var isKept: Bool { document.map { $0.isDurable || $0.isFailing } ?? true }

  /// Tells the document of what has changed, if anything has. Returns the version in which that stands.
  private func keep(_ now: Duration) -> Int {
    guard let document, told != balancers.revision else { return document?.version ?? 0 }
    told = balancers.revision
    return document.change(now)
  }

  // MARK: - Places

  /// From now on there are services at these places and nowhere else.
  func serve(at places: [ProbePlace], _ now: Duration) {
    balancers.serve(at: places)
    if let (before, version) = held {
      held = (places.filter { place in before.contains { balancers.passes(from: $0, to: place) } }, version)
      if !isHolding { release() }
    }
    _ = keep(now)
  }

  /// The service at these places has a `drain` or `maint` to say. Whether it may be hung up now; otherwise the client
  /// will be told.
  func mayBegin(_ places: [ProbePlace], _ now: Duration) -> Bool {
    let fresh = places.filter { !balancers.isAdministrative($0) }
    if !fresh.isEmpty {
      for place in fresh { balancers.begin(place) }
      let version = keep(now)
      guard let document, document.durableVersion < version else { return true }
      guard !document.isFailing else {
        warn(fresh)
        return true
      }
      if held == nil { loop.set(timer, at: now + Self.patience) }
      held = ((held?.places ?? []) + fresh, version)
    }
    return !places.contains { held?.places.contains($0) ?? false }
  }

  /// The service at these places has neither to say.
  func end(_ places: [ProbePlace], _ now: Duration) {
    guard places.contains(where: { balancers.isAdministrative($0) }) else { return }
    for place in places { balancers.end(place) }
    if let (before, version) = held {
      held = (before.filter { !places.contains($0) }, version)
      if !isHolding { release() }
    }
    _ = keep(now)
  }

  /// No service says either any more.
  func endAll(_ now: Duration) {
    balancers.endAll()
    release()
    _ = keep(now)
  }

  /// Whether a weight was ever sent from one of these places. It is taken back with `100%` where nothing else is said
  /// of it.
  func hasSentWeight(_ places: [ProbePlace]) -> Bool { places.contains { balancers.hasSentWeight($0) } }

  /// A weight is sent from these places. The line does not wait for the disk: all that could be lost is a `100%` after a
  /// crash within milliseconds of the very first weight, and the removal of the last rule about it.
  func sendWeight(_ places: [ProbePlace], _ now: Duration) {
    for place in places { balancers.sendWeight(place) }
    _ = keep(now)
  }

  // MARK: - Load balancers

  /// A load balancer has been told a `drain` or `maint`.
  func tellAdministrative(_ place: ProbePlace, _ address: IPAddress, _ now: Duration) {
    balancers.tellAdministrative(place, address)
    _ = keep(now)
  }

  /// Whether a load balancer that probes now, with nothing administrative to be told, is told `ready`.
  func needsReady(_ place: ProbePlace, _ address: IPAddress, at now: Duration, readyFor: Duration) -> Bool {
    defer { _ = keep(now) }
    return balancers.needsReady(place, address, at: now, readyFor: readyFor)
  }

  // MARK: - Holding back

  private func warn(_ places: [ProbePlace]) {
    guard !places.isEmpty else { return }
    let names = places.map { "\($0)" }.joined(separator: ", ")
    log.warning(
      "\(names): a reply goes out although it could not be written down: should this process be killed meanwhile, its "
        + "'drain' or 'maint' may not be taken back")
  }

  private func release() {
    held = nil
    loop.set(timer, at: nil)
  }
}

extension Ledger: DocumentOwner {
  func write(into contents: inout [UInt8]) { balancers.write(into: &contents) }

  func documentChanged(_ now: Duration) {
    if let held, let document {
      if document.isFailing { warn(held.places) }
      if document.isFailing || document.durableVersion >= held.version { release() }
    }
    client?.ledgerChanged(now)
  }
}

extension Ledger: TimerHandler {
  func due(_ tag: Int, now: Duration) {
    guard let held else { return }
    warn(held.places)
    release()
    client?.ledgerChanged(now)
  }
}
