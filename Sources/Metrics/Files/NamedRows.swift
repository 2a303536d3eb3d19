// Rows of counters that are found by the name in front of them: devices, interfaces. Only rows that somebody looks for are
// kept: hosts have hundreds.

import Text

/// The rows that are looked for.
struct NamedRows<let width: Int> {
  private struct Row {
    let name: [UInt8]
    var numbers: NumberRow<width>?
  }

  private var rows: [Row] = []

  /// Looks for a name from the next text on. Returns its place.
  mutating func watch(_ name: [UInt8]) -> Int {
    for (index, row) in rows.enumerated() where row.name == name { return index }
    rows.append(Row(name: name, numbers: nil))
    return rows.count - 1
  }

  /// The numbers behind the name at a place; absent where the name is not there.
  subscript(_ place: Int) -> NumberRow<width>? { rows[place].numbers }

  /// A new text: nothing is found yet.
  mutating func clear() {
    for index in rows.indices { rows[index].numbers = nil }
  }

  /// Takes the numbers after a name, if it is looked for.
  mutating func take(_ name: Range<Int>, _ cursor: inout Cursor, in lines: Span<UInt8>) {
    for index in rows.indices where lines.equals(rows[index].name, in: name) {
      rows[index].numbers = NumberRow(&cursor, in: lines)
    }
  }
}

extension Span<UInt8> {
  /// Whether the bytes in this range are exactly these.
  func equals(_ bytes: [UInt8], in range: Range<Int>) -> Bool {
    guard range.count == bytes.count else { return false }
    for index in bytes.indices where self[range.lowerBound + index] != bytes[index] { return false }
    return true
  }
}
