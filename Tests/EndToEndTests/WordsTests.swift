// Every word of a reply, said because of a rule, and what HAProxy makes of it.

import Foundation
import Testing

@Suite(.serialized) struct WordsTests {
  private static let rules = """
    ready-for: 1s
    default: maxconn:200
    rules:
      - when: dial == 1
        reply: 50%
      - when: dial == 2
        reply: 0% maxconn:30
      - when: dial == 3
        reply: drain
      - when: dial == 4
        reply: maint
      - name: disk full
        when: dial == 5
        reply: down
      - when: dial == 6
        reply: fail
        reason: replica lag
      - when: dial == 7
        reply: stopped
    """

  /// Every word and its recovery, with and without an `agent-send`.
  @Test(arguments: [nil, "web"])
  func haproxyDoesWhatRulesSay(agentSend: String?) throws {
    let dial = try Dial()
    let services = agentSend.map { "services: {web: {agent-send: \($0)}}" } ?? ""
    let agent = try AgentProcess(rules: "\(dial.head)\(services)\n\(Self.rules)\n")
    let haproxy = try HAProxyProcess([.init(name: "s", agentPort: agent.port, agentSend: agentSend)])
    func turn(to value: Double, _ what: String, _ isWanted: (HAProxyProcess.Server) -> Bool) throws {
      try dial.turn(to: value)
      try haproxy.server("s", what, where: isWanted)
    }
    func recover() throws {
      try turn(to: 0, "recovered") {
        $0.status == "no check" && $0.weight == 100 && $0.maxconn == 200 && $0.administrativeBits == 0
          && $0.operational == 2 && $0.agentStatus == "L7OK"
      }
    }
    try recover()
    try turn(to: 1, "at half weight") { $0.weight == 50 && $0.maxconn == 200 }
    #expect(try haproxy.weight(of: "s") == (50, 100))
    try turn(to: 2, "without weight, 30 connections") { $0.weight == 0 && $0.maxconn == 30 && $0.operational == 2 }
    try recover()
    try turn(to: 3, "in drain") { $0.status == "DRAIN (agent)" && $0.administrativeBits & 8 != 0 }
    try turn(to: 4, "in maintenance") { $0.status.hasPrefix("MAINT") && $0.administrativeBits & 1 != 0 }
    try recover()
    for (value, reason) in [(5, "down (disk full)"), (6, "fail (replica lag)"), (7, "stopped (dial == 7)")] {
      try turn(to: Double(value), "down") {
        $0.status == "DOWN (agent)" && $0.operational == 0 && $0.lastAgent == "via agent : \(reason)"
      }
      try recover()
    }
    #expect(agent.process.lines.allSatisfy { !$0.contains("reset") }, "HAProxy's way to hang up is not an event")
  }

  @Test func aFailingHealthCheckIsNotHiddenByUp() throws {
    let backend = try Backend()
    let dial = try Dial()
    let agent = try AgentProcess(rules: "\(dial.head)\(Self.rules)\n")
    let haproxy = try HAProxyProcess([.init(name: "s", agentPort: agent.port, healthPort: backend.port)])
    try haproxy.server("s", "up") { $0.status == "UP" && $0.agentStatus == "L7OK" }
    backend.fail()
    try haproxy.server("s", "down") { $0.status == "DOWN" && $0.agentStatus == "L7OK" }
    // Neither by an `up` that follows a `down`.
    try dial.turn(to: 5)
    try haproxy.server("s", "down for both") { $0.operational == 0 && $0.lastAgent.contains("disk full") }
    try dial.turn(to: 0)
    try haproxy.server("s", "down for its health") { $0.status == "DOWN" && $0.agentStatus == "L7OK" }
    try backend.recover()
    try haproxy.server("s", "up again") { $0.status == "UP" }
  }

  /// HAProxy keeps what it was told last when nobody answers, and listens again when somebody does.
  @Test func anAgentThatWasKilledTakesUpAgain() throws {
    let dial = try Dial(1)
    let rules = "\(dial.head)\(Self.rules)\n"
    var agent = try AgentProcess(rules: rules)
    let haproxy = try HAProxyProcess([.init(name: "s", agentPort: agent.port)])
    try haproxy.server("s", "at half weight") { $0.weight == 50 && $0.agentStatus == "L7OK" }
    #expect(try agent.stop(SIGKILL) == .signal(SIGKILL))
    try haproxy.server("s", "left alone") { $0.agentStatus == "L4CON" && $0.weight == 50 }
    try dial.turn(to: 0)
    agent = try AgentProcess(rules: rules, port: agent.port)
    try haproxy.server("s", "at full weight") { $0.agentStatus == "L7OK" && $0.weight == 100 && $0.operational == 2 }
  }
}
