// What load balancers are owed, kept so that it outlives this process. A service's intention to say `drain` or `maint` is
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
  /// Services whose lines are held back, and the version of the document in which their intention stands.
  private var held: (services: [String], version: Int)?

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
  var isHolding: Bool { !(held?.services.isEmpty ?? true) }
  /// Whether all that is worth remembering is on the disk, as far as that is possible.
  var isKept: Bool { document.map { $0.isDurable || $0.isFailing } ?? true }

  /// Tells the document of what has changed, if anything has. Returns the version in which that stands.
  private func keep(_ now: Duration) -> Int {
    guard let document, told != balancers.revision else { return document?.version ?? 0 }
    told = balancers.revision
    return document.change(now)
  }

  // MARK: - Services

  /// A service has a `drain` or `maint` to say. Whether it may be hung up now; otherwise the client will be told.
  func mayBegin(_ service: String, _ now: Duration) -> Bool {
    if !balancers.isAdministrative(service) {
      balancers.begin(service)
      let version = keep(now)
      guard let document, document.durableVersion < version else { return true }
      guard !document.isFailing else {
        warn([service])
        return true
      }
      if held == nil { loop.set(timer, at: now + Self.patience) }
      held = ((held?.services ?? []) + [service], version)
    }
    return !(held?.services.contains(service) ?? false)
  }

  /// A service has neither to say.
  func end(_ service: String, _ now: Duration) {
    guard balancers.isAdministrative(service) else { return }
    balancers.end(service)
    forget { $0 == service }
    _ = keep(now)
  }

  /// These are all services that there are.
  func endAll(except services: [String], _ now: Duration) {
    balancers.endAll(except: services)
    forget { !services.contains($0) }
    _ = keep(now)
  }

  /// Whether a service has ever sent a weight, which is taken back with `100%` where nothing else is said of it.
  func hasSentWeight(_ service: String) -> Bool { balancers.hasSentWeight(service) }

  /// A service sends a weight. Its line does not wait for the disk: all that could be lost is a `100%` after a crash
  /// within milliseconds of the very first weight, and the removal of the last rule about it.
  func sendWeight(_ service: String, _ now: Duration) {
    balancers.sendWeight(service)
    _ = keep(now)
  }

  // MARK: - Load balancers

  /// A load balancer has been told a `drain` or `maint`.
  func tellAdministrative(_ service: String, _ address: IPAddress, _ now: Duration) {
    balancers.tellAdministrative(service, address)
    _ = keep(now)
  }

  /// Whether a load balancer that probes now, with nothing administrative to be told, is told `ready`.
  func needsReady(_ service: String, _ address: IPAddress, at now: Duration, readyFor: Duration) -> Bool {
    defer { _ = keep(now) }
    return balancers.needsReady(service, address, at: now, readyFor: readyFor)
  }

  // MARK: - Holding back

  private func warn(_ services: [String]) {
    guard !services.isEmpty else { return }
    let names = services.map { "'\($0)'" }.joined(separator: ", ")
    log.warning(
      "service \(names): goes on although it could not be written down: should this process be killed meanwhile, its "
        + "'drain' or 'maint' may not be taken back")
  }

  /// Services have something else to say than what was held back.
  private func forget(_ isOver: (String) -> Bool) {
    guard let (services, version) = held else { return }
    held = (services.filter { !isOver($0) }, version)
    if !isHolding { release() }
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
      if document.isFailing { warn(held.services) }
      if document.isFailing || document.durableVersion >= held.version { release() }
    }
    client?.ledgerChanged(now)
  }
}

extension Ledger: TimerHandler {
  func due(_ tag: Int, now: Duration) {
    guard let held else { return }
    warn(held.services)
    release()
    client?.ledgerChanged(now)
  }
}
