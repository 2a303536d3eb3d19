// A place in a run of bytes that only moves forward. Every reader of kernel files walks with one; nothing is copied and
// nothing is allocated. The bytes are handed to each call, so that the cursor itself is a plain value.

/// A reading position in a span of bytes.
public struct Cursor {
  /// How many bytes lie behind.
  public private(set) var offset: Int

  /// A cursor that stands before byte `offset`.
  public init(at offset: Int = 0) { self.offset = offset }

  /// Whether nothing is left.
  public func isAtEnd(of bytes: Span<UInt8>) -> Bool { offset >= bytes.count }

  /// The next byte, which stays unread.
  public func peek(_ bytes: Span<UInt8>) -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

  /// Takes the next byte if it is this one.
  public mutating func take(_ byte: UInt8, in bytes: Span<UInt8>) -> Bool {
    guard peek(bytes) == byte else { return false }
    offset += 1
    return true
  }

  /// Takes the next bytes if they are exactly these; otherwise nothing.
  public mutating func take(_ text: StaticString, in bytes: Span<UInt8>) -> Bool {
    let count = text.utf8CodeUnitCount
    guard bytes.count - offset >= count else { return false }
    for index in 0..<count where bytes[offset + index] != text.byte(at: index) { return false }
    offset += count
    return true
  }

  /// Skips blanks and tabs.
  public mutating func skipBlanks(in bytes: Span<UInt8>) {
    while offset < bytes.count, bytes[offset].isBlank { offset += 1 }
  }

  /// Goes to the start of the next line, or to the end.
  public mutating func skipLine(in bytes: Span<UInt8>) {
    while offset < bytes.count {
      offset += 1
      if bytes[offset - 1] == 0x0A { return }
    }
  }

  /// Skips blanks, then takes what runs up to the next blank or end of line. Empty at the end of a line.
  public mutating func word(in bytes: Span<UInt8>) -> Range<Int> {
    skipBlanks(in: bytes)
    let start = offset
    while offset < bytes.count, !bytes[offset].isBlank, !bytes[offset].isLineEnd { offset += 1 }
    return start..<offset
  }

  /// Skips blanks, then takes a decimal integer. Absent where none stands, where it runs into a letter or a point
  /// (`12x`, `1.5`), or where it does not fit into 64 bits; the cursor is then behind the digits.
  public mutating func unsigned(in bytes: Span<UInt8>) -> UInt64? {
    skipBlanks(in: bytes)
    let start = offset
    var value: UInt64 = 0
    var overflow = false
    while offset < bytes.count, bytes[offset].isDigit {
      let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, carried) = product.addingReportingOverflow(UInt64(bytes[offset] - 0x30))
      overflow = overflow || tooLarge || carried
      value = sum
      offset += 1
    }
    guard offset > start, !overflow else { return nil }
    if let next = peek(bytes), next.isLetter || next == .of(".") { return nil }
    return value
  }

  /// Skips blanks, then takes a decimal number with or without a fraction, as in `0.53` and `98`.
  /// Absent where none stands or it does not fit.
  public mutating func decimal(in bytes: Span<UInt8>) -> Double? {
    skipBlanks(in: bytes)
    let start = offset
    var value = 0.0
    while offset < bytes.count, bytes[offset].isDigit {
      value = value * 10 + Double(bytes[offset] - 0x30)
      offset += 1
    }
    guard offset > start else { return nil }
    guard take(.of("."), in: bytes) else { return value.isFinite ? value : nil }
    let point = offset
    var scale = 1.0
    var fraction = 0.0
    while offset < bytes.count, bytes[offset].isDigit {
      fraction = fraction * 10 + Double(bytes[offset] - 0x30)
      scale *= 10
      offset += 1
    }
    guard offset > point, value.isFinite, scale.isFinite else { return nil }
    return value + fraction / scale
  }
}

extension StaticString {
  /// One of its bytes; `index` is below `utf8CodeUnitCount`.
  func byte(at index: Int) -> UInt8 { withUTF8Buffer { $0[index] } }
}

extension Span<UInt8> {
  /// Whether the bytes in this range are exactly this text.
  public func equals(_ text: StaticString, in range: Range<Int>) -> Bool {
    var cursor = Cursor(at: range.lowerBound)
    return range.count == text.utf8CodeUnitCount && cursor.take(text, in: self)
  }
}
