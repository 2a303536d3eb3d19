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

  /// How many bytes can be written without waiting, whoever reads: what a pipe takes as one when it takes anything.
  public static let atomicLimit = 4096

  /// Writes at most `atomicLimit` bytes if that can be done without waiting. False where it cannot: the bytes are
  /// then not written, or only in part. poll, write
  public func writeNow(_ bytes: Span<UInt8>) -> Bool {
    precondition(bytes.count <= Self.atomicLimit, "more than a pipe takes at once")
    var ready = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
    guard poll(&ready, 1, 0) == 1, ready.revents & Int16(POLLOUT) != 0 else { return false }
    return bytes.withUnsafeBytes { buffer in
      uninterrupted { CLinux.write(number, buffer.baseAddress, buffer.count) } == buffer.count
    }
  }

  /// Whether a person sits at it. isatty
  public var isTerminal: Bool { isatty(number) == 1 }

  /// What the stream is; absent where it is closed. fstat
  public var status: FileStatus? {
    var status = CLinux.stat()
    return fstat(number, &status) == 0 ? FileStatus(status) : nil
  }
}
