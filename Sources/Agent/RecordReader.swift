// Integers in records between processes: little-endian, one after the other.

/// Takes integers out of a record, one after the other.
struct RecordReader {
  private(set) var offset: Int

  init(offset: Int = 0) { self.offset = offset }

  mutating func next<Integer: FixedWidthInteger & UnsignedInteger>(in bytes: Span<UInt8>) -> Integer? {
    let width = Integer.bitWidth / 8
    guard bytes.count - offset >= width else { return nil }
    var value: Integer = 0
    for index in stride(from: offset + width - 1, through: offset, by: -1) {
      value = value << 8 | Integer(bytes[index])
    }
    offset += width
    return value
  }
}

extension RecordReader {
  /// The next bytes, so many.
  mutating func bytes(_ count: Int, in bytes: Span<UInt8>) -> [UInt8]? {
    guard bytes.count - offset >= count else { return nil }
    defer { offset += count }
    return (offset..<offset + count).map { bytes[$0] }
  }
}

extension [UInt8] {
  mutating func append<Integer: FixedWidthInteger & UnsignedInteger>(little value: Integer) {
    for shift in stride(from: 0, to: Integer.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
  }
}
