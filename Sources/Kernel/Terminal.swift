// The terminal at which a person sits, while a program draws on it and reads single keys.

internal import CLinux

/// How many characters a terminal shows.
public struct TerminalSize: Equatable, Sendable {
  /// Characters in a line.
  public var columns: Int
  /// Lines.
  public var rows: Int

  /// A size.
  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }
}

/// The terminal of standard input and output.
public final class Terminal {
  /// What a terminal has that does not say.
  private static let usual = TerminalSize(columns: 80, rows: 24)

  private let before: termios
  private var isTaken = false

  /// Absent where either of the two streams is no terminal. tcgetattr
  public init?() {
    var mode = termios()
    guard isatty(STDOUT_FILENO) == 1, tcgetattr(STDIN_FILENO, &mode) == 0 else { return nil }
    before = mode
  }

  /// From now on keys are read one by one and not shown. Ctrl-C remains a signal; Ctrl-Z does nothing, as it would leave the
  /// shell on our screen. tcsetattr
  public func take() {
    var mode = before
    mode.c_lflag &= ~tcflag_t(ICANON | ECHO)
    // c_cc[VSUSP], which is 10 on Linux, is _POSIX_VDISABLE.
    mode.c_cc.10 = 0
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &mode)
    isTaken = true
  }

  /// As it was before. tcsetattr
  public func giveBack() {
    guard isTaken else { return }
    isTaken = false
    var mode = before
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &mode)
  }

  /// How much it shows at present. ioctl TIOCGWINSZ
  public var size: TerminalSize {
    var size = winsize()
    guard clinux_window_size(STDOUT_FILENO, &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return Self.usual }
    return TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
  }

  /// Readable when a key has been pressed. The open file is shared with whoever started us. fcntl F_DUPFD_CLOEXEC
  public func keys() throws(SystemError) -> Descriptor {
    Descriptor(owning: try check("fcntl") { clinux_dup_cloexec(STDIN_FILENO, 0) })
  }
}
