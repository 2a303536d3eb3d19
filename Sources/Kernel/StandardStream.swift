// Standard output and error: shared with whoever started us, so they are neither owned nor made non-blocking.

internal import CLinux

/// A stream for people.
public enum StandardStream: Sendable {
  /// What was asked for.
  case output
  /// Everything else.
  case error

  private var number: Int32 { self == .output ? STDOUT_FILENO : STDERR_FILENO }

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

  /// Whether a person sits at it. isatty
  public var isTerminal: Bool { isatty(number) == 1 }

  /// What the stream is; absent where it is closed. fstat
  public var status: FileStatus? {
    var status = CLinux.stat()
    return fstat(number, &status) == 0 ? FileStatus(status) : nil
  }
}
