// /proc/diskstats: counters of each block device, partitions included.
//
//      254       0 vda 28868 6226 4193930 10309 5881 7664 712784 2372 0 5996 12772 723 0 143848 60 925 29
//
// major minor name, then: reads, reads merged, sectors read, milliseconds reading; the same four of writes; requests in
// flight; milliseconds with any request in flight; milliseconds times requests in flight. Discards follow since 4.18,
// flushes since 5.5. The milliseconds have 32 bits and wrap.

import Text

/// What /proc/diskstats says of the devices that are looked for.
struct DiskStatistics: SoleKernelText {
  static var input: Input { .file(root: .proc, path: "diskstats") }

  /// Columns after the name, in the kernel's order.
  enum Column: Int {
    case reads, readsMerged, sectorsRead, readMilliseconds
    case writes, writesMerged, sectorsWritten, writeMilliseconds
    case inFlight, busyMilliseconds, queueMilliseconds
  }

  /// The numbers of one device.
  typealias Counters = NumberRow<11>

  /// A sector of this file, whatever a sector of the device is.
  static let sectorBytes = 512.0

  /// The devices that are looked for, by their places.
  var devices = NamedRows<11>()

  mutating func parse(_ lines: Span<UInt8>) -> Bool {
    devices.clear()
    var cursor = Cursor()
    // A host without block devices has an empty file.
    var isDisks = lines.isEmpty
    while !cursor.isAtEnd(of: lines) {
      if let name = Self.device(&cursor, in: lines) {
        isDisks = true
        devices.take(name, &cursor, in: lines)
      }
      cursor.skipLine(in: lines)
    }
    return isDisks
  }

  /// Takes a line up to its device's name, before the counters. Absent where it is no such line.
  static func device(_ cursor: inout Cursor, in lines: Span<UInt8>) -> Range<Int>? {
    guard cursor.unsigned(in: lines) != nil, cursor.unsigned(in: lines) != nil else { return nil }
    return cursor.word(in: lines)
  }
}
