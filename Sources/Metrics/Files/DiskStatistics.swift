// /proc/diskstats: counters of each block device, partitions included.
//
//      254       0 vda 28868 6226 4193930 10309 5881 7664 712784 2372 0 5996 12772 723 0 143848 60 925 29
//
// major minor name, then: reads, reads merged, sectors read, milliseconds reading; the same four of writes; requests in
// flight; milliseconds with any request in flight; milliseconds times requests in flight. Discards follow since 4.18,
// flushes since 5.5. The milliseconds have 32 bits and wrap.

import Text

/// What /proc/diskstats says of the devices that are looked for. Other lines are skipped: hosts have hundreds.
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

  private struct Device {
    let name: [UInt8]
    var counters: Counters?
  }

  private var devices: [Device] = []

  /// Looks for a device from the next text on. Returns its place.
  mutating func watch(_ name: [UInt8]) -> Int {
    for (index, device) in devices.enumerated() where device.name == name { return index }
    devices.append(Device(name: name, counters: nil))
    return devices.count - 1
  }

  /// The counters of the device at a place; absent where there is no such device.
  func counters(at place: Int) -> Counters? { devices[place].counters }

  mutating func parse(_ lines: Span<UInt8>) -> Bool {
    for index in devices.indices { devices[index].counters = nil }
    var cursor = Cursor()
    // A host without block devices has an empty file.
    var isDisks = lines.isEmpty
    while !cursor.isAtEnd(of: lines) {
      if let name = Self.device(&cursor, in: lines) {
        isDisks = true
        for index in devices.indices where lines.equals(devices[index].name, in: name) {
          devices[index].counters = .init(&cursor, in: lines)
        }
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

extension Span<UInt8> {
  /// Whether the bytes in this range are exactly these.
  func equals(_ bytes: [UInt8], in range: Range<Int>) -> Bool {
    guard range.count == bytes.count else { return false }
    for index in bytes.indices where self[range.lowerBound + index] != bytes[index] { return false }
    return true
  }
}
