// disk(DEVICE): what a block device does, as iostat(1) computes it.

import Language

extension Definition {
  static let disk = Definition(
    "disk", .text(label: "DEVICE", example: "sda"), of: .disks,
    help: "a block device or partition, named as in /proc/diskstats",
    [
      Metric(
        "utilization", .percent, "time with any request under way; devices that work in parallel can do more at 100%",
        utilization),
      Metric("read", .bytesPerSecond, "bytes read", rate(.sectorsRead, DiskStatistics.sectorBytes)),
      Metric("write", .bytesPerSecond, "bytes written", rate(.sectorsWritten, DiskStatistics.sectorBytes)),
      Metric("reads", .perSecond, "reads finished", rate(.reads)),
      Metric("writes", .perSecond, "writes finished", rate(.writes)),
      Metric(
        "await", .seconds, "what a read or write took on average, waiting included; 0 when there was none",
        quantity { use, _ in use.latency }),
      Metric("queue", .number, "requests under way or waiting, on average", rate(.queueMilliseconds, 0.001)),
    ])

  /// A quantity of what happened between two samples.
  private static func quantity(
    _ quantity: @escaping @Sendable (_ use: DiskUse, _ seconds: Double) -> Double?
  ) -> Origin {
    Origin { arguments, inputs in
      let file: KernelFile<DiskStatistics> = inputs.file()
      let name = deviceName(arguments.text)
      let place = file.configure { $0.devices.watch(name) }
      return { () throws(Gap) in
        let now = try file.value("no such device") { $0.devices[place] }
        let before = try file.valueBefore { $0.devices[place] }
        let seconds = try file.elapsed()
        guard let use = DiskUse(from: before, to: now) else { throw .absent(.restarted, file.input) }
        guard let value = quantity(use, seconds) else { throw file.missing("this kernel does not count it") }
        return value
      }
    }
  }

  /// How much a counter goes up in a second, in another unit.
  private static func rate(_ column: DiskStatistics.Column, _ unit: Double = 1) -> Origin {
    quantity { use, seconds in use[column].map { $0 / seconds * unit } }
  }

  private static let utilization = quantity { use, seconds in
    use[.busyMilliseconds].map { min($0 / 1000 / seconds, 1) * 100 }
  }
}

/// A device as /proc/diskstats names it: `/dev/sda` is `sda`, and sysfs's `cciss!c0d0` is `cciss/c0d0`.
func deviceName(_ device: String) -> [UInt8] {
  let name = device.utf8.map { $0 == 0x21 ? 0x2F : $0 }
  let directory = Array("/dev/".utf8)
  return name.starts(with: directory) ? Array(name.dropFirst(directory.count)) : name
}
