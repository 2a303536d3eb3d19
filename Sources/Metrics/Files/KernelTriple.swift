// Files that hold three numbers and nothing else.
//
//     287901	383870	575802
//
// In sys/net/ipv4/tcp_mem they are pages of memory: below the first nothing is done, above the second TCP saves memory,
// above the third it refuses any. In sys/fs/file-nr they are the files that the kernel has made room for, those of them
// that are unused (0 since Linux 2.6), and the limit.

import Text

/// What such a file says.
struct KernelTriple: KernelText {
  /// The numbers.
  private(set) var first: UInt64 = 0
  private(set) var second: UInt64 = 0
  private(set) var third: UInt64 = 0

  mutating func parse(_ lines: Span<UInt8>) -> Bool {
    var cursor = Cursor()
    guard let first = cursor.unsigned(in: lines), let second = cursor.unsigned(in: lines),
      let third = cursor.unsigned(in: lines)
    else { return false }
    (self.first, self.second, self.third) = (first, second, third)
    return true
  }
}
