// A socket that takes connections. Never blocks.

internal import CLinux
public import Text

/// What came of asking for the next connection.
public enum Acceptance: ~Copyable {
  /// A connection, which does not block, and the address that it came from.
  case connection(Descriptor, peer: IPAddress)
  /// Nobody waits.
  case wouldBlock
  /// The connection was gone before it could be taken. There may be others behind it.
  case aborted
  /// Descriptors or memory have run out, or somebody forbids it; connections stay in the queue.
  case exhausted(SystemError)
}

extension SystemError {
  /// Whether an error of accept4 is news of that one connection, which Linux passes on there: see accept(2), "Error
  /// handling". With any other, the next attempt would find the same connection again.
  var isOfOneConnection: Bool {
    switch code {
    case EINTR, ECONNABORTED, ENETDOWN, EPROTO, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH:
      true
    default: false
    }
  }
}

/// A listening TCP socket of one family.
public struct Listener: ~Copyable {
  /// Readable when a connection waits.
  public let descriptor: Descriptor
  /// Where it listens. The unspecified address means every address of its own family: an IPv6 listener takes no IPv4.
  public let address: IPAddress
  /// The port; the real one where the kernel was asked to choose.
  public let port: UInt16
  /// Whether it takes IPv4 as well, although its address is an IPv6 one. Never so for those that we open ourselves.
  public let takesBothFamilies: Bool

  /// How many connections may wait to be taken: as many as the kernel allows by default (net.core.somaxconn since
  /// Linux 5.4), so that a burst of probes is late rather than lost.
  public static let backlog = 4096

  /// Takes possession of an address; nobody is let in before `listen`. Port 0 lets the kernel choose one.
  ///
  /// The kernel refuses this while another listener has an address that contains this one or is contained in it, as
  /// `0.0.0.0` and `127.0.0.1` with the same port, unless both allow it from here until `listen`: `sharing` for this
  /// one, `share` for the other. Of the two the one with the exact address then gets the connections.
  /// socket, setsockopt, bind
  public init(on address: IPAddress, port: UInt16, sharing: Bool = false) throws(SystemError) {
    let wanted = SocketAddress(address, port: port)
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let socket = Descriptor(owning: try check("socket") { CLinux.socket(wanted.family, kind, 0) })
    let number = socket.number
    // Connections of an earlier run that wait out their last minute do not keep us from the port.
    try Socket.set(number, SOL_SOCKET, SO_REUSEADDR, 1)
    if sharing { try Socket.set(number, SOL_SOCKET, SO_REUSEPORT, 1) }
    if case .v6 = address { try Socket.set(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
    try check("bind") { wanted.read { bind(number, $0, $1) } }
    let name = try Socket.localName(of: number)
    descriptor = socket
    self.address = address
    self.port = name.port
    takesBothFamilies = false
  }

  /// Takes over a socket that somebody else has opened. Absent where it is no listening TCP socket: it is closed then.
  /// getsockopt, getsockname
  public init?(adopting socket: consuming Descriptor) {
    guard let (name, takesBothFamilies) = try? Self.adopt(socket.number) else { return nil }
    descriptor = socket
    address = name.address
    port = name.port
    self.takesBothFamilies = takesBothFamilies
  }

  private static func adopt(_ number: Int32) throws(SystemError) -> (SocketAddress, takesBothFamilies: Bool)? {
    guard try Socket.get(number, SOL_SOCKET, SO_PROTOCOL) == Int32(IPPROTO_TCP),
      try Socket.get(number, SOL_SOCKET, SO_ACCEPTCONN) == 1
    else { return nil }
    let flags = try check("fcntl") { clinux_get_flags(number) }
    try check("fcntl") { clinux_set_flags(number, flags | O_NONBLOCK) }
    // Its queue may have been made for fewer.
    try check("listen") { CLinux.listen(number, Int32(backlog)) }
    let name = try Socket.localName(of: number)
    guard name.address == .everyV6 else { return (name, false) }
    return (name, try Socket.get(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY) == 0)
  }

  /// Refuses connections from now on, whoever else has this socket, and frees the address. shutdown
  public func refuse() { descriptor.shutdown(.both) }

  /// Lets connections into the queue. listen
  public func listen() throws(SystemError) {
    let number = descriptor.number
    try check("listen") { CLinux.listen(number, Int32(Self.backlog)) }
  }

  /// Allows another listener beside this one, or forbids it again. Allowed only while one is being opened: a second
  /// daemon that is started by mistake asks for the address without sharing and is refused. setsockopt SO_REUSEPORT
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
    let error = SystemError("accept4")
    return error.isTryAgain ? .wouldBlock : error.isOfOneConnection ? .aborted : .exhausted(error)
  }
}
