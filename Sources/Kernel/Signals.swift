// Signals as something to read, between events, instead of something that interrupts.

internal import CLinux

/// The signals that this program knows.
public enum Signal: CaseIterable, Sendable {
  /// SIGHUP: read the rules again.
  case hangUp
  /// SIGTERM: end.
  case terminate
  /// SIGINT, Ctrl-C: end.
  case interrupt
  /// SIGKILL: nobody survives it, except inside the kernel.
  case kill
  /// SIGWINCH: the terminal has another size.
  case windowChange
  /// SIGTSTP, Ctrl-Z: stop until somebody lets it go on.
  case suspend

  var number: Int32 {
    switch self {
    case .hangUp: SIGHUP
    case .terminate: SIGTERM
    case .interrupt: SIGINT
    case .kill: SIGKILL
    case .windowChange: SIGWINCH
    case .suspend: SIGTSTP
    }
  }
}

/// A queue of the signals that have arrived. They no longer do what they do by default.
public struct SignalDescriptor: ~Copyable {
  /// Readable when a signal waits.
  public let descriptor: Descriptor

  /// Collects these signals from now on. sigprocmask, signalfd
  public init(_ signals: [Signal]) throws(SystemError) {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal.number) }
    try check("sigprocmask") { sigprocmask(SIG_BLOCK, &set, nil) }
    descriptor = Descriptor(owning: try check("signalfd") { signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK)) })
  }

  /// Takes the next signal; nothing if none waits. Several of a kind may have become one. read
  public func next() throws(SystemError) -> Signal? {
    var information = signalfd_siginfo()
    let count = uninterrupted { read(descriptor.number, &information, MemoryLayout<signalfd_siginfo>.size) }
    guard count > 0 else {
      if clinux_errno() == EAGAIN { return nil }
      throw SystemError("read")
    }
    for signal in Signal.allCases where signal.number == Int32(bitPattern: information.ssi_signo) { return signal }
    return nil
  }

  /// From now on, writing to a pipe or connection that nobody reads, or to a file that may not grow, is an outcome and kills
  /// nobody. signal SIGPIPE, SIGXFSZ
  public static func ignoreFailedWrites() {
    clinux_ignore(SIGPIPE)
    clinux_ignore(SIGXFSZ)
  }
}
