// cpu.max of a control group of version 2: microseconds of processor time in each period, and the period.
//
//     50000 100000
//     max 100000

import Text

/// What cpu.max says.
struct GroupQuota: KernelText {
  /// How many processors may be in use; absent where there is no limit.
  private(set) var processors: Double?

  mutating func parse(_ lines: Span<UInt8>) -> Bool {
    processors = nil
    var cursor = Cursor()
    if cursor.take("max ", in: lines) { return true }
    guard let quota = cursor.unsigned(in: lines), let period = cursor.unsigned(in: lines), quota > 0, period > 0
    else { return false }
    processors = Double(quota) / Double(period)
    return true
  }
}
