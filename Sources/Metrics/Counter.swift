// Numbers of the kernel's that only go up, until they do not.

/// How far beyond 2^32 a counter may be found and still count as wrapped there: for milliseconds of waiting, a queue of
/// 16,000 over one second. A jump further than that is a restart, and a wrong guess would show as an absurd rate.
private let longestWrap: UInt64 = 1 << 24

extension UInt64 {
  /// How far a counter went up from an earlier reading. Some counters have 32 bits (the milliseconds of
  /// /proc/diskstats everywhere, most counters on 32-bit kernels) and wrap; absent where one started again.
  func increase(since earlier: UInt64) -> UInt64? {
    if self >= earlier { return self - earlier }
    guard earlier < 1 << 32 else { return nil }
    let increase = (1 << 32) - earlier + self
    return increase < longestWrap ? increase : nil
  }
}
