// What this program says while it runs: a line for each event, never one for a probe. The only place that logs.

public import Diagnostics
public import Kernel
import Text

/// The log: lines on standard error.
public final class Log {
  /// How much an event matters. The numbers are those of syslog(3).
  public enum Level: UInt8, Sendable {
    /// Something does not work and will not by itself.
    case error = 3
    /// Something does not work as it should.
    case warning = 4
    /// Something that an operator wants to read later: a reply has changed.
    case notice = 5
    /// All is well.
    case info = 6

    fileprivate var word: String {
      switch self {
      case .error: "error: "
      case .warning: "warning: "
      case .notice, .info: ""
      }
    }
  }

  /// How a line begins.
  public enum Style: Sendable {
    /// `<4>`, which journald turns into a priority; it knows the time.
    case journal
    /// `2024-05-01 12:00:00.123 warning: `, for people.
    case plain

    /// The style for a file of this status: `journal` if it is the one that the service manager has connected to the
    /// journal. Its name alone would not do, as the environment reaches programs whose output goes elsewhere:
    ///
    ///     JOURNAL_STREAM=8:22187
    init(journal: String?, file: FileStatus?) {
      guard let journal, let file else {
        self = .plain
        return
      }
      self = journal == "\(file.device):\(file.number)" ? .journal : .plain
    }
  }

  private let descriptor: Descriptor
  /// How its lines begin.
  public let style: Style
  private var line: [UInt8] = []
  private var dropped = 0

  /// A log on this descriptor.
  public init(to descriptor: consuming Descriptor, style: Style) {
    self.descriptor = descriptor
    self.style = style
    line.reserveCapacity(Descriptor.atomicLimit)
  }

  /// A log on standard error.
  public static func standard() throws(SystemError) -> Log {
    let style = Style(journal: ThisProcess.environment("JOURNAL_STREAM"), file: StandardStream.error.status)
    return Log(to: try StandardStream.error.dupWithoutWaiting(), style: style)
  }

  /// Something does not work and will not by itself.
  public func error(_ message: String) { write(.error, message) }
  /// Something does not work as it should.
  public func warning(_ message: String) { write(.warning, message) }
  /// Something that an operator wants to read later.
  public func notice(_ message: String) { write(.notice, message) }
  /// All is well.
  public func info(_ message: String) { write(.info, message) }

  /// Writes a line, at once or never: where nobody reads, the line is dropped and counted, and the number is told as
  /// soon as somebody reads again. Control characters become visible, so that foreign text can neither end the line
  /// nor move a cursor; what does not fit into a line is cut.
  public func write(_ level: Level, _ message: String) {
    if dropped > 0 {
      begin(.warning)
      line.append("\(dropped) lines were lost here, because nobody read them")
      if !end() { return dropped += 1 }
      dropped = 0
    }
    begin(level)
    line.append(harmless: message)
    if !end() { dropped += 1 }
  }

  private func begin(_ level: Level) {
    line.removeAll(keepingCapacity: true)
    switch style {
    case .journal:
      line.append("<\(level.rawValue)>")
    case .plain:
      line.append(time: Clock.wall())
      line.append(" \(level.word)")
    }
  }

  private func end() -> Bool {
    if line.count >= Descriptor.atomicLimit {
      // Between two characters: what is not UTF-8 the journal shows as "blob data", and nobody reads it.
      var length = Descriptor.atomicLimit - 4
      while UTF8.isContinuation(line[length]) { length -= 1 }
      line.removeLast(line.count - length)
      line.append("...")
    }
    line.append(.of("\n"))
    let line = line
    return descriptor.writeNow(line.span)
  }
}

extension [UInt8] {
  /// Appends a local time, as in `2024-05-01 12:00:00.123`.
  fileprivate mutating func append(time wall: Duration) {
    let time = LocalTime(wall)
    append("\(time.year)")
    for (mark, number) in [
      ("-", time.month), ("-", time.day), (" ", time.hour), (":", time.minute), (":", time.second),
    ] {
      append(number < 10 ? "\(mark)0\(number)" : "\(mark)\(number)")
    }
    let milliseconds = Int(wall.components.attoseconds / 1_000_000_000_000_000)
    append(milliseconds < 10 ? ".00" : milliseconds < 100 ? ".0" : ".")
    append(decimal: milliseconds)
  }

  /// Appends text in which what a terminal would obey is written as `\n`, `\t`, `\x1b` or `\u202e`.
  mutating func append(harmless text: String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": append("\\n")
      case "\t": append("\\t")
      default:
        if isHarmless(scalar.value) {
          append(contentsOf: UTF8.encode(scalar)!)
        } else {
          append(visible: scalar.value)
        }
      }
    }
  }
}

extension Log {
  /// Diagnostics, line by line, as `check` shows them.
  public func tell(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics {
      let level: Level = diagnostic.finding.severity == .error ? .error : .warning
      for line in render(diagnostic, colour: false).utf8.split(separator: UInt8(ascii: "\n")) {
        write(level, String(Substring(line)))
      }
    }
  }
}
