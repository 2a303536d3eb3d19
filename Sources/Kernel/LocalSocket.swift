// Sockets that have a path: for the programs of this host, told apart by the permissions of the file.

internal import CLinux

/// What came of asking for the next local connection.
public enum LocalAcceptance: ~Copyable {
  /// A connection, which does not block.
  case connection(Descriptor)
  /// Nobody waits.
  case wouldBlock
  /// The connection was gone before it could be taken. There may be others behind it.
  case aborted
  /// Descriptors or memory have run out, or somebody forbids it; connections stay in the queue.
  case exhausted(SystemError)
}

/// A listening unix stream socket. Never blocks.
public struct LocalListener: ~Copyable {
  /// How many connections may wait: a person's commands, and the scripts of one host.
  private static let backlog: Int32 = 64

  /// Readable when a connection waits.
  public let descriptor: Descriptor
  /// What its path leads to, to know it again.
  public let status: FileStatus

  /// Makes a socket at this path, which nothing may have yet, with exactly these permissions, and listens. A path of more
  /// than 107 bytes is ENAMETOOLONG. socket, bind, listen
  public init(at path: String, mode: UInt32) throws(SystemError) {
    var name = try localPath(path)
    let socket = try localSocket()
    let number = socket.number
    // The file has its permissions from the beginning: nobody connects in between.
    let mask = umask(~mode & 0o777)
    defer { umask(mask) }
    try check("bind") { withAddress(of: &name) { bind(number, $0, $1) } }
    try check("listen") { CLinux.listen(number, Self.backlog) }
    status = try File.stat(path)
    descriptor = socket
  }

  /// Takes the next connection that waits. accept4
  public func accept() -> LocalAcceptance {
    let number = clinux_accept4(
      descriptor.number, nil, nil, Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
    if number >= 0 { return .connection(Descriptor(owning: number)) }
    let error = SystemError("accept4")
    return error.isTryAgain ? .wouldBlock : error.isOfOneConnection ? .aborted : .exhausted(error)
  }
}

extension Socket {
  /// Connects to the socket at a path. The connection does not block. ECONNREFUSED where nobody listens there any more;
  /// EAGAIN where too many wait already. socket, connect
  public static func connect(toPath path: String) throws(SystemError) -> Descriptor {
    var name = try localPath(path)
    let socket = try localSocket()
    let number = socket.number
    try check("connect") { withAddress(of: &name) { CLinux.connect(number, $0, $1) } }
    return socket
  }
}

private func localPath(_ path: String) throws(SystemError) -> sockaddr_un {
  var name = sockaddr_un()
  let fits = path.withCString { clinux_local_name(&name, $0) }
  guard fits != 0 else { throw SystemError(code: ENAMETOOLONG, call: "bind") }
  return name
}

private func localSocket() throws(SystemError) -> Descriptor {
  let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
  return Descriptor(owning: try check("socket") { CLinux.socket(AF_UNIX, kind, 0) })
}

private func withAddress(
  of name: inout sockaddr_un, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
) -> Int32 {
  withUnsafePointer(to: &name) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      call($0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
}
