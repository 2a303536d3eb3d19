// `agentcheckd status --watch`: the page again and again, in place on a terminal, as top(1) does; one below the other
// where there is none.

import Agent
import Kernel
import Text

/// Draws the status until somebody has seen enough.
final class StatusWatch {
  /// How often it is drawn: what can be read.
  private static let beat = Duration.seconds(1)

  /// The other screen, so that what was there comes back; no cursor; lines that do not fit are cut.
  private static let begin = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l"
  private static let end = "\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"
  private static let toTheTop = "\u{1B}[H"
  private static let eraseLine = "\u{1B}[K"
  private static let eraseBelow = "\u{1B}[J"

  private enum Tag: Int {
    case signal, key, answer
  }

  private let place: ControlPlace
  private let loop: EventLoop
  private let signals: SignalDescriptor
  private let timer: TimerIndex
  private let terminal: Terminal?
  private let keys: KeyStream?
  private var client: ControlClient?
  private var clientWatch: Watch?
  /// Whether an answer is awaited.
  private var isAsking = false
  private var document: JSON?
  private var complaint: ControlError?
  private var result = ExitStatus.success

  /// Keys that are pressed.
  private final class KeyStream {
    let descriptor: Descriptor
    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
  }

  init(at place: ControlPlace) throws(SystemError) {
    self.place = place
    SignalDescriptor.ignoreFailedWrites()
    signals = try SignalDescriptor([.interrupt, .terminate, .hangUp, .windowChange, .suspend])
    loop = try EventLoop()
    timer = loop.makeTimer()
    let terminal = Terminal()
    self.terminal = terminal
    if let terminal { keys = KeyStream(try terminal.keys()) } else { keys = nil }
    loop.connect(timer, to: self)
    _ = try loop.watch(signals.descriptor, for: .readable, tag: Tag.signal.rawValue, by: self)
    if let keys { _ = try loop.watch(keys.descriptor, for: .readable, tag: Tag.key.rawValue, by: self) }
  }

  /// Until `q`, Ctrl-C, SIGTERM, or nobody can see it any more.
  func run() throws(SystemError) -> ExitStatus {
    take()
    defer { giveBack() }
    ask()
    loop.set(timer, at: Clock.monotonic() + Self.beat)
    try loop.run()
    return result
  }

  private func take() {
    guard let terminal else { return }
    terminal.take()
    StandardStream.output.write(Self.begin)
  }

  private func giveBack() {
    guard let terminal else { return }
    StandardStream.output.write(Self.end)
    terminal.giveBack()
  }

  // MARK: - Asking

  /// Asks the daemon, which may have been restarted since.
  private func ask() {
    // Who does not answer is asked no second time.
    guard !isAsking else { return draw() }
    do throws(ControlError) {
      if client == nil { try connect() }
      try client?.send(["status"])
      isAsking = true
    } catch {
      lose(because: error)
    }
  }

  private func connect() throws(ControlError) {
    let fresh = try ControlClient(at: place)
    clientWatch = try? loop.watch(fresh.descriptor, for: .readable, tag: Tag.answer.rawValue, by: self)
    client = fresh
  }

  private func lose(because error: ControlError) {
    if let clientWatch { loop.forget(clientWatch) }
    clientWatch = nil
    client = nil
    isAsking = false
    complaint = error
    draw()
  }

  private func hear() {
    guard let client else { return }
    do throws(ControlError) {
      try client.fill()
      while let (line, isLast) = try client.next() {
        document = line
        complaint = nil
        isAsking = !isLast
        draw()
      }
    } catch {
      lose(because: error)
    }
  }

  // MARK: - Drawing

  private func draw() {
    let size = terminal?.size ?? TerminalSize(columns: Page.usualWidth, rows: 0)
    let appearance = Appearance.of(.output)
    var page = Page(appearance, width: size.columns)
    if let complaint {
      page.paragraph(.bold(complaint.message), hanging: 2)
      page.gap()
    }
    if let document { page.status(document, width: size.columns) }
    let shown: Bool
    if terminal == nil {
      shown = StandardStream.output.write("\(page.text)\n")
    } else {
      shown = StandardStream.output.write(Self.screen(page.text, rows: size.rows, appearance))
    }
    guard !shown else { return }
    result = .failure
    loop.stop()
  }

  /// The lines as they are drawn over those that are there: as many as fit, the last of which says how many do not.
  static func screen(_ text: String, rows: Int, _ appearance: Appearance) -> String {
    var lines = text.utf8.split(separator: .of("\n"), omittingEmptySubsequences: false).map { String(Substring($0)) }
    if lines.last == "" { lines.removeLast() }
    if lines.count > rows {
      let hidden = lines.count - rows + 1
      var page = Page(appearance)
      page.line(.dim("... \(hidden) more lines"))
      lines = lines.prefix(rows - 1) + [String(page.text.dropLast())]
    }
    // No line end behind the last line: it would move all of them up.
    return toTheTop + lines.map { $0 + eraseLine }.joined(separator: "\r\n") + eraseBelow
  }
}

extension StatusWatch: TimerHandler {
  func due(_ tag: Int, now: Duration) {
    ask()
    loop.set(timer, at: now + Self.beat)
  }
}

extension StatusWatch: ReadyHandler {
  func ready(_ tag: Int, _ events: Events, now: Duration) {
    switch Tag(rawValue: tag) {
    case .signal: heed()
    case .key: press()
    case .answer: hear()
    case nil: break
    }
  }

  private func heed() {
    while let signal = try? signals.next() {
      switch signal {
      case .windowChange: draw()
      case .suspend:
        giveBack()
        ThisProcess.suspend()
        take()
        draw()
      default: loop.stop()
      }
    }
  }

  private func press() {
    guard let keys else { return }
    var pressed = [UInt8](repeating: 0, count: 64)
    guard case .done(let count)? = try? keys.descriptor.read(into: &pressed) else { return loop.stop() }
    for key in pressed[..<count] where key.lowercased == .of("q") { loop.stop() }
  }
}
