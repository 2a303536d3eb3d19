// Standard output and error: shared with whoever started us, so they are neither owned nor made non-blocking.

internal import CLinux

/// A stream for people.
public enum StandardStream: Sendable {
  /// What was asked for.
  case output
  /// Everything else.
  case error

  private var number: Int32 { self == .output ? STDOUT_FILENO : STDERR_FILENO }

  /// Where standard input, output or error is closed, what is opened next would get its number, and be written to in its
  /// place. Takes the numbers: reading and writing go on to fail. To be called before anything is opened. fcntl, open
  public static func reserve() {
    for number in STDIN_FILENO...STDERR_FILENO where clinux_get_flags(number) < 0 {
      // The lowest free number is this one. What is read is open for writing, and the other way round.
      _ = clinux_open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY, 0)
    }
  }

  /// Writes everything, however long it takes. False where the other side is gone or the disk is full. write
  @discardableResult
  public func write(_ bytes: Span<UInt8>) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var offset = 0
      while offset < buffer.count {
        let count = uninterrupted { CLinux.write(number, buffer.baseAddress! + offset, buffer.count - offset) }
        if count < 0, clinux_errno() == EAGAIN {
          // Somebody else has made the stream non-blocking.
          var wait = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
          _ = poll(&wait, 1, -1)
          continue
        }
        guard count >= 0 else { return false }
        offset += count
      }
      return true
    }
  }

  /// Writes text, however long it takes.
  @discardableResult
  public func write(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return write(bytes.span)
  }

  /// A descriptor of its own for the same stream. fcntl F_DUPFD_CLOEXEC
  public func dup() throws(SystemError) -> Descriptor {
    Descriptor(owning: try check("fcntl") { clinux_dup_cloexec(number, 0) })
  }

  /// As `dup`, for whoever must not wait. A terminal that nobody reads, as one behind a network that is gone, takes the
  /// beginning of a line and then waits with the rest: it is opened once more, so that it can be told not to, without those
  /// noticing with whom it is shared. open
  public func dupWithoutWaiting() throws(SystemError) -> Descriptor {
    guard isTerminal else { return try dup() }
    let flags = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
    let opened = "/proc/self/fd/\(number)".withCString { clinux_open($0, flags, 0) }
    // Another user's terminal, after su(1), may be written to but not opened.
    return opened >= 0 ? Descriptor(owning: opened) : try dup()
  }

  /// Whether a person sits at it. isatty
  public var isTerminal: Bool { isatty(number) == 1 }

  /// What the stream is; absent where it is closed. fstat
  public var status: FileStatus? {
    var status = CLinux.stat()
    return fstat(number, &status) == 0 ? FileStatus(status) : nil
  }
}
