// A file descriptor that somebody owns, and the calls that every kind of descriptor answers.

internal import CLinux

/// What came of an attempt to move bytes.
public enum Transfer: Equatable, Sendable {
  /// So many bytes were moved, at least one.
  case done(Int)
  /// Not now: wait until the descriptor is ready.
  case wouldBlock
  /// The end of the file; or the other side will send nothing more.
  case ended
  /// The other side is gone, and what was under way is lost.
  case reset
}

/// An open file descriptor, closed when it goes out of scope. Never inherited by a program that is started, unless it
/// is handed to it.
public struct Descriptor: ~Copyable {
  /// The number; only this room looks at it.
  let number: Int32

  /// Takes over a number that nobody else will close.
  init(owning number: Int32) { self.number = number }

  deinit { _ = close(number) }

  /// Reads from where the last read ended into `bytes`, beginning at `offset`, which is below its end. read
  public borrowing func read(into bytes: inout [UInt8], at offset: Int = 0) throws(SystemError) -> Transfer {
    let number = number
    return try transfer("read", from: offset, of: &bytes) { CLinux.read(number, $0, $1) }
  }

  /// Reads at a place in the file, which moves nothing. pread
  public borrowing func pread(
    into bytes: inout [UInt8], at offset: Int = 0, from position: Int
  ) throws(SystemError) -> Transfer {
    let number = number
    return try transfer("pread", from: offset, of: &bytes) { CLinux.pread(number, $0, $1, position) }
  }

  /// Writes the first of these bytes; as many as are accepted. write
  public borrowing func write(_ bytes: Span<UInt8>) throws(SystemError) -> Transfer {
    let number = number
    return try transfer("write", bytes) { CLinux.write(number, $0, $1) }
  }

  /// How many bytes a pipe or a stream socket takes without waiting when it takes any: PIPE_BUF.
  public static let atomicLimit = 4096

  /// Writes at most `atomicLimit` bytes if that can be done without waiting, whether or not the descriptor blocks: for
  /// streams that are shared with other programs, which would be surprised by a change. False where the bytes were
  /// not written, or only in part. poll, write
  public borrowing func writeNow(_ bytes: Span<UInt8>) -> Bool {
    precondition(bytes.count <= Self.atomicLimit, "more than a pipe takes at once")
    var ready = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
    guard CLinux.poll(&ready, 1, 0) == 1, ready.revents & Int16(POLLOUT) != 0 else { return false }
    let number = number
    return bytes.withUnsafeBytes { buffer in
      uninterrupted { CLinux.write(number, buffer.baseAddress, buffer.count) } == buffer.count
    }
  }

  /// Sends the first of these bytes to the other side; as many as are accepted. A closed connection is an outcome and
  /// never SIGPIPE. send with MSG_NOSIGNAL
  public borrowing func send(_ bytes: Span<UInt8>) throws(SystemError) -> Transfer {
    let number = number
    return try transfer("send", bytes) { CLinux.send(number, $0, $1, Int32(MSG_NOSIGNAL)) }
  }

  /// Takes what the other side has sent. recv
  public borrowing func recv(into bytes: inout [UInt8], at offset: Int = 0) throws(SystemError) -> Transfer {
    let number = number
    return try transfer("recv", from: offset, of: &bytes) { CLinux.recv(number, $0, $1, 0) }
  }

  /// Throws away what the other side of a TCP connection has sent, at most `limit` bytes of it, without copying it.
  /// recv with MSG_TRUNC
  public borrowing func discard(_ limit: Int) throws(SystemError) -> Transfer {
    let result = uninterrupted { CLinux.recv(number, nil, limit, Int32(MSG_TRUNC)) }
    return try Self.outcome(result, "recv")
  }

  /// Which directions of a connection to close.
  public enum Direction: Sendable {
    /// Nothing more will be sent: the other side reads an end.
    case sending
    /// Neither will anything be read.
    case both
  }

  /// Ends a connection in one direction, or in both. A connection that the other side has already left is left as it
  /// is. shutdown
  public borrowing func shutdown(_ direction: Direction) {
    _ = CLinux.shutdown(number, Int32(direction == .sending ? SHUT_WR : SHUT_RDWR))
  }

  /// Another descriptor of the same open file. fcntl F_DUPFD_CLOEXEC
  public borrowing func dup() throws(SystemError) -> Descriptor {
    Descriptor(owning: try check("fcntl") { clinux_dup_cloexec(number, 0) })
  }

  /// Makes reads and writes return at once. The flag belongs to the open file, so all its descriptors share it.
  /// fcntl F_SETFL
  public borrowing func setNonblocking() throws(SystemError) {
    let flags = try check("fcntl") { clinux_get_flags(number) }
    try check("fcntl") { clinux_set_flags(number, flags | O_NONBLOCK) }
  }

  /// A program that this process becomes will not have it: for what was inherited. fcntl F_SETFD
  public borrowing func closeOnExec() throws(SystemError) {
    let number = number
    try check("fcntl") { clinux_set_cloexec(number) }
  }

  // MARK: - One place for what the results mean

  @inline(__always)
  private borrowing func transfer(
    _ name: StaticString, from offset: Int, of bytes: inout [UInt8], _ call: (UnsafeMutableRawPointer?, Int) -> Int
  ) throws(SystemError) -> Transfer {
    let result = bytes.withUnsafeMutableBytes { buffer in
      precondition(offset < buffer.count, "no room to read into")
      return uninterrupted { call(buffer.baseAddress.map { $0 + offset }, buffer.count - offset) }
    }
    return try Self.outcome(result, name)
  }

  @inline(__always)
  private borrowing func transfer(
    _ name: StaticString, _ bytes: Span<UInt8>, _ call: (UnsafeRawPointer?, Int) -> Int
  ) throws(SystemError) -> Transfer {
    let result = bytes.withUnsafeBytes { buffer in uninterrupted { call(buffer.baseAddress, buffer.count) } }
    return try Self.outcome(result, name)
  }

  @inline(__always)
  private static func outcome(_ result: Int, _ name: StaticString) throws(SystemError) -> Transfer {
    if result > 0 { return .done(result) }
    if result == 0 { return .ended }
    switch clinux_errno() {
    case EAGAIN: return .wouldBlock
    case ECONNRESET, EPIPE: return .reset
    default: throw SystemError(name)
    }
  }
}
