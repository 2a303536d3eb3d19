// pressure.cpu, pressure.memory, pressure.io: time that tasks lost by waiting for a resource.

import Language

extension Definition {
  static let processorPressure = pressure(
    "cpu", "time in which tasks waited for a processor",
    noFull: "no 'full' line, which Linux has for processors since 5.13")
  static let memoryPressure = pressure("memory", "time in which tasks waited for memory: reclaim, swap, lost cache")
  static let devicePressure = pressure("io", "time in which tasks waited for a block device")

  private static func pressure(
    _ resource: String, _ help: String, noFull: String = "no 'full' line"
  ) -> Definition {
    func share(_ what: String, _ stall: @escaping @Sendable (StallTimes) -> StallTimes.Stall?) -> Origin {
      Origin { _, inputs in
        let file = inputs.pressure(at: input(resource))
        return { () throws(Gap) in try file.share(what, stall) }
      }
    }
    func average(_ what: String, _ average: @escaping @Sendable (StallTimes) -> Double?) -> Origin {
      Origin { _, inputs in
        let file = inputs.pressure(at: input(resource))
        return { () throws(Gap) in try file.value(what, average) }
      }
    }
    return Definition(
      "pressure.\(resource)", help: help,
      [
        Metric("some", .percent, "at least one task waited, since the last sample", share(noSome) { $0.some }),
        Metric(
          "some.avg10", .percent, "at least one task waited, over 10 seconds", average(noSome) { $0.some?.average10 }),
        Metric(
          "some.avg60", .percent, "at least one task waited, over 60 seconds", average(noSome) { $0.some?.average60 }),
        Metric(
          "some.avg300", .percent, "at least one task waited, over 300 seconds", average(noSome) { $0.some?.average300 }
        ),
        Metric("full", .percent, "nobody got anything done, since the last sample", share(noFull) { $0.full }),
        Metric(
          "full.avg10", .percent, "nobody got anything done, over 10 seconds", average(noFull) { $0.full?.average10 }),
        Metric(
          "full.avg60", .percent, "nobody got anything done, over 60 seconds", average(noFull) { $0.full?.average60 }),
        Metric(
          "full.avg300", .percent, "nobody got anything done, over 300 seconds", average(noFull) { $0.full?.average300 }
        ),
      ])
  }

  private static let noSome = "no 'some' line"

  private static func input(_ resource: String) -> Input { .file(root: .proc, path: "pressure/\(resource)") }
}

extension Inputs {
  /// A pressure file. Some distributions build it into their kernels and leave it off.
  mutating func pressure(at input: Input) -> KernelFile<StallTimes> {
    let file: KernelFile<StallTimes> = file(at: input)
    file.explain(.notSupported, "the kernel does not measure pressure unless it is started with psi=1")
    return file
  }
}

extension KernelFile<StallTimes> {
  /// The share of the time since the sample before, 0...100. The kernel adds up on each processor at its own moments, so
  /// that a total can go up by a little more than the time.
  func share(_ what: String, _ stall: (StallTimes) -> StallTimes.Stall?) throws(Gap) -> Double {
    try min(rate(what) { stall($0)?.total } / 1e6, 1) * 100
  }
}
