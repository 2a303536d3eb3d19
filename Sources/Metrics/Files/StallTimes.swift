// /proc/pressure/cpu, memory and io, and files of the same form in control groups: time lost by waiting.
//
//     some avg10=2.02 avg60=4.36 avg300=4.77 total=49976239
//     full avg10=0.00 avg60=0.00 avg300=0.00 total=0
//
// "some" is the time in which at least one task waited, "full" that in which nobody got anything done because of it. The
// averages are percentages over as many seconds, the totals microseconds. The file for processors has its second line
// since Linux 5.13.

import Text

/// What a pressure file says.
struct StallTimes: KernelText {
  /// One line.
  struct Stall {
    /// Percent of the last 10 seconds.
    let average10: Double
    /// Percent of the last 60 seconds.
    let average60: Double
    /// Percent of the last 300 seconds.
    let average300: Double
    /// Microseconds since boot, or since the control group was made.
    let total: UInt64
  }

  /// At least one task waited.
  private(set) var some: Stall?
  /// All tasks that had something to do waited.
  private(set) var full: Stall?

  mutating func parse(_ lines: Span<UInt8>) -> Bool {
    some = nil
    full = nil
    var cursor = Cursor()
    while !cursor.isAtEnd(of: lines) {
      if cursor.take("some ", in: lines) {
        some = Stall(&cursor, in: lines)
      } else if cursor.take("full ", in: lines) {
        full = Stall(&cursor, in: lines)
      }
      cursor.skipLine(in: lines)
    }
    return some != nil || full != nil
  }
}

extension StallTimes.Stall {
  /// Reads a line after its first word.
  fileprivate init?(_ cursor: inout Cursor, in lines: Span<UInt8>) {
    guard cursor.take("avg10=", in: lines), let average10 = cursor.percentage(in: lines),
      cursor.take(" avg60=", in: lines), let average60 = cursor.percentage(in: lines),
      cursor.take(" avg300=", in: lines), let average300 = cursor.percentage(in: lines),
      cursor.take(" total=", in: lines), let total = cursor.unsigned(in: lines)
    else { return nil }
    (self.average10, self.average60, self.average300, self.total) = (average10, average60, average300, total)
  }
}

extension Cursor {
  /// Takes a number as `decimal` does. The kernel's averages can be a rounding above 100.
  fileprivate mutating func percentage(in bytes: Span<UInt8>) -> Double? {
    kernelDecimal(in: bytes).map { min($0, 100) }
  }
}
