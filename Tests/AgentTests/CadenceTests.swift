// How often a load balancer asks, found out from when it has asked.

import Testing

@testable import Agent

@Suite struct CadenceTests {
  /// Rows of probes: when each begins, and its interval, in milliseconds; how far each instant is off, in percent of it.
  struct Rhythm: Sendable, CustomTestStringConvertible {
    let name: String
    let rows: [(start: Int, every: Int)]
    var jitter = 0
    let expected: Cadence?
    var testDescription: String { name }

    static func seen(_ milliseconds: Int, lines: Int) -> Cadence {
      Cadence(interval: .milliseconds(milliseconds), lines: lines)
    }
  }

  @Test(arguments: [
    Rhythm(name: "one row", rows: [(0, 2000)], expected: Rhythm.seen(2000, lines: 1)),
    Rhythm(name: "fast", rows: [(0, 100)], expected: Rhythm.seen(100, lines: 1)),
    Rhythm(name: "two rows", rows: [(0, 2000), (300, 2000)], expected: Rhythm.seen(2000, lines: 2)),
    Rhythm(name: "three rows", rows: [(0, 2000), (300, 2000), (1100, 2000)], expected: Rhythm.seen(2000, lines: 3)),
    Rhythm(
      name: "four rows", rows: [(0, 2000), (300, 2000), (1100, 2000), (1500, 2000)],
      expected: Rhythm.seen(2000, lines: ProbeTimes.mostLines)),
    Rhythm(
      name: "five rows", rows: [(0, 2000), (300, 2000), (700, 2000), (1100, 2000), (1500, 2000)], expected: nil),
    Rhythm(name: "two at the same instant", rows: [(0, 2000), (0, 2000)], expected: Rhythm.seen(2000, lines: 2)),
    // Nobody can see more.
    Rhythm(name: "evenly between", rows: [(0, 2000), (1000, 2000)], expected: Rhythm.seen(1000, lines: 1)),
    Rhythm(name: "spread-checks 10", rows: [(0, 2000)], jitter: 10, expected: Rhythm.seen(2000, lines: 1)),
    Rhythm(name: "two intervals", rows: [(0, 2000), (0, 3100)], expected: nil),
    Rhythm(name: "the slower of two", rows: [(0, 2000), (300, 4000)], expected: Rhythm.seen(4000, lines: 3)),
    Rhythm(name: "by hand", rows: [(0, 7000), (100, 12_000), (170, 21_000)], expected: nil),
  ])
  func seen(_ rhythm: Rhythm) {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20 {
      var instants: [Int] = []
      for row in rhythm.rows {
        var instant = row.start
        for _ in 0..<40 {
          instants.append(instant)
          let most = row.every * rhythm.jitter / 100
          instant += row.every + Int.random(in: -most...most, using: &generator)
        }
      }
      var times = ProbeTimes()
      // Beyond the end of the shorter rows nothing is as it was. The clock is one whose lower 32 bits overflow meanwhile.
      for instant in instants.sorted().prefix(instants.count / 2) {
        times.note(.milliseconds(4_294_960_000 + instant))
      }
      guard rhythm.jitter > 0 else {
        #expect(times.cadence == rhythm.expected)
        continue
      }
      let interval = times.cadence?.interval ?? .zero
      #expect(times.cadence?.lines == 1 && interval > .milliseconds(1700) && interval < .milliseconds(2300))
    }
  }

  @Test func itTakesSevenProbes() {
    var times = ProbeTimes()
    for count in 1...7 {
      times.note(.seconds(count))
      #expect((times.cadence == nil) == (count < 7))
    }
  }

  @Test func oneThatIsLateChangesNothing() {
    var times = ProbeTimes()
    for count in 0..<16 { times.note(.milliseconds(count == 9 ? 9700 : count * 1000)) }
    #expect(times.cadence == Cadence(interval: .seconds(1), lines: 1))
  }
}
