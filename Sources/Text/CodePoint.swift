// UTF-8, one code point at a time, for texts that may turn out not to be UTF-8 at all.

/// A code point of Unicode at some place in a text.
public struct CodePoint {
  /// Its number, never that of a surrogate.
  public let value: UInt32
  /// How many bytes write it: 1 to 4.
  public let length: Int
}

extension Span<UInt8> {
  /// The code point whose first byte is at `offset`, which is inside the span. Absent where no well-formed one stands:
  /// a byte out of sequence, a form longer than need be, a surrogate, a number beyond U+10FFFF (RFC 3629, section 4).
  public func codePoint(at offset: Int) -> CodePoint? {
    let first = self[offset]
    let length: Int
    let least: UInt32
    var value: UInt32
    switch first {
    case 0x00...0x7F: return CodePoint(value: UInt32(first), length: 1)
    case 0xC2...0xDF: (length, least, value) = (2, 0x80, UInt32(first & 0x1F))
    case 0xE0...0xEF: (length, least, value) = (3, 0x800, UInt32(first & 0x0F))
    case 0xF0...0xF4: (length, least, value) = (4, 0x10000, UInt32(first & 0x07))
    default: return nil
    }
    guard count - offset >= length else { return nil }
    for index in offset + 1..<offset + length {
      guard self[index] & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(self[index] & 0x3F)
    }
    guard value >= least, value <= 0x10FFFF, !(0xD800...0xDFFF).contains(value) else { return nil }
    return CodePoint(value: value, length: length)
  }
}
