// The line of a file that a diagnostic shows, cut to a readable width and made harmless for a terminal.

import Text

/// A line, and where the mark under it goes.
struct Excerpt {
  /// The widest line that is shown whole, in code points: more than people write, less than a screen is wide.
  static let widestLine = 200
  /// How much of a wider line is shown.
  static let windowWidth = 160
  /// How much of that stands before the mark.
  static let windowLead = 60
  /// Stands for what is left out.
  static let ellipsis = "..."

  /// The number of the line, from 1.
  let line: Int
  /// How many code points of the line stand before the mark, and one.
  let column: Int
  /// The line as it is shown, in UTF-8.
  private(set) var text: [UInt8] = []
  /// What stands under it before the mark: blanks, and tabs where the line has them.
  private(set) var margin: [UInt8] = []
  /// How many characters are marked; one at least.
  let markWidth: Int

  /// The line on which a range of a source begins. What lies outside of the source counts as its nearest end, and of a
  /// range over several lines the first line's part is marked.
  init(of range: Range<Int>, in source: Source) {
    let lines = source.lines
    line = lines.line(at: range.lowerBound)
    let whole = lines.range(ofLine: line)
    let start = min(max(range.lowerBound, whole.lowerBound), whole.upperBound)
    let end = min(max(range.upperBound, start), whole.upperBound)

    let before = lines.codePoints(before: whole.lowerBound)
    let markStart = lines.codePoints(before: start) - before
    let markEnd = lines.codePoints(before: end) - before
    let width = lines.codePoints(before: whole.upperBound) - before
    column = markStart + 1

    guard width > Self.widestLine else {
      markWidth = max(1, markEnd - markStart)
      append(source.bytes, whole, markedFrom: start)
      return
    }
    let first = max(0, min(markStart - Self.windowLead, width - Self.windowWidth))
    let last = min(width, first + Self.windowWidth)
    markWidth = max(1, min(markEnd, last) - markStart)
    let window = lines.offset(ofCodePoint: before + first)..<lines.offset(ofCodePoint: before + last)
    if first > 0 {
      text.append(Self.ellipsis)
      margin.append(contentsOf: repeatElement(0x20, count: Self.ellipsis.utf8.count))
    }
    append(source.bytes, window, markedFrom: start)
    if last < width { text.append(Self.ellipsis) }
  }

  /// How many digits the line's number has.
  var lineDigits: Int {
    var digits = 1
    var rest = line
    while rest >= 10 {
      rest /= 10
      digits += 1
    }
    return digits
  }

  private mutating func append(_ whole: [UInt8], _ range: Range<Int>, markedFrom mark: Int) {
    let bytes = whole.span
    var offset = range.lowerBound
    while offset < range.upperBound {
      let codePoint = bytes.codePoint(at: offset)
      let isTab = codePoint?.value == 0x09
      if offset < mark { margin.append(isTab ? 0x09 : 0x20) }
      if let codePoint, isTab || isHarmless(codePoint.value) {
        for index in offset..<offset + codePoint.length { text.append(bytes[index]) }
      } else {
        text.append(replacementCharacter)
      }
      offset += codePoint?.length ?? 1
    }
  }
}
