// The block devices of this host: disks, then their partitions, then what is memory or a drive without a medium.

import Language
import Text

extension InstanceListing {
  /// Block devices, as /proc/diskstats names them.
  static let disks = InstanceListing(
    "disk", in: DiskStatistics.input, spelling: { String(decoding: deviceName($0), as: UTF8.self) }, parse: disks(in:))

  private static func disks(in lines: Span<UInt8>) -> Instances? {
    var disks: [[UInt8]] = []
    var partitions: [[UInt8]] = []
    var odd: [[UInt8]] = []
    var idle: [[UInt8]] = []
    var cursor = Cursor()
    var isDisks = lines.isEmpty
    while !cursor.isAtEnd(of: lines) {
      if let range = DiskStatistics.device(&cursor, in: lines) {
        isDisks = true
        let name = lines.bytes(in: range)
        let counters = DiskStatistics.Counters(&cursor, in: lines)
        if isOdd(name) {
          let works = counters?[DiskStatistics.Column.reads.rawValue] ?? 0 > 0
          if works { odd.append(name) } else { idle.append(name) }
        } else if disks.contains(where: { isPartition(name, of: $0) }) {
          partitions.append(name)
        } else {
          disks.append(name)
        }
      }
      cursor.skipLine(in: lines)
    }
    guard isDisks else { return nil }
    return Instances(usual: (disks + partitions + odd).map(argument), others: idle.map(argument))
  }

  private static func argument(_ name: [UInt8]) -> Argument { .text(String(decoding: name, as: UTF8.self)) }

  /// Devices that stand ready in any number, or whose medium can be missing. They count once something was read.
  private static func isOdd(_ name: [UInt8]) -> Bool {
    for prefix in ["loop", "ram", "zram", "nbd", "sr", "fd"] where name.starts(with: prefix.utf8) {
      if name.dropFirst(prefix.utf8.count).allSatisfy({ $0.isDigit }) { return true }
    }
    return false
  }

  /// Whether a device is a part of another: `sda1` of `sda`, and `nvme0n1p1` of `nvme0n1`, whose name ends in a digit.
  private static func isPartition(_ name: [UInt8], of disk: [UInt8]) -> Bool {
    guard name.starts(with: disk), let last = disk.last else { return false }
    var number = name.dropFirst(disk.count)
    if last.isDigit {
      guard number.first == .of("p") else { return false }
      number = number.dropFirst()
    }
    return !number.isEmpty && number.allSatisfy { $0.isDigit }
  }
}
