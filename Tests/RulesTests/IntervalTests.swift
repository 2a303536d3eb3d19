import Language
import Metrics
import Testing

@testable import Rules

/// The values that can be, and the ways in which a condition can hold.
@Suite struct IntervalTests {
  @Test(arguments: Comparison.allCases) func aComparisonIsTheValuesForWhichItHolds(_ comparison: Comparison) {
    for value in [-1.0, 0, 1, 2, 3] {
      let holds =
        switch comparison {
        case .less: value < 1
        case .lessOrEqual: value <= 1
        case .greater: value > 1
        case .greaterOrEqual: value >= 1
        case .equal: value == 1
        case .notEqual: value != 1
        }
      let point = Interval(from: value, to: value)
      #expect(Interval(comparison, 1).intersected(with: point).isEmpty == !holds)
      #expect(point.intersected(with: Interval(comparison, 1)).isEmpty == !holds)
    }
  }

  @Test func emptyIsWhatNothingLiesIn() {
    #expect(!Interval.everything.isEmpty)
    #expect(!Interval(from: 1, to: 1).isEmpty)
    #expect(Interval(from: 2, to: 1).isEmpty)
    #expect(Interval(.less, 1).intersected(with: Interval(.greater, 1)).isEmpty)
    #expect(Interval(.lessOrEqual, 1).intersected(with: Interval(.greater, 1)).isEmpty)
    #expect(!Interval(.lessOrEqual, 1).intersected(with: Interval(.greaterOrEqual, 1)).isEmpty)
    // Between two ends there is always another number.
    #expect(!Interval(.greater, 1).intersected(with: Interval(.less, 1.001)).isEmpty)
    #expect(!Interval(.notEqual, 1).intersected(with: Interval(from: 0, to: 2)).isEmpty)
    #expect(
      Interval(.notEqual, 1).intersected(with: Interval(from: 0, to: 1)).intersected(with: Interval(.greaterOrEqual, 1))
        .isEmpty)
    #expect(Interval(yes: true).intersected(with: Interval(yes: false)).isEmpty)
  }

  /// Of each way, how many quantities it bounds.
  @Test(arguments: [
    ("cpu.idle < 10%", [1]), ("cpu.idle < 10% and load.1m > 4", [2]), ("cpu.idle < 10% or load.1m > 4", [1, 1]),
    ("not (cpu.idle < 10% and load.1m > 4)", [1, 1]), ("not (cpu.idle < 10% or load.1m > 4)", [2]),
    ("(cpu.idle < 10% or load.1m > 4) and (cpu.user < 1% or load.5m > 4)", [2, 2, 2, 2]),
    ("cpu.idle < 10% and cpu.idle > 5%", [1]), ("load.1m > load.5m", [1]), ("filesystem(\"/\").mounted", [1]),
  ])
  func conditionsHaveWays(text: String, expected: [Int]) throws {
    let outcome = check(try Expression(parsing: text), expecting: .condition, in: Scope(catalogue: .host))
    let ways = Conjunction.ways(of: try #require(outcome.checked).term)
    #expect(ways?.map { $0.bounds.count } == expected)
  }

  @Test func whatHasTooManyWaysIsNotLookedAt() throws {
    let pair = "(cpu.idle < 10% or load.1m > 4)"
    func ways(_ count: Int) throws -> Int? {
      let text = Array(repeating: pair, count: count).joined(separator: " and ")
      let outcome = check(try Expression(parsing: text), expecting: .condition, in: Scope(catalogue: .host))
      return Conjunction.ways(of: try #require(outcome.checked).term)?.count
    }
    #expect(try ways(6) == 64)
    #expect(try ways(7) == nil)
  }
}
