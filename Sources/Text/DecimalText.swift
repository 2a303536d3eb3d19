// Numbers written for people and for HAProxy, without printf.

extension [UInt8] {
  /// Appends text as UTF-8.
  public mutating func append(_ text: String) { append(contentsOf: text.utf8) }

  /// Appends an integer in decimal digits. Allocates nothing where there is capacity.
  public mutating func append(decimal value: Int) {
    if value < 0 { append(.of("-")) }
    var rest = value.magnitude
    let start = count
    repeat {
      append(UInt8(rest % 10) + 0x30)
      rest /= 10
    } while rest > 0
    self[start...].reverse()
  }

  /// Appends the lowest digits of a number, in hexadecimal: `1b`.
  public mutating func append(hexadecimal value: UInt32, digits: Int) {
    for place in stride(from: (digits - 1) * 4, through: 0, by: -4) {
      let digit = UInt8(value >> UInt32(place) & 15)
      append(digit < 10 ? digit + 0x30 : digit - 10 + .of("a"))
    }
  }
}

/// A number with exactly so many decimals (0 to 6), rounded to nearest: `decimalText(93.06, decimals: 1)` is `93.1`.
/// Numbers beyond 2^53 are written without decimals being exact.
public func decimalText(_ value: Double, decimals: Int) -> String {
  guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let scaled = (value.magnitude * scale).rounded()
  guard scaled < 9e18 else { return "\(value)" }
  let whole = UInt64(scaled)
  let (integer, fraction) = whole.quotientAndRemainder(dividingBy: UInt64(scale))
  let sign = value < 0 && whole > 0 ? "-" : ""
  guard decimals > 0 else { return "\(sign)\(integer)" }
  let digits = String(fraction)
  return "\(sign)\(integer)." + String(repeating: "0", count: decimals - digits.utf8.count) + digits
}
