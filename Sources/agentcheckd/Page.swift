// Text for people: paragraphs and tables, 80 columns wide, whoever reads them. What comes from elsewhere (names in a rule
// file, an agent's line) passes through here and cannot command a terminal.

import Diagnostics
import Text

/// How much of it.
enum Emphasis: Sendable {
  case plain
  /// What to look at first.
  case bold
  /// What to look at last.
  case dim
}

/// A text with one emphasis: a cell of a table, a paragraph.
struct Phrase: ExpressibleByStringLiteral {
  let text: String
  let emphasis: Emphasis

  init(_ text: String, _ emphasis: Emphasis = .plain) {
    self.text = text
    self.emphasis = emphasis
  }

  init(stringLiteral text: String) { self.init(text) }

  static func bold(_ text: String) -> Phrase { Phrase(text, .bold) }
  static func dim(_ text: String) -> Phrase { Phrase(text, .dim) }
}

/// Text under way.
struct Page {
  /// What terminals, mails and tickets have room for.
  static let usualWidth = 80
  /// A table's column is no wider; a cell that is gets a line of its own, up to where it ends.
  static let widestColumn = 32
  /// A last column that would be narrower begins on the next line instead.
  private static let leastColumn = 28

  /// Whether it shows more than ASCII.
  var isUnicode: Bool { appearance.isUnicode }
  private let appearance: Appearance
  private let width: Int
  private(set) var text = ""

  init(_ appearance: Appearance, width: Int = Page.usualWidth) {
    self.appearance = appearance
    self.width = width
  }

  /// A line of its own, never wrapped: what somebody else has written, or what is to be copied. Two blanks between its
  /// parts.
  mutating func line(_ phrases: Phrase..., indent: Int = 0) {
    var start = indent
    write(
      phrases.map { phrase in
        defer { start += phrase.text.unicodeScalars.count + 2 }
        return (start, phrase)
      })
  }

  /// Text, wrapped at blanks. Lines behind the first begin at `hanging`.
  mutating func paragraph(_ phrase: Phrase, indent: Int = 0, hanging: Int? = nil) {
    var start = indent
    var rest = phrase.text[...]
    repeat {
      write([(start, Phrase(Self.takeLine(&rest, width: width - start), phrase.emphasis))])
      start = hanging ?? indent
    } while !rest.isEmpty
  }

  /// An empty line between this and that; none at the beginning, and never two.
  mutating func gap() {
    if !text.isEmpty, !text.hasSuffix("\n\n") { text += "\n" }
  }

  /// What was written since it was last taken: for text that goes out as it comes.
  mutating func take() -> String {
    defer { text = "" }
    return text
  }

  /// Rows of cells, aligned; the last column is wrapped.
  mutating func table(_ rows: [[Phrase]], indent: Int = 2) {
    let starts = Self.columnStarts(rows, indent: indent)
    for row in rows { write(row, starts) }
  }

  /// Where each column begins.
  private static func columnStarts(_ rows: [[Phrase]], indent: Int) -> [Int] {
    var starts = [indent]
    for column in 0..<((rows.map { $0.count }.max() ?? 1) - 1) {
      let widths = rows.compactMap { column < $0.count - 1 ? $0[column].text.unicodeScalars.count : nil }
      let widest = widths.filter { $0 <= widestColumn }.max() ?? 0
      starts.append(starts[column] + widest + 2)
    }
    return starts
  }

  private mutating func write(_ row: [Phrase], _ starts: [Int]) {
    var cells: [(start: Int, phrase: Phrase)] = []
    var end = 0
    for (start, phrase) in zip(starts, row) {
      if end > start - 2, !cells.isEmpty {
        write(cells)
        cells = []
      }
      end = start + phrase.text.unicodeScalars.count
      cells.append((start, phrase))
    }
    guard let last = cells.popLast() else { return write([]) }
    let isNarrow = width - last.start < Self.leastColumn && end > width
    if isNarrow { write(cells) }
    let start = isNarrow ? starts[0] + 4 : last.start
    var rest = last.phrase.text[...]
    let first = Phrase(Self.takeLine(&rest, width: width - start), last.phrase.emphasis)
    write((isNarrow ? [] : cells) + [(start, first)])
    while !rest.isEmpty {
      write([(start, Phrase(Self.takeLine(&rest, width: width - start), last.phrase.emphasis))])
    }
  }

  /// Takes as many words as fit, one at least: a word is never cut, so that it can be copied.
  private static func takeLine(_ rest: inout Substring, width: Int) -> String {
    var line = ""
    var length = 0
    while !rest.isEmpty {
      let word = rest.prefix { $0 != " " }
      let count = word.unicodeScalars.count
      guard line.isEmpty || length + 1 + count <= width else { break }
      length += line.isEmpty ? count : count + 1
      line += line.isEmpty ? String(word) : " \(word)"
      rest = rest[word.endIndex...].drop { $0 == " " }
    }
    return line
  }

  /// One line. Cells begin where they are told to, one blank behind the cell before at least.
  private mutating func write(_ cells: [(start: Int, phrase: Phrase)]) {
    var end = 0
    for (start, phrase) in cells where !phrase.text.isEmpty {
      let blanks = max(start - end, end == 0 ? 0 : 1)
      text += String(repeating: " ", count: blanks)
      write(phrase)
      end += blanks + phrase.text.unicodeScalars.count
    }
    text += "\n"
  }

  private mutating func write(_ phrase: Phrase) {
    let emphasis = appearance.isColoured ? phrase.emphasis : .plain
    switch emphasis {
    case .plain: break
    case .bold: text += "\u{1B}[1m"
    case .dim: text += "\u{1B}[2m"
    }
    for scalar in phrase.text.unicodeScalars {
      if appearance.isUnicode ? isHarmless(scalar.value) : scalar.value >= 0x20 && scalar.value < 0x7F {
        text.unicodeScalars.append(scalar)
      } else {
        text += appearance.isUnicode ? replacementCharacter : "?"
      }
    }
    if emphasis != .plain { text += "\u{1B}[0m" }
  }
}
