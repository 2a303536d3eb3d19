// swap: memory that was written out to a device.

import Language

extension Definition {
  static let swap = Definition(
    "swap", help: "swap space; without any, the bytes are 0 and the percentages unknown",
    [
      Metric(
        "used", .bytes, of: total, "in use",
        .value("no SwapTotal or SwapFree") { (memory: MemoryInformation) in memory.swapUsed }),
      Metric("free", .bytes, of: total, "not in use", free),
      Metric("in", .bytesPerSecond, "read back from swap", pages("no pswpin") { $0.pagesSwappedIn }),
      Metric("out", .bytesPerSecond, "written to swap", pages("no pswpout") { $0.pagesSwappedOut }),
    ])

  private static let total = Origin.value("no swap is configured") { (memory: MemoryInformation) in
    memory.swapTotal ?? 0 > 0 ? memory.swapTotal : nil
  }

  private static let free = Origin.value("no SwapTotal or SwapFree") { (memory: MemoryInformation) in
    guard let total = memory.swapTotal, let free = memory.swapFree else { return nil }
    return min(free, total)
  }

  private static func pages(
    _ what: String, _ counter: @escaping @Sendable (VirtualMemoryEvents) -> UInt64?
  ) -> Origin {
    Origin { _, inputs in
      let file: KernelFile<VirtualMemoryEvents> = inputs.file()
      let pageSize = Double(inputs.pageSize)
      return { () throws(Gap) in try file.rate(what, counter) * pageSize }
    }
  }
}
