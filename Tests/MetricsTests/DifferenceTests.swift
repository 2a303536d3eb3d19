// What lies between two samples: counters that go on, wrap or start again, and processors that do.

import Testing

@testable import Metrics

@Suite struct DifferenceTests {
  @Test(
    arguments: [
      (before: 5, now: 5, increase: 0),
      (before: 5, now: 9, increase: 4),
      (before: 0, now: .max, increase: .max),
      // 32 bits full: a wrap.
      (before: 4_294_967_295, now: 0, increase: 1),
      (before: 4_294_967_000, now: 704, increase: 1000),
      (before: 4_294_967_295, now: 16_777_214, increase: 16_777_215),
      // Anything else that runs backwards: a restart.
      (before: 4_294_967_295, now: 16_777_215, increase: nil),
      (before: 4_000_000_000, now: 0, increase: nil),
      (before: 4_294_967_296, now: 0, increase: nil),
      (before: 5, now: 4, increase: nil),
      (before: .max, now: 0, increase: nil),
    ] as [(before: UInt64, now: UInt64, increase: UInt64?)])
  func counters(before: UInt64, now: UInt64, increase: UInt64?) {
    #expect(now.increase(since: before) == increase)
  }

  /// Columns: user nice system idle iowait irq softirq steal guest guest_nice.
  @Test(arguments: [
    ("0 0 0 0 0 0 0 0 0 0", "10 0 5 80 5 0 0 0 0 0", "idle 80 busy 15 of 100"),
    ("7 7 7 7 7 7 7 7 7 7", "8 8 8 8 8 8 8 8 8 8", "idle 1 busy 6 of 8"),
    ("0 0 0 0", "10 0 10 80", "idle 80 busy 20 of 100"),
    // Guest time is in user time already.
    ("0 0 0 0 0 0 0 0 0 0", "50 10 0 40 0 0 0 0 30 10", "idle 40 busy 60 of 100"),
    // A kernel that was replaced under our feet: what both have.
    ("0 0 0 0", "10 0 10 80 99", "idle 80 busy 20 of 100"),
    ("5 5 5 5", "5 5 5 5", "idle 0 busy 0 of 0"),
    // iowait and idle run back by a little.
    ("0 0 0 100 50", "10 0 5 180 45", "idle 80 busy 15 of 95"),
    ("0 0 0 100 50", "10 0 0 95 50", "idle 0 busy 10 of 10"),
    // More is lost than gained.
    ("0 0 0 100 50", "10 0 0 89 50", "restarted"),
    ("900 0 900 9000 90", "1 0 1 5 0", "restarted"),
    ("1 0 0 18446744073709551615", "0 0 0 0", "restarted"),
    // Guest time alone may do what it likes.
    ("0 0 0 0 0 0 0 0 900 0", "10 0 0 90 0 0 0 0 0 0", "idle 90 busy 10 of 100"),
  ])
  func processors(before: String, now: String, meaning: String) throws {
    let use = ProcessorUse(from: try ticks(before), to: try ticks(now))
    let found = use.map { "idle \(Int($0[.idle]!)) busy \(Int($0.busy)) of \(Int($0.total))" } ?? "restarted"
    #expect(found == meaning)
  }

  @Test(
    arguments: [
      // Only what both samples have is compared; the numbers need not be the same places.
      ([0: 10, 1: 20], [0: 60, 1: 40], 50),
      ([0: 10, 2: 20], [1: 99, 2: 50], 30),
      ([0: 10, 1: 20, 2: 30], [2: 40], 10),
      ([0: 10], [1: 20], nil),
      ([0: 10], [:], nil),
      // One that started again is left out.
      ([0: 1000, 1: 10], [0: 0, 1: 30], 20),
    ] as [([Int: Int], [Int: Int], Int?)])
  func busiest(before: [Int: Int], now: [Int: Int], percent: Int?) {
    // Every processor goes through 100 ticks; the numbers above are how many of them it was busy, added up.
    func times(_ busy: [Int: Int], later: Int) -> ProcessorTimes {
      let lines = busy.sorted { $0.key < $1.key }.map { "cpu\($0.key) \($0.value) 0 0 \(later + 2000 - $0.value)\n" }
      return ProcessorTimes().reading("cpu  1 1 1 1\n\(lines.joined())")!
    }
    let share = ProcessorUse.busiestShare(from: times(before, later: 0), to: times(now, later: 100))
    #expect(share.map { Int(($0 * 100).rounded()) } == percent)
  }

  /// A host with 768 processors of which every third is offline, one more than before: its lines are missing, and its number
  /// belongs to nobody else.
  @Test func hundredsOfProcessorsSomeOfThemOffline() throws {
    func times(offline: Int, busy: Int, total: Int) throws -> ProcessorTimes {
      let lines = (0..<768).filter { $0 % 3 != 2 && $0 != offline }
        .map { "cpu\($0) \($0 == 766 ? busy : 0) 0 0 \(total - ($0 == 766 ? busy : 0)) 0 0 0 0 0 0\n" }
      let others = "intr 9\nctxt 1\nprocs_running 3\nprocs_blocked 0\n"
      return try #require(
        ProcessorTimes().reading("cpu  \(busy) 0 0 \(total) 0 0 0 0 0 0\n\(lines.joined())\(others)"))
    }
    let before = try times(offline: -1, busy: 5, total: 1000)
    let now = try times(offline: 1, busy: 30, total: 1100)
    #expect(ProcessorUse.busiestShare(from: before, to: now) == 0.25)
  }

  private func ticks(_ columns: String) throws -> ProcessorTimes.Ticks {
    try #require(ProcessorTimes().reading("cpu  \(columns)\n")?.all)
  }
}
