// Who may read pages at one address, and which.

import Text

/// What is behind an address where HTTP is spoken.
public final class PageAudience {
  /// The address, as the rule file spells it.
  let address: InternetAddress
  /// Whether there is nothing but what load balancers ask for.
  let isForBalancers: Bool
  /// Who may ask: whom one of these sets has; absent, everybody.
  private let allow: [AddressSet]?

  /// The audience of an address that has all pages.
  init(at address: InternetAddress, allow: AddressSet?) {
    self.address = address
    self.allow = allow.map { [$0] }
    isForBalancers = false
  }

  /// The audience of an address for load balancers: whoever may probe one of the services. Absent sets are everybody.
  init(at address: InternetAddress, whoMayProbe sets: [AddressSet?]) {
    self.address = address
    let named = sets.compactMap { $0 }
    allow = named.count < sets.count ? nil : named
    isForBalancers = true
  }

  /// Whether this address may ask.
  func admits(_ peer: IPAddress) -> Bool {
    guard let allow else { return true }
    for set in allow where set.contains(peer) { return true }
    return false
  }
}
