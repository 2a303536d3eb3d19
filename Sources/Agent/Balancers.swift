// What each load balancer still has to be told. HAProxy keeps a `drain` or `maint` until it hears `ready`, but `ready`
// also undoes the maintenance that an operator has set by hand. So it is told only to whom a `drain` or `maint` of ours
// was told, and only for `ready-for` after the first probe that finds it over.
//
// Across crashes. While a service says `drain` or `maint`, the record on the disk says "anybody may have been told": it
// says so before the first such line goes out, and addresses follow as they probe. When that is over, or the daemon is
// ended in order, the addresses are complete and the mark goes. A process that finds the mark is the successor of one
// that was killed, perhaps in the instant between telling an address and writing it down. Then
//
// - who is recorded was told: owed a `ready`, however late it comes;
// - who is not recorded may have been told in that instant: owed a `ready`, too, as nobody may be left in maintenance
//   because of us. It may also be a load balancer that is new, whose operator has set maintenance by hand: so this holds
//   only for an hour after the first probe that finds the maintenance over. Who was told was probing, and is back by then.
//
// A service that said neither when the process was killed owes nothing to strangers.

import Text

/// Who was told of an administrative state, for all services.
struct Balancers: Equatable {
  /// A load balancer that asks for one service.
  struct Debtor: Hashable {
    let service: String
    let address: IPAddress
  }
  enum Debt: Equatable {
    /// The last thing told was a `drain` or `maint`.
    case open
    /// Told `ready` since then, until then.
    case settling(until: Duration)
    /// Told `ready` for long enough. Remembered only where a stranger would be told it.
    case settled
  }
  /// What addresses without an entry are owed.
  enum Strangers: Equatable {
    case nothing
    /// A `ready`, and none has come since it is owed.
    case ready
    /// A `ready`, until then.
    case readyUntil(Duration)
  }
  struct Service: Equatable {
    /// Whether it says `drain` or `maint` now.
    var isAdministrative = false
    var strangers = Strangers.nothing
    /// Whether it has ever sent a weight: HAProxy keeps it until it is taken back.
    var hasSentWeight = false
  }

  /// So many load balancers are remembered: fleets have tens. Beyond it all others are strangers who may have been told.
  static let limit = 1024
  /// How long strangers are owed a `ready`: longer than any load balancer waits between two probes.
  static let strangersTime = Duration.seconds(3600)

  var debts: [Debtor: Debt] = [:]
  var services: [String: Service] = [:]
  /// Counts what is worth remembering across a crash.
  private(set) var revision = 0

  /// Whether nobody has to be told anything: then a probe need not be looked at.
  var isEmpty: Bool {
    guard debts.isEmpty else { return false }
    for service in services.values where service.strangers != .nothing { return false }
    return true
  }

  // MARK: - Services

  /// Whether a service says `drain` or `maint`.
  func isAdministrative(_ name: String) -> Bool { services[name]?.isAdministrative ?? false }

  /// Whether a service has ever sent a weight.
  func hasSentWeight(_ name: String) -> Bool { services[name]?.hasSentWeight ?? false }

  /// A service begins to say `drain` or `maint`.
  mutating func begin(_ name: String) {
    guard !isAdministrative(name) else { return }
    services[name, default: Service()].isAdministrative = true
    revision += 1
  }

  /// A service says neither.
  mutating func end(_ name: String) {
    guard isAdministrative(name) else { return }
    services[name]?.isAdministrative = false
    revision += 1
  }

  /// No service says either but these.
  mutating func endAll(except names: [String] = []) {
    for name in Array(services.keys) where !names.contains(name) { end(name) }
  }

  /// A service sends a weight.
  mutating func sendWeight(_ name: String) {
    guard !hasSentWeight(name) else { return }
    services[name, default: Service()].hasSentWeight = true
    revision += 1
  }

  // MARK: - Load balancers

  /// A load balancer has been told a `drain` or `maint`.
  mutating func tellAdministrative(_ service: String, _ address: IPAddress) {
    let debtor = Debtor(service: service, address: address.unmapped)
    switch debts[debtor] {
    case .open: return
    case .settling:
      // Owed, as it was: nothing new for the disk.
      debts[debtor] = .open
    case .settled:
      debts[debtor] = .open
      revision += 1
    case nil:
      if debts.count < Self.limit {
        debts[debtor] = .open
        revision += 1
      } else if services[service]?.strangers != .ready {
        services[service, default: Service()].strangers = .ready
        revision += 1
      }
    }
  }

  /// Whether a load balancer that probes now, with nothing administrative to be told, is told `ready`.
  mutating func needsReady(_ service: String, _ address: IPAddress, at now: Duration, readyFor: Duration) -> Bool {
    let debtor = Debtor(service: service, address: address.unmapped)
    switch debts[debtor] {
    case .open:
      debts[debtor] = .settling(until: now + readyFor)
      return true
    case .settling(let end):
      if now < end { return true }
      debts[debtor] = strangersAreOwed(service, at: now) ? .settled : nil
      revision += 1
      return false
    case .settled:
      // Nobody else may come who would find that the hour is over.
      _ = strangersAreOwed(service, at: now)
      return false
    case nil:
      guard strangersAreOwed(service, at: now) else { return false }
      if debts.count < Self.limit { debts[debtor] = .settling(until: now + readyFor) }
      return true
    }
  }

  private mutating func strangersAreOwed(_ name: String, at now: Duration) -> Bool {
    switch services[name]?.strangers {
    case nil, .nothing: return false
    case .ready:
      services[name]?.strangers = .readyUntil(now + Self.strangersTime)
      return true
    case .readyUntil(let end):
      if now < end { return true }
      services[name]?.strangers = .nothing
      debts = debts.filter { $0.key.service != name || $0.value != .settled }
      revision += 1
      return false
    }
  }
}
