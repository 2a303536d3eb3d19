// The number that a text begins with, as programs print it for people and for other programs: `-12.5`, `3e9`, `85%`.

import Text

/// A number and where it ends.
public struct LeadingNumber: Equatable, Sendable {
  /// The value that the digits mean, rounded once.
  public let value: Double
  /// Behind its last byte.
  public let end: Int

  /// The longest number that is read, in bytes; what is longer is no measurement.
  static let longest = 64

  /// Reads `[+-]digits[.digits][e[+-]digits]` behind blanks, beginning at `start`. Absent where none stands there, and
  /// where it is too long or too large for a number.
  public init?(_ text: Span<UInt8>, from start: Int = 0) {
    var start = start
    while start < text.count, text[start].isBlank { start += 1 }
    var end = start
    if end < text.count, text[end] == .of("+") || text[end] == .of("-") { end += 1 }
    let digits = end
    while end < text.count, text[end].isDigit { end += 1 }
    var count = end - digits
    if end + 1 < text.count, text[end] == .of("."), text[end + 1].isDigit {
      end += 1
      let fraction = end
      while end < text.count, text[end].isDigit { end += 1 }
      count += end - fraction
    }
    guard count > 0 else { return nil }
    if end < text.count, text[end].lowercased == .of("e") {
      var exponent = end + 1
      if exponent < text.count, text[exponent] == .of("+") || text[exponent] == .of("-") { exponent += 1 }
      let first = exponent
      while exponent < text.count, text[exponent].isDigit { exponent += 1 }
      if exponent > first { end = exponent }
    }
    guard end - start <= Self.longest else { return nil }
    var bytes: [UInt8] = []
    for index in start..<end where text[index] != .of("+") || index > start { bytes.append(text[index]) }
    guard let value = Double(String(decoding: bytes, as: UTF8.self)), value.isFinite else { return nil }
    self.value = value
    self.end = end
  }

  /// The number that a text is, blanks and line ends around it left out; `true` is 1, `false` is 0. Absent where it is
  /// something else, or has more in it.
  public static func whole(_ text: Span<UInt8>) -> Double? {
    var (start, end) = (0, text.count)
    while start < end, text[start].isBlank || text[start].isLineEnd { start += 1 }
    while end > start, text[end - 1].isBlank || text[end - 1].isLineEnd { end -= 1 }
    let inner = text.extracting(start..<end)
    if inner.equals("true", in: 0..<inner.count) { return 1 }
    if inner.equals("false", in: 0..<inner.count) { return 0 }
    guard let number = LeadingNumber(inner), number.end == inner.count else { return nil }
    return number.value
  }
}
