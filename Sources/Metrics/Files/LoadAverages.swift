// /proc/loadavg: averages over 1, 5 and 15 minutes of the tasks that run or wait for a device; tasks that can run at this
// instant / tasks there are (threads count); the newest process.
//
//     0.53 0.98 1.20 3/1279 6264

import Text

/// What /proc/loadavg says.
struct LoadAverages: SoleKernelText {
  static var input: Input { .file(root: .proc, path: "loadavg") }

  /// Over one minute.
  private(set) var oneMinute = 0.0
  /// Over five minutes.
  private(set) var fiveMinutes = 0.0
  /// Over fifteen minutes.
  private(set) var fifteenMinutes = 0.0
  /// Tasks there are, each thread of a process being one.
  private(set) var tasks: UInt64 = 0

  mutating func parse(_ lines: Span<UInt8>) -> Bool {
    var cursor = Cursor()
    guard let one = cursor.kernelDecimal(in: lines), let five = cursor.kernelDecimal(in: lines),
      let fifteen = cursor.kernelDecimal(in: lines), cursor.unsigned(in: lines) != nil,
      cursor.take(.of("/"), in: lines),
      let tasks = cursor.unsigned(in: lines)
    else { return false }
    (oneMinute, fiveMinutes, fifteenMinutes, self.tasks) = (one, five, fifteen, tasks)
    return true
  }
}
