// What a processor did between two samples.
//
// Guest time is already contained in user time, and guest_nice in nice: they are shares of their own, but no part of the
// sum. That is also how top(1) and sar(1) count.

/// The ticks that went by between two samples of one processor, or of all.
struct ProcessorUse {
  private var gained = InlineArray<10, Double>(repeating: 0)
  private let count: Int
  /// All ticks that went by. 0 where the samples are less than a tick apart.
  private(set) var total = 0.0
  /// Ticks that were neither idle nor idle for want of a device; those taken by the hypervisor are among them.
  private(set) var busy = 0.0

  /// Kernels let a column run backwards a little: iowait and idle by design, steal after a migration. Such a column has
  /// made no progress. Absent where columns lost more than all others gained: the processor was off, or the counters
  /// started again.
  init?(from before: ProcessorTimes.Ticks, to now: ProcessorTimes.Ticks) {
    count = min(before.count, now.count)
    let idle = ProcessorTimes.Column.idle.rawValue
    let iowait = ProcessorTimes.Column.iowait.rawValue
    var lost = 0.0
    for column in 0..<count {
      guard let old = before[column], let new = now[column] else { return nil }
      if new >= old { gained[column] = Double(new - old) }
      guard column < ProcessorTimes.Column.guest.rawValue else { continue }
      total += gained[column]
      if column != idle, column != iowait { busy += gained[column] }
      if new < old { lost += Double(old - new) }
    }
    if lost > total { return nil }
  }

  /// Ticks that went into a column; absent where the kernel is too old to have it.
  subscript(_ column: ProcessorTimes.Column) -> Double? {
    column.rawValue < count ? gained[column.rawValue] : nil
  }

  /// Ticks given to virtual machines.
  var guest: Double? { self[.guest].map { $0 + (self[.guestNice] ?? 0) } }

  /// The largest busy share among the processors of both samples, 0...1. Absent where not a tick has passed on any.
  static func busiestShare(from before: ProcessorTimes, to now: ProcessorTimes) -> Double? {
    var largest: Double?
    var index = 0
    for processor in now.processors {
      while index < before.processors.count, before.processors[index].number < processor.number { index += 1 }
      guard index < before.processors.count, before.processors[index].number == processor.number,
        let use = ProcessorUse(from: before.processors[index].ticks, to: processor.ticks), use.total > 0
      else { continue }
      largest = max(largest ?? 0, use.busy / use.total)
    }
    return largest
  }
}
