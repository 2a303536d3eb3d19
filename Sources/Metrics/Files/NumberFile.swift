// A file of the user's that holds a number, for rules to see: the lag of a replica, the length of a queue.
//
//     0.25
//
// The number stands at the beginning, up to a blank or the end of the line; what follows is for people.

import Text

/// What such a file says.
final class NumberFile: Document {
  private var number: Double?

  override func accept(_ bytes: Span<UInt8>, at now: Duration) {
    var cursor = Cursor()
    number = cursor.signedNumber(in: bytes)
    settle(number == nil ? .missing(bytes.isEmpty ? "empty" : "does not begin with a number") : nil)
  }

  /// The number.
  func latest() throws(Gap) -> Double {
    try check()
    guard let number else { throw .absent(.pending, input) }
    return number
  }
}

extension Cursor {
  /// Takes a decimal number as programs print it, up to a blank or the end: `42`, `-0.5`, `1e-05`. Absent where there is
  /// none, where something else stands right behind it, and where it is no finite number.
  mutating func signedNumber(in bytes: Span<UInt8>) -> Double? {
    skipBlanks(in: bytes)
    let isNegative = take(.of("-"), in: bytes)
    if !isNegative { _ = take(.of("+"), in: bytes) }
    guard let first = peek(bytes), first.isDigit, var number = decimal(in: bytes) else { return nil }
    if take(.of("e"), in: bytes) || take(.of("E"), in: bytes) {
      let isSmall = take(.of("-"), in: bytes)
      if !isSmall { _ = take(.of("+"), in: bytes) }
      guard let sign = peek(bytes), sign.isDigit, let exponent = unsigned(in: bytes), exponent <= 400 else {
        return nil
      }
      for _ in 0..<exponent { number = isSmall ? number / 10 : number * 10 }
    }
    if let next = peek(bytes), !next.isBlank, !next.isLineEnd { return nil }
    return number.isFinite ? (isNegative ? -number : number) : nil
  }
}
