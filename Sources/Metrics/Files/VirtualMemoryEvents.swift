// /proc/vmstat: some 150 counters, of which these.
//
//     pswpin 1024
//     pswpout 2048
//     oom_kill 0
//
// Which of them there are differs between kernels: oom_kill since 4.13.

import Text

/// What /proc/vmstat says.
struct VirtualMemoryEvents: SoleKernelText {
  static var input: Input { .file(root: .proc, path: "vmstat") }

  /// Pages read from swap since boot.
  private(set) var pagesSwappedIn: UInt64?
  /// Pages written to swap since boot.
  private(set) var pagesSwappedOut: UInt64?
  /// Processes killed since boot because there was no memory left, in any control group.
  private(set) var kills: UInt64?

  mutating func parse(_ lines: Span<UInt8>) -> Bool {
    self = VirtualMemoryEvents()
    var cursor = Cursor()
    var hasEvents = false
    while !cursor.isAtEnd(of: lines) {
      if cursor.take("pswpin ", in: lines) {
        pagesSwappedIn = cursor.unsigned(in: lines)
      } else if cursor.take("pswpout ", in: lines) {
        pagesSwappedOut = cursor.unsigned(in: lines)
      } else if cursor.take("oom_kill ", in: lines) {
        kills = cursor.unsigned(in: lines)
      } else {
        _ = cursor.word(in: lines)
        hasEvents = hasEvents || cursor.unsigned(in: lines) != nil
      }
      cursor.skipLine(in: lines)
    }
    return hasEvents || pagesSwappedIn != nil || pagesSwappedOut != nil || kills != nil
  }
}
