// memory: main memory, as free(1) counts it.

import Language

extension Definition {
  static let memory = Definition(
    "memory", help: "main memory",
    [
      Metric(
        "available", .bytes, of: total, "what programs can still get without swapping",
        part("MemAvailable") { $0.available }),
      Metric(
        "free", .bytes, of: total, "what nothing uses; caches fill it, so that little is normal",
        part("MemFree") { $0.free }),
      Metric("used", .bytes, of: total, "total less available", part("MemAvailable") { $0.used }),
      Metric(
        "cached", .bytes, of: total, "buffers, page cache (tmpfs included) and reclaimable slab: buff/cache of free(1)",
        part("Buffers, Cached or SReclaimable") { $0.cached }),
      Metric("dirty", .bytes, of: total, "waiting to be written to a device", part("Dirty") { $0.dirty }),
      Metric("committed", .bytes, against: total, "promised to programs; can be more than total", committed),
      Metric("total", .bytes, "all that the kernel manages", total),
      Metric(
        "oom_kills", .perSecond, "processes killed because there was no memory left, in any control group",
        .rate("no oom_kill, which Linux has since 4.13") { (events: VirtualMemoryEvents) in events.kills }),
    ])

  private static let total = Origin.value("no MemTotal") { (memory: MemoryInformation) in memory.total }
  private static let committed = Origin.value("no Committed_AS") { (memory: MemoryInformation) in
    memory.committed
  }

  /// A part of the total.
  private static func part(_ name: String, _ pick: @escaping @Sendable (MemoryInformation) -> Double?) -> Origin {
    .value("no \(name)") { memory in
      guard let part = pick(memory), let total = memory.total else { return nil }
      return min(part, total)
    }
  }
}
