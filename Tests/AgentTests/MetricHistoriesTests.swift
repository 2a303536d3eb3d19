import Diagnostics
import Rules
import Testing

@testable import Agent

private func rules(_ when: String, interval: String = "1s") throws -> RuleSet {
  let text = "interval: \(interval)\nrules:\n  - when: \(when)\n    reply: 50%\n"
  return try #require(loadRules(Source(name: "rules.yaml", bytes: Array(text.utf8)), in: DiskFiles()).ruleSet)
}

/// `1-3 . 2-2`
private func text(_ histories: MetricHistories, _ index: Int = 0) -> String {
  histories.spans(of: index).map { $0.map { "\(Int($0.least))-\(Int($0.greatest))" } ?? "." }.joined(separator: " ")
}

@Suite struct MetricHistoriesTests {
  @Test func aSpanHasTheLeastAndTheGreatest() throws {
    let histories = MetricHistories(try rules("load.1m > 4"), after: nil)
    #expect(histories.span == .seconds(5) && text(histories) == "")
    for (second, value) in [(100, 2.0), (101, 3), (104, 1), (105, 7), (106, nil), (110, nil), (119, 4)] {
      histories.add([value], at: .seconds(second))
    }
    #expect(text(histories) == "1-3 7-7 . 4-4")
  }

  @Test func whatIsOlderThanSixtySpansIsForgotten() throws {
    let histories = MetricHistories(try rules("load.1m > 4"), after: nil)
    for second in stride(from: 0, to: 1000, by: 5) { histories.add([Double(second)], at: .seconds(second)) }
    let spans = histories.spans(of: 0)
    #expect(spans.count == 60 && spans.first??.least == 700 && spans.last??.greatest == 995)
    // A host that slept, or a daemon that was stopped.
    histories.add([1], at: .seconds(1200))
    #expect(
      text(histories).hasPrefix("905-905 910-910")
        && text(histories).hasSuffix("995-995" + String(repeating: " .", count: 40) + " 1-1"))
    histories.add([2], at: .seconds(9999))
    #expect(text(histories) == "2-2")
  }

  @Test func metricsThatStayKeepTheirs() throws {
    let before = MetricHistories(try rules("load.1m > 4 and cpu.idle < 10%"), after: nil)
    before.add([1, 90], at: .seconds(10))
    let after = MetricHistories(try rules("cpu.idle < 20% and memory.total > 1M"), after: before)
    #expect(text(after, 0) == "90-90" && text(after, 1) == "")
    // In percent it is another number.
    let other = MetricHistories(try rules("load.1m > 400%"), after: before)
    #expect(text(other) == "")
  }

  @Test func aLongIntervalHasLongSpans() throws {
    let before = MetricHistories(try rules("load.1m > 4", interval: "1m"), after: nil)
    before.add([1], at: .seconds(60))
    before.add([2], at: .seconds(120))
    #expect(before.span == .seconds(60) && text(before) == "1-1 2-2")
    #expect(text(MetricHistories(try rules("load.1m > 4"), after: before)) == "")
  }
}
