// Metrics that differ from service to service.

import Language
import Testing

@testable import Rules

@Suite struct ServiceBindingTests {
  private static let shared = """
    metrics: {few: balancers.count < 2}
    rules:
      - {name: busy, when: cpu.idle < 10%, reply: "60%"}
      - {name: lonely, when: few, for: 2s, reply: "50%"}
    """

  /// The line of each service, when so many probe it: `web 2 db 1`.
  private static func lines(_ judge: inout Judge, at second: Int, _ counts: [String: Double], idle: Double = 50)
    -> [String]
  {
    let references = judge.ruleSet.assembly.references
    let values = references.map { reference -> Double? in
      guard case .text(let service)? = reference.arguments.first else { return idle }
      return counts[service]
    }
    _ = judge.step(values, settled: references.map { _ in true }, at: .seconds(second))
    return judge.verdicts.map { verdict in
      var line: [UInt8] = []
      verdict.write(judge.ruleSet, withReady: false, into: &line)
      return String(decoding: line.dropLast(), as: UTF8.self)
    }
  }

  @Test func aSharedRuleIsEachServicesOwn() throws {
    let text = "\(Self.shared)\nservices: {web: {listen: ':1'}, db: {listen: ':2'}}\n"
    var judge = Judge(try ruleSet(text))
    // Once for the rule that all share, once for each service, in the order of the file.
    #expect(judge.ruleSet.rules.map { "\($0.name) \($0.service ?? "-")" } == ["busy -", "lonely web", "lonely db"])
    #expect(judge.ruleSet.services.map { $0.rules } == [[0, 1], [0, 2]])
    #expect(
      judge.ruleSet.assembly.references.map { $0.text(in: judge.ruleSet.catalogue) } == [
        "cpu.idle", "balancers.count", "balancers.count",
      ])
    #expect(judge.ruleSet.services.map { $0.references } == [[0, 1], [0, 2]])
    #expect(Self.lines(&judge, at: 0, ["web": 1, "db": 2]) == ["100% up", "100% up"])
    #expect(Self.lines(&judge, at: 2, ["web": 1, "db": 2]) == ["50% up # lonely", "100% up"])
    #expect(Self.lines(&judge, at: 3, ["web": 1, "db": 1], idle: 5) == ["50% up # lonely", "60% up # busy"])
    // A reload keeps the state of each.
    var next = Judge(try ruleSet(text), inheriting: judge)
    #expect(Self.lines(&next, at: 5, ["web": 1, "db": 1]) == ["50% up # lonely", "50% up # lonely"])
    #expect(next.explanationsOfSpeakers(0, [50, 1, 1], at: .seconds(6)) == ["lonely: balancers.count 1 is < 2"])
  }

  @Test func theOnlyServiceHasTheFilesRules() throws {
    var judge = Judge(try ruleSet(Self.shared))
    #expect(judge.ruleSet.rules.map { $0.service } == [nil, nil])
    _ = Self.lines(&judge, at: 0, ["default": 1])
    #expect(Self.lines(&judge, at: 2, ["default": 1]) == ["50% up # lonely"])
  }

  @Test func aServicesOwnRule() throws {
    var judge = Judge(
      try ruleSet(
        """
        services:
          web: {listen: ':1', rules: [{name: x, when: balancers.count > 3, reply: 50%}]}
          db: {listen: ':2', rules: [{name: x, weight: "clamp(balancers.count * 10%, 10%, 100%)", damping: 0s}]}
        """))
    #expect(Self.lines(&judge, at: 0, ["web": 4, "db": 4]) == ["50% up # x", "40% up # x"])
  }

  @Test func withoutSuchAMetricNothingIsBound() throws {
    let rules = try ruleSet(
      "rules: [{when: cpu.idle < 10%, reply: 50%}]\nservices: {a: {listen: ':1'}, b: {listen: ':2'}}")
    #expect(rules.rules.count == 1 && rules.services.map { $0.rules } == [[0], [0]])
  }

  @Test func theRulesOfAllServicesTogetherAreLimited() {
    let rules = (0..<101).map { "  - {name: r\($0), when: balancers.count < \($0 + 1), reply: 50%}\n" }.joined()
    let services = (0..<100).map { "  s\($0): {listen: ':\(1000 + $0)'}\n" }.joined()
    #expect(codes("rules:\n\(rules)services:\n\(services)") == ["tooManyRules"])
  }
}
