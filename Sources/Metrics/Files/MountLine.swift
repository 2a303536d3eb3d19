// A line of /proc/self/mountinfo.
//
//     36 35 98:0 / /mnt/with\040blank rw,noatime shared:1 - ext4 /dev/sdb rw
//
// number, parent's number, device, what of the file system is mounted (not "/" for bind mounts), mount point, options,
// any number of tagged fields, a dash, type, source, options of the file system. Blank, tab, line feed and backslash
// stand in a word as three octal digits.

import Text

/// Where the words of one mount stand.
struct MountLine {
  /// `major:minor` of the file system.
  let device: Range<Int>
  /// The directory of the file system that is mounted.
  let root: Range<Int>
  /// Where.
  let point: Range<Int>
  /// The file system's type; empty where the line is cut short, as are the options.
  let type: Range<Int>
  /// The file system's own options.
  let options: Range<Int>

  /// Reads a line, without its end. Absent where no mount point stands in it.
  init?(_ cursor: inout Cursor, in lines: Span<UInt8>) {
    for _ in 0..<2 { _ = cursor.word(in: lines) }
    device = cursor.word(in: lines)
    root = cursor.word(in: lines)
    point = cursor.word(in: lines)
    guard !point.isEmpty, lines[point.lowerBound] == .of("/") else { return nil }
    var word = cursor.word(in: lines)
    while !word.isEmpty, !lines.equals("-", in: word) { word = cursor.word(in: lines) }
    type = cursor.word(in: lines)
    _ = cursor.word(in: lines)
    options = cursor.word(in: lines)
  }
}

extension Span<UInt8> {
  /// A copy of the bytes in this range.
  func bytes(in range: Range<Int>) -> [UInt8] { range.map { self[$0] } }

  /// Whether this range, its octal escapes taken back, holds exactly these bytes.
  func isEscaped(_ bytes: [UInt8], in range: Range<Int>) -> Bool {
    var offset = range.lowerBound
    for byte in bytes {
      guard offset < range.upperBound, unescape(&offset, before: range.upperBound) == byte else { return false }
    }
    return offset == range.upperBound
  }

  /// The bytes in this range, octal escapes taken back.
  func unescaped(_ range: Range<Int>) -> [UInt8] {
    var bytes: [UInt8] = []
    var offset = range.lowerBound
    while offset < range.upperBound { bytes.append(unescape(&offset, before: range.upperBound)) }
    return bytes
  }

  /// Takes one byte, or the backslash and three octal digits that stand for it.
  private func unescape(_ offset: inout Int, before end: Int) -> UInt8 {
    let byte = self[offset]
    offset += 1
    guard byte == .of("\\"), offset + 2 < end else { return byte }
    var value = 0
    for index in offset...offset + 2 {
      let digit = self[index] &- 0x30
      guard digit < 8 else { return byte }
      value = value * 8 + Int(digit)
    }
    guard let escaped = UInt8(exactly: value) else { return byte }
    offset += 3
    return escaped
  }
}
