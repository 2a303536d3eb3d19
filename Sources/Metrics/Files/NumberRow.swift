// A row of counters in one line. Newer kernels append columns and older ones lack some, so that every column may be absent.

import Text

/// The first numbers of a line, at most `width` of them.
struct NumberRow<let width: Int> {
  private var numbers = InlineArray<width, UInt64>(repeating: 0)
  /// How many columns the line has, of those that we know.
  private(set) var count = 0

  /// The number in a column, absent where the line is shorter.
  subscript(_ column: Int) -> UInt64? { column < count ? numbers[column] : nil }

  /// Reads numbers up to the end of the line, or up to `width` of them. Absent where something else stands among them.
  init?(_ cursor: inout Cursor, in lines: Span<UInt8>) {
    while count < width {
      cursor.skipBlanks(in: lines)
      if cursor.peek(lines) == 0x0A { return }
      guard let number = cursor.unsigned(in: lines) else { return nil }
      numbers[count] = number
      count += 1
    }
  }
}
