// Waiting for a single descriptor, for commands that have nothing else to do meanwhile.

internal import CLinux

/// What to wait for.
public enum Readiness: Sendable {
  /// There is something to read, or the end. POLLIN
  case readable
  /// There is room to write, or it is decided what came of connecting. POLLOUT
  case writable
}

extension Descriptor {
  /// Waits until the descriptor is ready, or fails, which the next call on it tells. False where that has not come by an
  /// instant of the monotonic clock. poll
  public borrowing func poll(for readiness: Readiness, until deadline: Duration) throws(SystemError) -> Bool {
    var entry = pollfd(fd: number, events: Int16(readiness == .readable ? POLLIN : POLLOUT), revents: 0)
    while true {
      let rest = deadline - Clock.monotonic()
      let count = CLinux.poll(&entry, 1, Epoll.milliseconds(rest))
      if count > 0 { return true }
      if count < 0, clinux_errno() != EINTR { throw SystemError("poll") }
      if rest <= .zero { return false }
    }
  }

  /// Whether the other side of a local connection has closed it, though there may still be something to be read. poll
  /// POLLHUP
  public var isAbandoned: Bool {
    var entry = pollfd(fd: number, events: 0, revents: 0)
    return uninterrupted { Int(CLinux.poll(&entry, 1, 0)) } > 0 && entry.revents & Int16(POLLHUP) != 0
  }
}
