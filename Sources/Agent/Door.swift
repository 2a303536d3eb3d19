// A listening socket, and what the server knows about it.

import Kernel
import Text

/// One address of one family, where connections come in.
final class Door {
  let listener: Listener
  /// The address as the rule file would spell it.
  let name: InternetAddress
  /// Whether a socket unit of the service manager owns the socket: what we close goes on listening.
  let isLent: Bool
  /// The server's number for it, which is never used again.
  let number: Int
  /// Who is served here; absent while it retires: who is served then is who is served at a connection's own address.
  var services: ServiceTable?
  /// The registration with the loop; absent before the server is open.
  var watch: Watch?
  /// The instant at which it closes, once the rule file no longer asks for it.
  var retires: Duration?

  init(_ listener: consuming Listener, number: Int, isLent: Bool = false) {
    name = InternetAddress(listener.takesBothFamilies ? .every : .address(listener.address), port: listener.port)
    self.isLent = isLent
    self.number = number
    self.listener = listener
  }

  /// Whether the socket of this address would be this one.
  func serves(_ address: InternetAddress) -> Bool {
    guard name.host == .every else { return name == address }
    return name.port == address.port && (address.host == .address(.everyV4) || address.host == .address(.everyV6))
  }
}
