// Rules that take their time, that are only tried out, and that stand in several files.

import Foundation
import Testing

@Suite(.serialized) struct RulesTests {
  @Test func aRuleWaitsAndLingers() throws {
    let dial = try Dial()
    let agent = try AgentProcess(
      rules: """
        \(dial.head)
        rules:
          - when: dial > 0
            for: 1s
            keep-for: 1s
            reply: 50%
            reason: busy
        """)
    try agent.reply("100% up")
    func turn(to value: Double, until line: String) throws -> Duration {
      let begun = ContinuousClock.now
      try dial.turn(to: value)
      try agent.reply(line)
      return ContinuousClock.now - begun
    }
    // A sample may have come just before or just after; it cannot be sooner than this.
    #expect(try turn(to: 1, until: "50% up # busy") >= .milliseconds(950))
    #expect(try turn(to: 0, until: "100% up") >= .milliseconds(950))
    // A peak is overlooked.
    try dial.turn(to: 1)
    _ = try ContinuousProber(port: agent.port).report(after: .milliseconds(400))
    try dial.turn(to: 0)
    let seen = try ContinuousProber(port: agent.port).report(after: .seconds(1))
    #expect(Set(seen.lines.keys) == ["100% up"])
  }

  /// A rule on trial is in the log, and not in the reply.
  @Test func aRuleOnTrialSaysNothingToHAProxy() throws {
    let dial = try Dial()
    let agent = try AgentProcess(
      rules: """
        \(dial.head)
        rules:
          - name: on trial
            when: dial > 0
            reply: down
            dry-run: true
          - name: at work
            when: dial > 1
            reply: 50%
        """)
    try agent.reply("100% up")
    try dial.turn(to: 1)
    try agent.process.line(containing: "rule 'on trial' (dry run) is active: dial 1 is > 0")
    #expect(try Probe(port: agent.port).line == "100% up")
    try dial.turn(to: 2)
    try agent.reply("50% up # at work")
    try dial.turn(to: 0)
    try agent.process.line(containing: "rule 'on trial' (dry run) is no longer active: dial 0 is not > 0")
    try agent.reply("100% up")
  }

  @Test func rulesStandInSeveralFiles() throws {
    let agent = try AgentProcess(
      rules: "include: parts/*.yaml\nrules:\n  - reply: 90%\n",
      fragments: [
        "parts/1.yaml": "rules:\n  - name: one\n    reply: 80%\n",
        "parts/2.yaml": "metrics: {none: 0}\nrules:\n  - name: two\n    when: none == 0\n    reply: maxconn:7\n",
        "parts/3.yaml.off": "rules:\n  - reply: down\n",
        "parts/default.yaml": "rules: []\n",
      ])
    // A maxconn has no natural value.
    #expect(try agent.process.exit() == .code(1))
    try agent.process.line(containing: "parts/2.yaml:5:5: error: no 'default' takes the maxconn of rule 'two' back")
  }

  @Test func aFragmentIsReloadedLikeTheFile() throws {
    let agent = try AgentProcess(
      rules: "include: parts/*.yaml\ndefault: maxconn:100\nrules:\n  - reply: 90%\n",
      fragments: [
        "parts/1.yaml": "rules:\n  - name: one\n    reply: 80%\n",
        "parts/2.yaml": "rules:\n  - name: two\n    reply: maxconn:7\n",
      ])
    try agent.reply("80% maxconn:7 up # one; two")
    try agent.folder.write("rules:\n  - name: three\n    reply: 7O%\n", to: "parts/1.yaml")
    let said = try agent.reload(saying: "the rules in force stay")
    #expect(said.contains { $0.contains("/parts/1.yaml:3:12: error: ") }, "\(said)")
    try agent.folder.write("rules:\n  - name: three\n    reply: 70%\n", to: "parts/1.yaml")
    try FileManager.default.removeItem(atPath: agent.folder.path + "/parts/2.yaml")
    try agent.reload()
    try agent.reply("70% maxconn:100 up # three")
  }
}
