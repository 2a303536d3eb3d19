// /proc/meminfo: a quantity of memory in each line.
//
//     MemTotal:       24684100 kB
//     MemFree:        24098928 kB
//     MemAvailable:   24352132 kB
//     Buffers:            1740 kB
//     Cached:           437512 kB
//
// "kB" are 1024 bytes. Which lines there are differs between kernels, their order too.

import Text

/// What /proc/meminfo says, in bytes.
struct MemoryInformation: SoleKernelText {
  static var input: Input { .file(root: .proc, path: "meminfo") }

  /// Memory that the kernel manages.
  private(set) var total: Double?
  /// Memory that nothing uses.
  private(set) var free: Double?
  /// What programs could still get without swapping; since Linux 3.14.
  private(set) var available: Double?
  /// Block device pages.
  private(set) var buffers: Double?
  /// Pages of files, those of tmpfs included.
  private(set) var pageCache: Double?
  /// Kernel objects that can be given up.
  private(set) var reclaimableSlab: Double?
  /// Pages that wait to be written.
  private(set) var dirty: Double?
  /// What programs have been promised.
  private(set) var committed: Double?
  /// Size of the swap space.
  private(set) var swapTotal: Double?
  /// Unused swap space.
  private(set) var swapFree: Double?

  mutating func parse(_ lines: Span<UInt8>) -> Bool {
    self = MemoryInformation()
    var cursor = Cursor()
    while !cursor.isAtEnd(of: lines) {
      if cursor.take("MemTotal:", in: lines) {
        total = bytes(&cursor, lines)
      } else if cursor.take("MemFree:", in: lines) {
        free = bytes(&cursor, lines)
      } else if cursor.take("MemAvailable:", in: lines) {
        available = bytes(&cursor, lines)
      } else if cursor.take("Buffers:", in: lines) {
        buffers = bytes(&cursor, lines)
      } else if cursor.take("Cached:", in: lines) {
        pageCache = bytes(&cursor, lines)
      } else if cursor.take("SReclaimable:", in: lines) {
        reclaimableSlab = bytes(&cursor, lines)
      } else if cursor.take("Dirty:", in: lines) {
        dirty = bytes(&cursor, lines)
      } else if cursor.take("Committed_AS:", in: lines) {
        committed = bytes(&cursor, lines)
      } else if cursor.take("SwapTotal:", in: lines) {
        swapTotal = bytes(&cursor, lines)
      } else if cursor.take("SwapFree:", in: lines) {
        swapFree = bytes(&cursor, lines)
      }
      cursor.skipLine(in: lines)
    }
    return total ?? 0 > 0
  }

  private func bytes(_ cursor: inout Cursor, _ lines: Span<UInt8>) -> Double? {
    guard let kibibytes = cursor.unsigned(in: lines), cursor.take(" kB", in: lines) else { return nil }
    return Double(kibibytes) * 1024
  }

  /// What programs cannot get without swapping, as free(1) has it since procps 4.
  var used: Double? {
    guard let total, let available else { return nil }
    return max(total - available, 0)
  }

  /// What the kernel keeps because it might be asked for again: the column "buff/cache" of free(1).
  var cached: Double? {
    guard let buffers, let pageCache, let reclaimableSlab else { return nil }
    return buffers + pageCache + reclaimableSlab
  }

  /// Swap space in use.
  var swapUsed: Double? {
    guard let swapTotal, let swapFree else { return nil }
    return max(swapTotal - swapFree, 0)
  }
}
