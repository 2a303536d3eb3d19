// load: how many tasks run or want to.

import Language

extension Definition {
  static let load = Definition(
    "load", help: "the kernel's load averages: tasks that run, could run, or wait for a device",
    [
      Metric(
        "1m", .number, against: processors, "over 1 minute; in percent of the processors", average { $0.oneMinute }),
      Metric(
        "5m", .number, against: processors, "over 5 minutes; in percent of the processors", average { $0.fiveMinutes }),
      Metric(
        "15m", .number, against: processors, "over 15 minutes; in percent of the processors",
        average { $0.fifteenMinutes }),
      Metric("running", .number, "tasks that run or could run now, agentcheckd included", now { $0.running }),
      Metric("blocked", .number, "tasks that wait for a device now", now { $0.blocked }),
      Metric("tasks", .number, "tasks there are, each thread being one", average { Double($0.tasks) }),
    ])

  private static let processors = Origin { _, inputs in
    let file: KernelFile<ProcessorTimes> = inputs.file()
    return { () throws(Gap) in try file.processors() }
  }

  private static func average(_ pick: @escaping @Sendable (LoadAverages) -> Double) -> Origin {
    .value("no load average", pick)
  }

  private static func now(_ pick: @escaping @Sendable (ProcessorTimes) -> UInt64?) -> Origin {
    .value("this kernel does not count it") { pick($0).map { Double($0) } }
  }
}
