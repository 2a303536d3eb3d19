// What did not change keeps its state in a reload: it would show at once if it began anew.

import Foundation
import Testing

@Suite(.serialized) struct KeptStateTests {
  /// A rule with another reason in each of its versions, so that a reload does change something.
  private static func version(_ number: Int, of rule: String, in dial: Dial) -> String {
    "\(dial.head)rules:\n  - reason: version \(number)\n\(rule.split(separator: "\n").map { "    \($0)\n" }.joined())"
  }

  @Test func aRuleInTheMiddleOfItsFor() throws {
    let dial = try Dial(1)
    let rule = "when: dial > 0\nfor: 2s\nreply: 0%"
    let agent = try AgentProcess(rules: Self.version(0, of: rule, in: dial))
    try agent.reply("100% up")
    let begun = ContinuousClock.now
    // It never has 2 s between two reloads.
    var number = 0
    while try Probe(port: agent.port).line == "100% up" {
      number += 1
      try agent.reload(rules: Self.version(number, of: rule, in: dial))
      try #require(ContinuousClock.now - begun < .seconds(20), "each reload begins anew")
      pause(.milliseconds(50))
    }
    try agent.reply("0% up # version \(number)")
    #expect(number > 5)
    #expect(ContinuousClock.now - begun > .milliseconds(1500))
  }

  @Test func aRuleThatUntilHolds() throws {
    let dial = try Dial(10)
    let rule = "when: dial > 8\nuntil: dial < 2\nreply: 50%"
    let agent = try AgentProcess(rules: Self.version(0, of: rule, in: dial))
    try agent.reply("50% up # version 0")
    try dial.turn(to: 5)
    try agent.reload(rules: Self.version(1, of: rule, in: dial))
    let seen = try ContinuousProber(port: agent.port).report(after: .milliseconds(500))
    #expect(Set(seen.lines.keys) == ["50% up # version 1"])
    // With another `until` it is another rule, for which 5 is not enough.
    try agent.reload(rules: Self.version(2, of: "when: dial > 8\nuntil: dial < 3\nreply: 50%", in: dial))
    try agent.reply("100% up")
  }

  @Test func aWindow() throws {
    let dial = try Dial(10)
    let rule = "when: max(dial over 1m) > 8\nreply: 50%"
    let agent = try AgentProcess(rules: Self.version(0, of: rule, in: dial))
    try agent.reply("50% up # version 0")
    try dial.turn(to: 0)
    try agent.reload(rules: Self.version(1, of: rule, in: dial))
    let seen = try ContinuousProber(port: agent.port).report(after: .milliseconds(500))
    #expect(Set(seen.lines.keys) == ["50% up # version 1"])
    try agent.reload(rules: Self.version(2, of: "when: max(dial over 2m) > 8\nreply: 50%", in: dial))
    try agent.reply("100% up")
  }

  @Test func aDampedWeightOnItsWay() throws {
    let dial = try Dial(10)
    let rule = "weight: curve(dial, 0 -> 10%, 10 -> 100%)\ndamping: 4s"
    let agent = try AgentProcess(rules: Self.version(0, of: rule, in: dial))
    try agent.reply("100% up # version 0")
    try dial.turn(to: 0)
    let leaving = try Self.weight(agent.reply("less than 100%") { !$0.hasPrefix("100%") })
    try agent.reload(rules: Self.version(1, of: rule, in: dial))
    let going = try Self.weight(agent.reply("version 1") { $0.hasSuffix("version 1") })
    // Beginning anew it would be where it wants to be, at 10%.
    #expect((60...leaving).contains(going), "from \(leaving) to \(going)")
    try agent.reload(
      rules: Self.version(2, of: "weight: curve(dial, 0 -> 11%, 10 -> 100%)\ndamping: 4s", in: dial))
    try agent.reply("11% up # version 2")
  }

  private static func weight(_ line: String) throws -> Int { try #require(Int(line.prefix { $0 != "%" })) }

  /// HAProxy keeps the weight that it was told last, until it is told another.
  @Test func aWeightThatNobodySpeaksOfAnyMoreIsTakenBack() throws {
    let dial = try Dial(10)
    let agent = try AgentProcess(rules: Self.version(0, of: "when: dial > 8\nreply: 50%", in: dial))
    let haproxy = try HAProxyProcess([.init(name: "s", agentPort: agent.port)])
    try haproxy.server("s", "at half weight") { $0.weight == 50 }
    try agent.reload(rules: "rules: []\n")
    try haproxy.server("s", "at full weight") { $0.weight == 100 }
  }

  @Test func whatAChangeIsToldAgainst() throws {
    let dial = try Dial(10)
    let agent = try AgentProcess(rules: Self.version(0, of: "when: dial > 8\nreply: 50%", in: dial))
    try agent.reply("50% up # version 0")
    let said = try agent.reload(rules: Self.version(1, of: "when: dial > 8\nreply: 50%", in: dial))
    let change = "service 'default': '50% up # version 1', was '50% up # version 0'; dial > 8: dial 10 is > 8"
    #expect(said.contains { $0.hasSuffix(change) }, "\(said)")
    #expect(
      said.last?.hasSuffix("1 metric, 1 rule, 1 service, listening on 127.0.0.1:\(agent.port)") == true, "\(said)")
  }
}
