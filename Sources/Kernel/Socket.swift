// Connections that we make, and pairs of sockets.

internal import CLinux
public import Text

/// What came of connecting.
public enum Connecting: ~Copyable {
  /// Connected.
  case connected(Descriptor)
  /// On its way: the descriptor turns writable when it is decided, and `Socket.outcome` then says how.
  case underWay(Descriptor)
}

/// How sockets come into being.
public enum Socket {
  /// Begins to connect to an address. The connection does not block. socket, connect
  public static func connect(to address: IPAddress, port: UInt16) throws(SystemError) -> Connecting {
    let name = SocketAddress(address, port: port)
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = Descriptor(owning: try check("socket") { socket(name.family, kind, 0) })
    let number = descriptor.number
    if name.read(by: { CLinux.connect(number, $0, $1) }) == 0 { return .connected(descriptor) }
    guard clinux_errno() == EINPROGRESS else { throw SystemError("connect") }
    return .underWay(descriptor)
  }

  /// Whether a connection that was under way has been made; otherwise the reason why not. getsockopt SO_ERROR
  public static func outcome(of connection: borrowing Descriptor) throws(SystemError) {
    let error = try get(connection.number, SOL_SOCKET, SO_ERROR)
    guard error == 0 else { throw SystemError(code: error, call: "connect") }
  }

  /// Two ends of a local connection that keeps the bounds of what is sent: one `recv` takes one `send`.
  public struct Pair: ~Copyable {
    /// This side's end.
    public let near: Descriptor
    /// The end to give away.
    public let far: Descriptor
  }

  /// Two connected ends; both block until told otherwise. socketpair SOCK_SEQPACKET
  public static func pair() throws(SystemError) -> Pair {
    var numbers: (Int32, Int32) = (-1, -1)
    let kind = Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue)
    try check("socketpair") {
      withUnsafeMutablePointer(to: &numbers) { pointer in
        pointer.withMemoryRebound(to: Int32.self, capacity: 2) { socketpair(AF_UNIX, kind, 0, $0) }
      }
    }
    return Pair(near: Descriptor(owning: numbers.0), far: Descriptor(owning: numbers.1))
  }

  /// The address of this host at which a connection has arrived. getsockname
  public static func localAddress(of connection: borrowing Descriptor) throws(SystemError) -> IPAddress {
    try localName(of: connection.number).address.unmapped
  }

  static func localName(of number: Int32) throws(SystemError) -> SocketAddress {
    var name = SocketAddress()
    try check("getsockname") { name.written { getsockname(number, $0, $1) } }
    return name
  }

  /// Sets an option that is a number. setsockopt
  static func set(_ number: Int32, _ level: Int32, _ option: Int32, _ value: Int32) throws(SystemError) {
    var value = value
    try check("setsockopt") { setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) }
  }

  /// An option that is a number. getsockopt
  static func get(_ number: Int32, _ level: Int32, _ option: Int32) throws(SystemError) -> Int32 {
    var value: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    try check("getsockopt") { getsockopt(number, level, option, &value, &size) }
    return value
  }
}
