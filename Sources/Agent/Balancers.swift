// What each load balancer still has to be told. HAProxy keeps a `drain` or `maint` until it hears `ready`, but `ready`
// also undoes the maintenance that an operator has set by hand. So it is told only to whom a `drain` or `maint` of ours
// was told, and only for `ready-for` after the first probe that finds it over.

import Text

/// Who was told of an administrative state, for all services.
struct Balancers {
  /// A load balancer that asks for one service.
  private struct Debtor: Hashable {
    let service: String
    let address: IPAddress
  }
  private enum Debt {
    /// The last thing told was a `drain` or `maint`.
    case open
    /// Told `ready` since then, until then.
    case settling(until: Duration)
  }

  /// So many load balancers are remembered: fleets have tens. Beyond it a new one is told `ready` whenever anybody is.
  static let limit = 1024

  private var debts: [Debtor: Debt] = [:]
  private var hasOverflowed = false

  /// Whether nobody has to be told anything: then a probe need not be looked at.
  var isEmpty: Bool { debts.isEmpty }

  /// A load balancer is about to be told a `drain` or `maint`.
  mutating func tellsAdministrative(_ service: String, _ address: IPAddress) {
    let debtor = Debtor(service: service, address: address.unmapped)
    guard debts[debtor] != nil || debts.count < Self.limit else {
      hasOverflowed = true
      return
    }
    debts[debtor] = .open
  }

  /// Whether a load balancer that probes now, with nothing administrative to be told, is told `ready`.
  mutating func needsReady(_ service: String, _ address: IPAddress, at now: Duration, readyFor: Duration) -> Bool {
    let debtor = Debtor(service: service, address: address.unmapped)
    switch debts[debtor] {
    case nil:
      return hasOverflowed && !debts.isEmpty
    case .open:
      debts[debtor] = .settling(until: now + readyFor)
      return true
    case .settling(let end):
      if now < end { return true }
      debts[debtor] = nil
      if debts.isEmpty { hasOverflowed = false }
      return false
    }
  }
}
