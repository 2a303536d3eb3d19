// Numbers with a fraction, of which the kernel prints few and no large ones.

import Text

extension Cursor {
  /// Takes a number as `decimal` does. Absent also where it is 2^53 or more: no such number is a load or a time, and sums
  /// and percentages of those below stay finite.
  mutating func kernelDecimal(in bytes: Span<UInt8>) -> Double? {
    guard let number = decimal(in: bytes), number < 0x1p53 else { return nil }
    return number
  }
}
