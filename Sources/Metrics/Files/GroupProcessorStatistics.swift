// cpu.stat of a control group. Version 2:
//
//     usage_usec 91203344
//     user_usec 70112233
//     system_usec 21091111
//     nr_periods 8841
//     nr_throttled 120
//     throttled_usec 3301122
//
// Without the controller the last three are missing; newer kernels have more. Version 1 has only nr_periods, nr_throttled
// and throttled_time.

import Text

/// What cpu.stat says.
struct GroupProcessorStatistics: KernelText {
  /// Microseconds of processor time used.
  private(set) var microseconds: UInt64?
  /// Periods of the quota in which anything wanted to run.
  private(set) var periods: UInt64?
  /// Those in which the quota was used up.
  private(set) var throttledPeriods: UInt64?

  mutating func parse(_ lines: Span<UInt8>) -> Bool {
    self = GroupProcessorStatistics()
    var cursor = Cursor()
    while !cursor.isAtEnd(of: lines) {
      if cursor.take("usage_usec ", in: lines) {
        microseconds = cursor.unsigned(in: lines)
      } else if cursor.take("nr_periods ", in: lines) {
        periods = cursor.unsigned(in: lines)
      } else if cursor.take("nr_throttled ", in: lines) {
        throttledPeriods = cursor.unsigned(in: lines)
      }
      cursor.skipLine(in: lines)
    }
    return microseconds != nil || periods != nil
  }
}
