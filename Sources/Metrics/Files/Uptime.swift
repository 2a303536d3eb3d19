// /proc/uptime: seconds since boot, and seconds that processors were idle, added up.
//
//     689.33 1321.62
//
// In a container with its own view (lxcfs) it is the container's.

import Text

/// What /proc/uptime says.
struct Uptime: SoleKernelText {
  static var input: Input { .file(root: .proc, path: "uptime") }

  /// Seconds since boot, time asleep included.
  private(set) var seconds = 0.0

  mutating func parse(_ lines: Span<UInt8>) -> Bool {
    var cursor = Cursor()
    guard let seconds = cursor.kernelDecimal(in: lines) else { return false }
    self.seconds = seconds
    return true
  }
}
