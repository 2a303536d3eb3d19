// Recorded hosts: every metric's exact value, or why there is none.

import Language
import Metrics
import Testing

@Suite struct FixtureTests {
  /// `expected` says in each line what a metric is after two samples, five seconds apart: `cpu.idle 93.1`,
  /// `swap.used% unknown: /proc/meminfo: no swap is configured`. The numbers were computed without this program.
  @Test(arguments: FixtureHost.all)
  func valuesAreExact(host: FixtureHost) throws {
    let expected = try host.lines("expected").map(ExpectedLine.init)
    let readings = Readings(expected.map { $0.name }, groups: host.groups)
    try host.sample(readings, later: false, at: .seconds(100))
    try host.sample(readings, later: true, at: .seconds(105))
    for (index, row) in expected.enumerated() {
      let value = readings.values[index]
      let found = value.map { "\($0)" } ?? "unknown: \(readings.reason(index) ?? "?")"
      let isSame = value.map { row.isNear($0) } ?? (found == row.value)
      #expect(isSame, "\(row.name) \(found), expected \(row.value)")
      #expect(readings.settled[index] || row.value.hasSuffix("not measured yet"), "\(row.name)")
    }
  }

  @Test func everyMetricHasAValueOnSomeHost() throws {
    var known: Set<String> = []
    for host in FixtureHost.all {
      for row in try host.lines("expected").map(ExpectedLine.init) where Double(row.value) != nil {
        let reference = reference(row.name)
        known.insert(plainName(reference) + (reference.inPercent ? "%" : ""))
      }
    }
    for source in Catalogue.host.sources {
      for metric in source.metrics {
        #expect(known.contains("\(source.name).\(metric.name)"), "\(source.name).\(metric.name)")
        if metric.hasWhole {
          #expect(known.contains("\(source.name).\(metric.name)%"), "\(source.name).\(metric.name)%")
        }
      }
    }
  }
}

struct ExpectedLine {
  let name: String
  let value: String

  /// A name ends at the first blank behind its closing parenthesis, or behind its point.
  init(_ line: String) {
    // What stands in quotes may have parentheses of its own; and not every ")" is the name's.
    let word = line.prefix { $0 != " " }
    let close = word.contains("(\"") ? "\")" : ")"
    let start = word.contains("(") ? line.firstRange(of: close)!.lowerBound : line.startIndex
    let end = line[start...].firstIndex(of: " ")!
    name = String(line[..<end])
    value = String(line[line.index(after: end)...])
  }

  /// The same number but for the rounding of another order of operations.
  func isNear(_ found: Double) -> Bool {
    guard let expected = Double(value) else { return false }
    return abs(found - expected) <= 1e-12 * max(abs(expected), 1)
  }
}
