// Reloads under probers that never pause: each of them gets one reply or the other, whole.

import Foundation
import Testing

@Suite(.serialized) struct ReloadTests {
  /// An agent that speaks first at one address and awaits a line at another, and a prober of each.
  private struct Scene {
    let agent: AgentProcess
    let probers: [ContinuousProber]
    private let speakingPort: Int

    init() throws {
      speakingPort = try Socket.freePort()
      agent = try AgentProcess(rules: Self.rules("fifty", 50, speakingPort))
      try agent.process.line(containing: "listening on")
      probers = [ContinuousProber(port: agent.port, saying: "db"), ContinuousProber(port: speakingPort)]
    }

    static let replies: Set = ["50% maxconn:50 up # fifty", "70% maxconn:70 up # seventy"]

    /// Good files of which a mixture would show, and a bad one.
    var fifty: String { Self.rules("fifty", 50, speakingPort) }
    var seventy: String { Self.rules("seventy", 70, speakingPort) }
    var thirty: String { Self.rules("thirty", 30, speakingPort) }
    let broken = "rules:\n  - when: cpu.idel < 10%\n    reply: failed\n"

    private static func rules(_ name: String, _ number: Int, _ speakingPort: Int) -> String {
      """
      default: maxconn:100
      rules:
        - name: \(name)
          reply: \(number)% maxconn:\(number)
      services:
        db: {agent-send: db}
        web: {listen: "127.0.0.1:\(speakingPort)"}
      """
    }

    /// Ends the probers, who must have seen nothing but these replies, and each of them.
    func end(_ replies: Set<String> = Scene.replies) throws {
      for prober in probers {
        let soFar = prober.count
        try wait(for: "some more probes") { prober.count > soFar + 20 ? () : nil }
        let seen = try prober.stop()
        #expect(seen.failures == [])
        #expect(Set(seen.lines.keys) == replies)
      }
    }
  }

  @Test func goodAndBrokenFilesAlternate() throws {
    let scene = try Scene()
    let agent = scene.agent
    let begun = agent.process.lines.count
    var rounds = 0
    for round in Effort.rounds(40, of: "good and broken files") {
      rounds += 1
      try agent.reload(rules: round % 2 == 0 ? scene.seventy : scene.fifty)
      try agent.reload(rules: scene.broken, saying: "the rules in force stay")
    }
    try scene.end()
    let log = agent.process.lines[begun...]
    #expect(log.count { $0.contains(": reloaded ") || $0.contains(" reloaded ") } == rounds)
    // All of what `check` would say, each time.
    for text in [
      "rules.yaml:3:11: error: unknown metric 'cpu.idel'", "^~~~~~~~ did you mean 'cpu.idle'?",
      "rules.yaml:4:12: error: ", "error: \(agent.ruleFile) has mistakes: the rules in force stay",
    ] {
      #expect(log.count { $0.contains(text) } == rounds, "\(text)")
    }
  }

  /// A signal each 2 ms, while the file is now good, now broken, now another.
  @Test func signalsComeFasterThanReloadsEnd() throws {
    let scene = try Scene()
    let agent = scene.agent
    let files = [scene.fifty, scene.broken, scene.seventy]
    for round in Effort.rounds(1_000, of: "signals") {
      if round % 5 == 0 { try agent.write(rules: files[round / 5 % 3]) }
      agent.process.signal(SIGHUP)
      pause(.milliseconds(2))
    }
    let last = "30% maxconn:30 up # thirty"
    // What was written last counts, however the signals fell.
    try agent.write(rules: scene.thirty)
    agent.process.signal(SIGHUP)
    try wait(for: "the last file") { try Probe(port: agent.port, saying: "db").line == last ? () : nil }
    try scene.end(Scene.replies.union([last]))
  }

  /// Rules with metrics that nobody has read yet come into force when those have been read; until then the old reply
  /// stays. A reload that is asked for meanwhile is not lost.
  @Test func newMetricsAreReadBeforeTheyAreJudged() throws {
    let dial = try Dial(1)
    let agent = try AgentProcess(rules: "\(dial.head)rules:\n  - name: before\n    when: dial > 0\n    reply: 50%\n")
    try agent.reply("50% up # before")
    let clock = try ProcessorClock(in: dial.tree, idleShare: 0)
    let prober = ContinuousProber(port: agent.port)
    let after = "\(dial.head)rules:\n  - name: after\n    when: cpu.idle < 10% and dial > 0\n    reply: 40%\n"
    try agent.write(rules: after)
    let lines = agent.process.lines.count
    agent.process.signal(SIGHUP)
    try agent.process.line(from: lines, containing: "reloaded")
    try agent.reply("40% up # after")
    let seen = try prober.stop()
    #expect(seen.failures == [])
    #expect(Set(seen.lines.keys).isSubset(of: ["50% up # before", "40% up # after"]))
    withExtendedLifetime(clock) {}
  }

  @Test func anAddressThatCannotBeHadKeepsTheOldRules() throws {
    let taken = try Socket.listening(on: Socket.freePort())
    let scene = try Scene()
    let agent = scene.agent
    let said = try agent.reload(
      rules: "listen: [\"127.0.0.1:PORT\", \"127.0.0.1:\(taken.port)\"]\nrules:\n  - reply: 10%\n",
      saying: "the rules in force stay")
    #expect(said.last?.contains("cannot listen on 127.0.0.1:\(taken.port): Address already in use") == true, "\(said)")
    try scene.end(["50% maxconn:50 up # fifty"])
  }

  /// Nothing of a file that is not used counts, not even how long a line is awaited.
  @Test func aRefusedReloadChangesNoPatience() throws {
    let taken = try Socket.listening(on: Socket.freePort())
    let services = "services: {web: {agent-send: web}}\n"
    let agent = try AgentProcess(rules: "agent-send-timeout: 10ms\n\(services)")
    _ = try wait(for: "a reply") { try Probe(port: agent.port, saying: "web").line == "up" ? true : nil }
    try agent.reload(
      rules: "listen: [\"127.0.0.1:PORT\", \"127.0.0.1:\(taken.port)\"]\nagent-send-timeout: 2s\n\(services)",
      saying: "the rules in force stay")
    #expect(try Probe(port: agent.port).duration < .seconds(1))
  }

  /// An address becomes one that contains it, and back, again and again.
  @Test(arguments: [nil, "db"]) func anAddressBecomesItsWildcardAndBack(agentSend: String?) throws {
    let services = agentSend.map { "services: {a: {agent-send: \($0)}}\n" } ?? ""
    func rules(_ address: String) -> String { "listen: \"\(address)PORT\"\n\(services)rules:\n  - reply: 50%\n" }
    let agent = try AgentProcess(rules: rules("127.0.0.1:"))
    try agent.process.line(containing: "listening on")
    let prober = ContinuousProber(port: agent.port, saying: agentSend)
    try wait(for: "some probes") { prober.count > 50 ? () : nil }
    for round in Effort.rounds(20, of: "changes of the address") {
      let count = prober.count
      try agent.reload(rules: rules(round % 2 == 0 ? ":" : "127.0.0.1:"))
      try wait(for: "some more probes") { prober.count > count + 50 ? () : nil }
    }
    let seen = try prober.stop()
    #expect(seen.failures == [])
    #expect(Set(seen.lines.keys) == ["50% up # rule 1"])
  }
}
