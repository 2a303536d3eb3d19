// disk(DEVICE): what a block device does, as iostat(1) computes it.

import Language

extension Definition {
  static let disk = Definition(
    "disk", .text(label: "DEVICE", example: "sda"),
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
        "await", .seconds, "what a read or write took on average, waiting included; 0 when there was none", latency),
      Metric("queue", .number, "requests under way or waiting, on average", rate(.queueMilliseconds, 1 / 1000)),
    ])

  private static let noDevice = "no such device"

  private static func rate(_ column: DiskStatistics.Column, _ unit: Double = 1) -> Origin {
    Origin { arguments, inputs in
      let (file, place) = inputs.disk(arguments.text)
      return { () throws(Gap) in try file.rate(noDevice) { $0.counter(column, at: place) } * unit }
    }
  }

  private static let utilization = Origin { arguments, inputs in
    let (file, place) = inputs.disk(arguments.text)
    return { () throws(Gap) in
      let busyMilliseconds = try file.rate(noDevice) { $0.counter(.busyMilliseconds, at: place) }
      return min(busyMilliseconds / 1000, 1) * 100
    }
  }

  private static let latency = Origin { arguments, inputs in
    let (file, place) = inputs.disk(arguments.text)
    return { () throws(Gap) in
      func increase(_ column: DiskStatistics.Column) throws(Gap) -> Double {
        try file.increase(noDevice) { $0.counter(column, at: place) }
      }
      let requests = try increase(.reads) + increase(.writes)
      let milliseconds = try increase(.readMilliseconds) + increase(.writeMilliseconds)
      return requests > 0 ? milliseconds / requests / 1000 : 0
    }
  }
}

extension Inputs {
  fileprivate mutating func disk(_ device: String) -> (KernelFile<DiskStatistics>, place: Int) {
    let file: KernelFile<DiskStatistics> = file()
    let name = deviceName(device)
    return (file, file.configure { $0.watch(name) })
  }
}

/// A device as /proc/diskstats names it: `/dev/sda` is `sda`, and sysfs's `cciss!c0d0` is `cciss/c0d0`.
func deviceName(_ device: String) -> [UInt8] {
  let name = device.utf8.map { $0 == 0x21 ? 0x2F : $0 }
  let directory = Array("/dev/".utf8)
  return name.starts(with: directory) ? Array(name.dropFirst(directory.count)) : name
}
