// cpu, cpu(N): where the processors' time goes.

import Language

extension Definition {
  static let cpu = Definition(
    "cpu", .number(label: "N", optional: true), of: .processors,
    help: "all processors together, or processor number N; shares of the time since the last sample",
    [
      Metric(
        "idle", .percent, "doing nothing; time spent waiting for a device is iowait, not idle", share { $0[.idle] }),
      Metric("busy", .percent, "all that is neither idle nor iowait", share { $0.busy }),
      Metric("user", .percent, "running programs, virtual machines included", share { $0[.user] }),
      Metric("nice", .percent, "running programs of lowered priority", share { $0[.nice] }),
      Metric("system", .percent, "running the kernel for programs", share { $0[.system] }),
      Metric("iowait", .percent, "doing nothing while a device is waited for", share { $0[.iowait] }),
      Metric("irq", .percent, "serving interrupts", share { $0[.irq] }),
      Metric("softirq", .percent, "serving what interrupts left for later, the network mostly", share { $0[.softirq] }),
      Metric("steal", .percent, "taken by the hypervisor for other machines", share { $0[.steal] }),
      Metric("guest", .percent, "running virtual machines; contained in user and nice", share { $0.guest }),
      Metric("count", .number, "processors that are online", count),
      Metric("busiest", .percent, "the busy share of the busiest single processor", busiest),
    ])

  private static func share(_ ticks: @escaping @Sendable (ProcessorUse) -> Double?) -> Origin {
    Origin { arguments, inputs in
      let file: KernelFile<ProcessorTimes> = inputs.file()
      let number = arguments.number
      return { () throws(Gap) in
        let use = try file.use(of: number)
        guard let ticks = ticks(use) else { throw file.missing("this kernel does not count it") }
        return min(ticks / use.total, 1) * 100
      }
    }
  }

  private static let count = Origin { arguments, inputs in
    let file: KernelFile<ProcessorTimes> = inputs.file()
    guard let number = arguments.number else { return { () throws(Gap) in try file.processors() } }
    return { () throws(Gap) in
      _ = try file.value(noProcessor) { $0.ticks(of: number) }
      return 1
    }
  }

  private static let busiest = Origin { arguments, inputs in
    let file: KernelFile<ProcessorTimes> = inputs.file()
    if let number = arguments.number {
      return { () throws(Gap) in
        let use = try file.use(of: number)
        return use.busy / use.total * 100
      }
    }
    return { () throws(Gap) in
      _ = try file.processors()
      let share = try file.compare { ProcessorUse.busiestShare(from: $0, to: $1) }
      guard let share else { throw .unchanged }
      return share * 100
    }
  }
}

private let noProcessor = "no such processor is online"

extension KernelFile<ProcessorTimes> {
  /// What a processor, or all of them, did since the sample before. The sum is more than 0.
  fileprivate func use(of number: Int?) throws(Gap) -> ProcessorUse {
    let now = try value(noProcessor) { $0.ticks(of: number) }
    let before = try valueBefore { $0.ticks(of: number) }
    guard let use = ProcessorUse(from: before, to: now) else { throw .absent(.restarted, input) }
    guard use.total > 0 else { throw .unchanged }
    return use
  }

  /// How many processors are online, more than 0.
  func processors() throws(Gap) -> Double {
    try value("no processor is listed") { $0.processors.isEmpty ? nil : Double($0.processors.count) }
  }
}
