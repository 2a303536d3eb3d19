// What a byte is, by its ASCII meaning. Bytes of 128 and more are none of these.

extension UInt8 {
  /// `0` to `9`.
  public var isDigit: Bool { self &- 0x30 < 10 }
  /// `a` to `z`, `A` to `Z`.
  public var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }
  /// A blank or a tab.
  public var isBlank: Bool { self == 0x20 || self == 0x09 }
  /// A line feed or a carriage return.
  public var isLineEnd: Bool { self == 0x0A || self == 0x0D }
  /// What a terminal shows as one character of its own: blank to tilde.
  public var isPrintable: Bool { self >= 0x20 && self < 0x7F }
  /// An upper-case letter made lower-case, any other byte as it is.
  public var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
  /// The value of a hexadecimal digit of either case.
  public var hexadecimalValue: UInt8? {
    if isDigit { return self - 0x30 }
    let letter = (self | 0x20) &- 0x61
    return letter < 6 ? letter + 10 : nil
  }

  /// The byte of one ASCII character, for comparisons that a person can read: `byte == .of("#")`.
  @inline(__always)
  public static func of(_ character: Unicode.Scalar) -> UInt8 { UInt8(ascii: character) }
}
