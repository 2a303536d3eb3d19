import Language
import Metrics
import TestSupport
import Testing

@testable import Rules

/// What warnings claim about conditions, held against running them over every value that could make a difference.
@Suite struct WarningPropertyTests {
  /// Metrics with the values to try: the constants that conditions are made with, what lies between them, and the ends.
  static let metrics: [(name: String, unit: String, values: [Double])] = [
    ("cpu.idle", "%", [0, 5, 10, 15, 20, 25, 30, 65, 100]),
    ("load.1m", "", [0, 5, 10, 15, 20, 25, 30, 35]),
    ("swap.in", "MB/s", [0, 5, 10, 15, 20, 25, 30, 35].map { $0 * 1e6 }),
  ]
  static let constants = [0, 10, 20, 30]

  struct Generator {
    var random: SeededGenerator

    mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

    mutating func condition(depth: Int) -> String {
      switch depth > 0 ? below(6) : 0 {
      case 0, 1:
        let metric = WarningPropertyTests.metrics[below(WarningPropertyTests.metrics.count)]
        let sign = ["<", "<=", ">", ">=", "==", "!="][below(6)]
        let constant = "\(WarningPropertyTests.constants[below(4)])\(metric.unit)"
        return below(4) == 0 ? "\(constant) \(sign) \(metric.name)" : "\(metric.name) \(sign) \(constant)"
      case 2: return "not (\(condition(depth: depth - 1)))"
      case 3, 4: return "(\(condition(depth: depth - 1)) and \(condition(depth: depth - 1)))"
      default: return "(\(condition(depth: depth - 1)) or \(condition(depth: depth - 1)))"
      }
    }
  }

  /// Conditions as programs, and all assignments of values to the metrics that they use.
  struct Conditions {
    let programs: [Program]
    let machine: Machine
    let assignments: [[Double?]]

    init(_ texts: [String]) throws {
      var assembly = Assembly()
      programs = try texts.map { text in
        let outcome = check(try Expression(parsing: text), expecting: .condition, in: Scope(catalogue: .host))
        return assembly.add(try #require(outcome.checked))
      }
      machine = Machine(assembly, inheriting: nil)
      var assignments: [[Double?]] = [[]]
      for reference in assembly.references {
        let name = reference.text(in: .host)
        let values = WarningPropertyTests.metrics.first { $0.name == name }!.values
        assignments = assignments.flatMap { assignment in values.map { assignment + [$0] } }
      }
      self.assignments = assignments
    }

    /// Whether all of them hold for some values.
    var canHold: Bool {
      assignments.contains { values in programs.allSatisfy { machine.run($0, values) == 1 } }
    }
  }

  @Test func neverMeansNeverAndNothingElse() throws {
    var generator = Generator(random: SeededGenerator(seed: 1))
    var count = 0
    for _ in 0..<1500 {
      let condition = generator.condition(depth: 4)
      let isWarned = codes("rules: [{when: '\(condition)', reply: 50%}]\n").contains("neverHolds")
      let canHold = try Conditions([condition]).canHold
      #expect(isWarned == !canHold, "\(condition)")
      if isWarned { count += 1 }
    }
    #expect(count > 100)
  }

  @Test func whatOverlapsCanHoldAtOnce() throws {
    var generator = Generator(random: SeededGenerator(seed: 2))
    var count = 0
    for _ in 0..<1500 {
      let when = generator.condition(depth: 2)
      let until = generator.condition(depth: 1)
      let found = codes("rules: [{when: '\(when)', until: '\(until)', reply: 50%}]\n")
      guard found.contains("untilOverlapsWhen") else { continue }
      count += 1
      #expect(try Conditions([when, until]).canHold, "\(when) until \(until)")
    }
    #expect(count > 100)
  }
}
