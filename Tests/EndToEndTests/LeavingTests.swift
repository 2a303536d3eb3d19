// How a host goes and comes: the last words of a daemon that is told to end, what becomes of them at the next start, and a
// weight that rises after a start.

import Foundation
import Testing

@Suite(.serialized) struct LeavingTests {
  private static let drains = "on-stop: 0% drain\non-stop-for: 2s\nready-for: 1s\nrules: []\n"

  /// A stop tells HAProxy `on-stop` and only then ends; the next start takes it back.
  @Test func aStopIsToldAndTakenBackAtTheNextStart() throws {
    let state = try TemporaryFolder()
    var agent = try AgentProcess(rules: Self.drains, state: state.path)
    let haproxy = try HAProxyProcess([.init(name: "s", agentPort: agent.port)])
    try haproxy.server("s", "up") { $0.agentStatus == "L7OK" && $0.administrativeBits == 0 }
    let begun = ContinuousClock.now
    agent.process.signal(SIGTERM)
    try haproxy.server("s", "told the last words") {
      try $0.administrativeBits == 8 && haproxy.weight(of: "s").used == 0 && $0.lastAgent == "via agent : up (leaving)"
    }
    #expect(agent.process.isRunning)
    #expect(try agent.process.exit() == .code(0))
    #expect(ContinuousClock.now - begun >= .seconds(2))
    let history = try CommandRun("history", "--state-dir", state.path).output
    #expect(history.contains("leaving, as asked for by a signal: saying '0% drain' for 2s\n"), "\(history)")
    #expect(try haproxy.server("s").administrativeBits == 8, "nobody is there who would take it back")
    agent = try AgentProcess(rules: Self.drains, port: agent.port, state: state.path)
    try haproxy.server("s", "ready") { try $0.administrativeBits == 0 && haproxy.weight(of: "s").used == 100 }

    // SIGINT, which the service manager sends for a restart, ends at once and says nothing.
    #expect(try agent.stop(SIGINT) == .code(0))
    #expect(!agent.process.lines.contains { $0.contains("leaving") })
    #expect(try haproxy.server("s").administrativeBits == 0)

    // Killed while it says them: the next one takes them back all the same.
    agent = try AgentProcess(rules: Self.drains, port: agent.port, state: state.path)
    try agent.reply("100% up")
    agent.process.signal(SIGTERM)
    try haproxy.server("s", "in drain") { $0.administrativeBits == 8 }
    #expect(try agent.stop(SIGKILL) == .signal(SIGKILL))
    agent = try AgentProcess(rules: "ready-for: 1s\nrules: []\n", port: agent.port, state: state.path)
    try haproxy.server("s", "ready") { try $0.administrativeBits == 0 && haproxy.weight(of: "s").used == 100 }
  }

  /// Whoever cannot wait asks twice.
  @Test(arguments: [SIGTERM, SIGINT]) func aSecondSignalCutsItShort(second: Int32) throws {
    let agent = try AgentProcess(rules: "on-stop: 0%\non-stop-for: 1m\nrules: []\n")
    try agent.reply("up")
    let begun = ContinuousClock.now
    agent.process.signal(SIGTERM)
    try agent.reply("0% up # leaving")
    // What has changed meanwhile is known until the end.
    try agent.reload(rules: "on-stop: 5%\ndefault: maxconn:7\n")
    try agent.reply("0% maxconn:7 up # leaving")
    #expect(try agent.stop(second) == .code(0))
    #expect(ContinuousClock.now - begun < .seconds(30))
  }

  /// After a start the weight rises by itself, and no faster; a restart of the daemon alone does not begin anew where the
  /// host's start counts.
  @Test func anArrivalRises() throws {
    let agent = try AgentProcess(rules: "interval: 100ms\narrival: {from: 20%, over: 4s, after: daemon}\n")
    let haproxy = try HAProxyProcess([.init(name: "s", agentPort: agent.port)])
    var seen: [Int] = []
    try haproxy.server("s", within: .seconds(20), "at full weight") {
      if $0.agentStatus == "L7OK", seen.last != $0.weight { seen.append($0.weight) }
      return $0.weight == 100 && $0.agentStatus == "L7OK"
    }
    // HAProxy begins with the weight of its configuration, until it has been told.
    let risen = Array(seen.drop { $0 == 100 })
    #expect(risen == risen.sorted() && risen.count > 3 && (risen.first ?? 0) < 60, "\(seen)")
    #expect(try Probe(port: agent.port).line == "100% up")

    // The host has been up for longer than a millisecond.
    let host = try AgentProcess(rules: "arrival: {over: 1ms}\n")
    #expect(try host.firstReply() == "100% up")
  }
}
