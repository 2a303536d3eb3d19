// /proc/self/mountinfo: what is mounted where.
//
//     36 35 98:0 / /mnt/with\040blank rw,noatime shared:1 - ext4 /dev/sdb1 rw
//
// The fifth word is the mount point. Blank, tab, line feed and backslash stand in it as three octal digits.

import Text

/// What /proc/self/mountinfo says of the paths that are looked for.
struct MountTable: KernelText {
  static var input: Input { .file(root: .proc, path: "self/mountinfo") }

  private struct Place {
    let path: [UInt8]
    var isMounted: Bool
  }

  private var places: [Place] = []

  /// Looks for a mount point from the next text on. Returns its place.
  mutating func watch(_ path: [UInt8]) -> Int {
    for (index, place) in places.enumerated() where place.path == path { return index }
    places.append(Place(path: path, isMounted: false))
    return places.count - 1
  }

  /// Whether something is mounted exactly there.
  func isMounted(at place: Int) -> Bool { places[place].isMounted }

  mutating func parse(_ lines: Span<UInt8>) -> Bool {
    for index in places.indices { places[index].isMounted = false }
    var cursor = Cursor()
    var isMounts = false
    while !cursor.isAtEnd(of: lines) {
      for _ in 0..<4 { _ = cursor.word(in: lines) }
      let point = cursor.word(in: lines)
      if !point.isEmpty, lines[point.lowerBound] == .of("/") {
        isMounts = true
        for index in places.indices where lines.isEscaped(places[index].path, in: point) {
          places[index].isMounted = true
        }
      }
      cursor.skipLine(in: lines)
    }
    return isMounts
  }
}

extension Span<UInt8> {
  /// Whether this range, its octal escapes taken back, holds exactly these bytes.
  fileprivate func isEscaped(_ bytes: [UInt8], in range: Range<Int>) -> Bool {
    var offset = range.lowerBound
    for byte in bytes {
      guard offset < range.upperBound else { return false }
      if let escaped = octal(at: offset, before: range.upperBound) {
        guard escaped == byte else { return false }
        offset += 4
      } else {
        guard self[offset] == byte else { return false }
        offset += 1
      }
    }
    return offset == range.upperBound
  }

  /// The byte that a backslash and three octal digits stand for.
  private func octal(at offset: Int, before end: Int) -> UInt8? {
    guard self[offset] == .of("\\"), offset + 3 < end else { return nil }
    var value = 0
    for index in offset + 1...offset + 3 {
      let digit = self[index] &- 0x30
      guard digit < 8 else { return nil }
      value = value * 8 + Int(digit)
    }
    return UInt8(exactly: value)
  }
}
