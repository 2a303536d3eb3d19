// A socket that takes connections. Never blocks.

internal import CLinux
public import Text

/// What came of asking for the next connection.
public enum Acceptance: ~Copyable {
  /// A connection, which does not block, and the address that it came from: an IPv4 address as such, whatever the
  /// family of the listener.
  case connection(Descriptor, peer: IPAddress)
  /// Nobody waits.
  case wouldBlock
  /// The connection was gone before it could be taken. There may be others behind it.
  case aborted
  /// Descriptors or memory have run out; connections stay in the queue.
  case exhausted(SystemError)
}

/// A listening TCP socket.
public struct Listener: ~Copyable {
  /// Readable when a connection waits.
  public let descriptor: Descriptor
  /// Where it listens; the port is the real one where the kernel was asked to choose.
  public let address: InternetAddress

  /// How many connections may wait to be taken: as many as the kernel allows by default (net.core.somaxconn since
  /// Linux 5.4), so that a burst of probes is late rather than lost.
  private static let backlog: Int32 = 4096

  /// Begins to listen. `:9999` takes IPv4 and IPv6 where this host has both; `[::]:9999` takes IPv6 only.
  ///
  /// The kernel refuses two listeners of which one contains the other's address, as `:9999` and `127.0.0.1:9999`,
  /// unless both allow it while the second one begins: `beside` holds for this one, `share` for the other.
  /// socket, setsockopt, bind, listen
  public init(on address: InternetAddress, beside sharing: Bool = false) throws(SystemError) {
    descriptor = try Self.open(address, sharing)
    self.address = InternetAddress(address.host, port: Self.port(of: descriptor.number))
  }

  private static func open(_ address: InternetAddress, _ sharing: Bool) throws(SystemError) -> Descriptor {
    if case .address(let host) = address.host {
      return try open(SocketAddress(host, port: address.port), onlyV6: true, sharing)
    }
    do throws(SystemError) {
      return try open(SocketAddress(.v6(0), port: address.port), onlyV6: false, sharing)
    } catch {
      // A host without IPv6 has either no such sockets or no such address.
      guard error.code == EAFNOSUPPORT || error.code == EADDRNOTAVAIL else { throw error }
      return try open(SocketAddress(.v4(0), port: address.port), onlyV6: false, sharing)
    }
  }

  private static func open(
    _ name: SocketAddress, onlyV6: Bool, _ sharing: Bool
  ) throws(SystemError) -> Descriptor {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = Descriptor(owning: try check("socket") { socket(name.family, kind, 0) })
    let number = descriptor.number
    // Connections of an earlier run that wait out their last minute do not keep us from the port.
    try Socket.set(number, SOL_SOCKET, SO_REUSEADDR, 1)
    if sharing { try Socket.set(number, SOL_SOCKET, SO_REUSEPORT, 1) }
    if name.family == AF_INET6 { try Socket.set(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, onlyV6 ? 1 : 0) }
    try check("bind") { name.read { bind(number, $0, $1) } }
    try check("listen") { listen(number, backlog) }
    return descriptor
  }

  /// The port that a socket has got. getsockname
  private static func port(of number: Int32) -> UInt16 {
    var name = SocketAddress()
    return name.written { getsockname(number, $0, $1) } == 0 ? name.port : 0
  }

  /// Allows a listener `beside` this one, or forbids it again. Only while one is being opened: as long as it is
  /// allowed, any process of the same user could open another listener on this very address and take half of the
  /// connections. setsockopt SO_REUSEPORT
  public func share(_ allowed: Bool) throws(SystemError) {
    try Socket.set(descriptor.number, SOL_SOCKET, SO_REUSEPORT, allowed ? 1 : 0)
  }

  /// Takes the next connection that waits. accept4
  public func accept() -> Acceptance {
    var peer = SocketAddress()
    let number = peer.written {
      clinux_accept4(descriptor.number, $0, $1, Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
    }
    if number >= 0 { return .connection(Descriptor(owning: number), peer: peer.address.unmapped) }
    switch clinux_errno() {
    case EAGAIN: return .wouldBlock
    case EMFILE, ENFILE, ENOMEM, ENOBUFS: return .exhausted(SystemError("accept4"))
    // Anything else is news of that one connection, which Linux passes on here: see accept(2), "Error handling".
    default: return .aborted
    }
  }
}
