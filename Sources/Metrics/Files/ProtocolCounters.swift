// /proc/net/snmp and /proc/net/netstat: what network protocols count, in pairs of lines: names, then their numbers.
//
//     Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs ...
//     Tcp: 1 200 120000 -1 740243 739971 263 10488 17 6041970 ...
//
// Kernels add names anywhere in a line, so that a number is found by its name.

import Text

/// What such a file says under the names that are looked for.
struct ProtocolCounters: KernelText {
  /// A name under that of a protocol, which ends with a colon.
  struct Name: Equatable {
    let group: [UInt8]
    let name: [UInt8]

    init(_ group: String, _ name: String) {
      self.group = Array(group.utf8)
      self.name = Array(name.utf8)
    }
  }

  private var names: [Name] = []
  private var numbers: [UInt64?] = []

  /// Looks for a name from the next text on. Returns its place.
  mutating func watch(_ name: Name) -> Int {
    if let known = names.firstIndex(of: name) { return known }
    names.append(name)
    numbers.append(nil)
    return names.count - 1
  }

  /// The number at a place; absent where the kernel does not count it.
  subscript(_ place: Int) -> UInt64? { numbers[place] }

  mutating func parse(_ lines: Span<UInt8>) -> Bool {
    for index in numbers.indices { numbers[index] = nil }
    var cursor = Cursor()
    var isCounters = false
    while !cursor.isAtEnd(of: lines) {
      var second = cursor
      second.skipLine(in: lines)
      let group = cursor.word(in: lines)
      guard !group.isEmpty, lines[group.upperBound - 1] == .of(":"),
        lines.equals(second.word(in: lines), in: group)
      else {
        cursor.skipLine(in: lines)
        continue
      }
      isCounters = true
      take(group, &cursor, &second, lines)
      second.skipLine(in: lines)
      cursor = second
    }
    return isCounters
  }

  /// Goes through a line of names and the line of their numbers, side by side.
  private mutating func take(
    _ group: Range<Int>, _ first: inout Cursor, _ second: inout Cursor, _ lines: Span<UInt8>
  ) {
    guard names.contains(where: { lines.equals($0.group, in: group) }) else { return }
    while true {
      let name = first.word(in: lines)
      let number = second.word(in: lines)
      if name.isEmpty || number.isEmpty { return }
      for index in names.indices where lines.equals(names[index].name, in: name) {
        guard lines.equals(names[index].group, in: group) else { continue }
        var digits = Cursor(at: number.lowerBound)
        numbers[index] = digits.unsigned(in: lines)
      }
    }
  }
}

extension Span<UInt8> {
  /// Whether two ranges hold the same bytes.
  fileprivate func equals(_ one: Range<Int>, in other: Range<Int>) -> Bool {
    guard one.count == other.count else { return false }
    for index in 0..<one.count where self[one.lowerBound + index] != self[other.lowerBound + index] { return false }
    return true
  }
}
