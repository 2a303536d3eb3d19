// cgroup(PATH): what a service or a container uses of what it may use. Limits of the groups above are not looked at.

import Language

extension Definition {
  static let controlGroup = Definition(
    "cgroup", .text(label: "PATH", example: "system.slice/nginx.service"),
    help: "a control group, by its path below the top of the tree, or \"self\" for the one that agentcheckd is in",
    [
      Metric("cpu", .number, of: quota, "processors in use; percent of the quota", processors),
      Metric("throttled", .percent, "periods in which the quota was used up", throttled),
      Metric(
        "memory", .bytes, against: memoryLimit, "in use, without files not used lately; percent of the limit",
        workingSet),
      Metric("tasks", .number, against: taskLimit, "processes and threads; percent of the limit", tasks),
      Metric("pressure.cpu.some", .percent, "at least one task waited for a processor", stalled("cpu") { $0.some }),
      Metric("pressure.cpu.full", .percent, "nobody got anything done for want of one", stalled("cpu") { $0.full }),
      Metric("pressure.memory.some", .percent, "at least one task waited for memory", stalled("memory") { $0.some }),
      Metric(
        "pressure.memory.full", .percent, "nobody got anything done for want of it", stalled("memory") { $0.full }),
      Metric("pressure.io.some", .percent, "at least one task waited for a device", stalled("io") { $0.some }),
      Metric("pressure.io.full", .percent, "nobody got anything done because of it", stalled("io") { $0.full }),
    ])

  /// Something that is computed from files in the directory of a group.
  private static func group(
    _ controller: ControlGroups.Controller,
    _ bind: @escaping @Sendable (_ directory: GroupDirectory, _ inputs: inout Inputs) -> Formula
  ) -> Origin {
    Origin { arguments, inputs in
      do throws(Gap) {
        return bind(try inputs.groups.directory(of: arguments.text, controller), &inputs)
      } catch {
        return { () throws(Gap) in throw error }
      }
    }
  }

  private static let processors = group(.processorTime) { directory, inputs in
    if directory.isUnified {
      let file: KernelFile<GroupProcessorStatistics> = inputs.file(at: directory.file("cpu.stat"))
      return { () throws(Gap) in try file.rate("no usage_usec") { $0.microseconds } / 1e6 }
    }
    let file: KernelFile<KernelNumber> = inputs.file(at: directory.file("cpuacct.usage"))
    return { () throws(Gap) in try file.rate("no number") { $0.number } / 1e9 }
  }

  private static let quota = group(.quota) { directory, inputs in
    let none = "no quota is set"
    if directory.isUnified {
      let file: KernelFile<GroupQuota> = inputs.file(at: directory.file("cpu.max"))
      return { () throws(Gap) in try file.value(none) { $0.processors } }
    }
    let quota: KernelFile<KernelNumber> = inputs.file(at: directory.file("cpu.cfs_quota_us"))
    let period: KernelFile<KernelNumber> = inputs.file(at: directory.file("cpu.cfs_period_us"))
    return { () throws(Gap) in try quota.value(none) { $0.positive } / period.value("no period") { $0.positive } }
  }

  private static let throttled = group(.quota) { directory, inputs in
    let file: KernelFile<GroupProcessorStatistics> = inputs.file(at: directory.file("cpu.stat"))
    return { () throws(Gap) in
      let periods = try file.increase("no nr_periods: the group has no 'cpu' controller") { $0.periods }
      let throttled = try file.increase("no nr_throttled") { $0.throttledPeriods }
      _ = try file.elapsed()
      return periods > 0 ? min(Double(throttled) / Double(periods), 1) * 100 : 0
    }
  }

  private static let workingSet = group(.memory) { directory, inputs in
    let name = directory.isUnified ? "memory.current" : "memory.usage_in_bytes"
    let usage: KernelFile<KernelNumber> = inputs.file(at: directory.file(name))
    let statistics: KernelFile<GroupMemoryStatistics> = inputs.file(at: directory.file("memory.stat"))
    return { () throws(Gap) in
      let used = try usage.value("no number") { $0.number }
      let inactive = try statistics.value("no inactive_file") { $0.inactiveFiles }
      return Double(used - min(inactive, used))
    }
  }

  private static let memoryLimit = group(.memory) { directory, inputs in
    let name = directory.isUnified ? "memory.max" : "memory.limit_in_bytes"
    let file: KernelFile<KernelNumber> = inputs.file(at: directory.file(name))
    return { () throws(Gap) in
      try file.value(noLimit) { limit in limit.positive.flatMap { $0 < noMemoryLimit ? $0 : nil } }
    }
  }

  private static let tasks = group(.tasks) { directory, inputs in
    let file: KernelFile<KernelNumber> = inputs.file(at: directory.file("pids.current"))
    return { () throws(Gap) in try file.value("no number") { $0.number.map { Double($0) } } }
  }

  private static let taskLimit = group(.tasks) { directory, inputs in
    let file: KernelFile<KernelNumber> = inputs.file(at: directory.file("pids.max"))
    return { () throws(Gap) in try file.value(noLimit) { $0.positive } }
  }

  private static func stalled(
    _ resource: String, _ stall: @escaping @Sendable (StallTimes) -> StallTimes.Stall?
  ) -> Origin {
    group(.pressure) { directory, inputs in
      let file = inputs.pressure(at: directory.file("\(resource).pressure"))
      return { () throws(Gap) in try file.share("no such line", stall) }
    }
  }

  private static let noLimit = "no limit is set"

  /// Version 1 has no word for "no limit": it is the largest number of bytes in whole pages, and nobody has an exbibyte.
  private static let noMemoryLimit = 0x1p60
}

extension KernelNumber {
  /// The number, where it can be a whole.
  fileprivate var positive: Double? { number.flatMap { $0 > 0 ? Double($0) : nil } }
}
