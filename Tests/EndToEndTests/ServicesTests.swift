// Several services, and who may ask for them.

import Foundation
import Testing

@Suite(.serialized) struct ServicesTests {
  /// Rules for all, rules of their own, and a default of its own; two picked by a text and one by silence.
  private static let three = """
    agent-send-timeout: 20ms
    default: maxconn:100
    rules:
      - name: busy
        when: dial > 1
        reply: 50%
    services:
      web:
        agent-send: web
        rules:
          - name: no disk
            when: dial > 2
            reply: down
      db:
        agent-send: db
        default: maxconn:10
        rules:
          - when: dial > 2
            reply: 20% maxconn:5
            reason: replica lag
      rest: {}
    """

  @Test func onePortServesThree() throws {
    let dial = try Dial()
    let agent = try AgentProcess(rules: "\(dial.head)\(Self.three)\n")
    // HAProxy keeps those who send nothing waiting where others of its server lines send something.
    let sending = try HAProxyProcess([
      .init(name: "web", agentPort: agent.port, agentSend: "web"),
      .init(name: "db", agentPort: agent.port, agentSend: "db"),
    ])
    let silent = try HAProxyProcess([.init(name: "rest", agentPort: agent.port)])
    func expect(_ name: String, _ weight: Int, _ maxconn: Int, _ words: String) throws {
      try (name == "rest" ? silent : sending).server(name, "\(weight)%, \(maxconn), \(words)") {
        $0.weight == weight && $0.maxconn == maxconn && $0.lastAgent == "via agent : \(words)"
      }
    }
    for name in ["web", "rest"] { try expect(name, 100, 100, "up") }
    try expect("db", 100, 10, "up")
    try dial.turn(to: 2)
    for name in ["web", "rest"] { try expect(name, 50, 100, "up (busy)") }
    try expect("db", 50, 10, "up (busy)")
    try dial.turn(to: 3)
    try expect("web", 50, 100, "down (busy; no disk)")
    try expect("db", 20, 5, "up (replica lag)")
    try expect("rest", 50, 100, "up (busy)")
    #expect(try sending.server("web").operational == 0)
    #expect(try sending.server("db").operational == 2)
    try dial.turn(to: 0)
    try expect("web", 100, 100, "up")
    try expect("db", 100, 10, "up")
  }

  /// What is said up to LF, CR, NUL, the end, 255 bytes or `agent-send-timeout` is the text; a wrong one has no answer.
  @Test(arguments: [
    (["web\n"], "100% maxconn:100 up"), (["web\r\n"], "100% maxconn:100 up"), (["db\u{0}web\n"], "100% maxconn:10 up"),
    (["w", "e", "b", "\n"], "100% maxconn:100 up"), (["web"], "100% maxconn:100 up"), (["\n"], "100% maxconn:100 up"),
    ([], "100% maxconn:100 up"), (["we\n"], nil), (["webb\n"], nil), (["WEB\n"], nil), ([" web\n"], nil),
    ([String(repeating: "x", count: 10_000)], nil),
  ])
  func theTextIsTakenAsItIs(parts: [String], reply: String?) throws {
    let dial = try Dial()
    // Long enough for a text that comes in parts on a busy machine.
    let patient = Self.three.replacing("agent-send-timeout: 20ms", with: "agent-send-timeout: 1s")
    let agent = try AgentProcess(rules: "\(dial.head)\(patient)\n")
    try agent.reply("100% maxconn:100 up")
    let socket = try #require(try Socket.connected(to: agent.port, patience: .seconds(5)))
    for part in parts {
      socket.send(part)
      pause(.milliseconds(10))
    }
    let (bytes, _) = socket.readToEnd()
    #expect(String(decoding: bytes, as: UTF8.self) == reply.map { "\($0)\n" } ?? "")
  }

  @Test func aWrongTextIsLoggedOnce() throws {
    let dial = try Dial()
    let agent = try AgentProcess(rules: "\(dial.head)\(Self.three)\n")
    try agent.reply("100% maxconn:100 up")
    for _ in 0..<5 {
      for text in ["wbe", "we\u{1b}[1m"] { #expect(try Probe(port: agent.port, saying: text).bytes.isEmpty) }
    }
    try agent.process.line(containing: "no answer to 'we\\x1b")
    let said = agent.process.lines.filter { $0.contains("no answer to") }.map { $0.dropFirst(24) }
    let address = "127.0.0.1:\(agent.port)"
    #expect(
      said == [
        "warning: \(address): no answer to 'wbe' from 127.0.0.1: it is no service's 'agent-send'",
        "warning: \(address): no answer to 'we\\x1b[1m' from 127.0.0.1: it is no service's 'agent-send'",
      ])
    // Where people look for their load balancers, nothing of it reaches the terminal either.
    let status = try agent.ask("status").output
    for text in ["wbe", "we?[1m"] {
      #expect(status.contains("\n  127.0.0.1 at \(address)  asks for '\(text)', which no service has\n"), "\(status)")
    }
    #expect(status.contains("5 times since "), "\(status)")
  }

  @Test func aPeerThatMayNotAskIsTurnedAway() throws {
    let agent = try AgentProcess(
      rules: """
        allow: [127.0.0.0/30, "::1"]
        services:
          a: {agent-send: a}
          b: {agent-send: b, allow: 127.0.0.9}
        """)
    try agent.process.line(containing: "listening on")
    for (host, text, line) in [
      (1, "a", "up"), (3, "a", "up"), (9, "b", "up"), (9, "a", nil), (1, "b", nil), (4, "a", nil), (4, "b", nil),
    ] as [(UInt8, String, String?)] {
      #expect(try Probe(port: agent.port, saying: text, from: host).line == line, "\(text) from 127.0.0.\(host)")
    }
    for _ in 0..<3 { _ = try Probe(port: agent.port, saying: "a", from: 4) }
    try agent.process.line(containing: "refused a probe from 127.0.0.4,")
    let refused = agent.process.lines.filter { $0.contains("refused a probe") }
    #expect(refused.count { $0.contains("from 127.0.0.4,") } == 1, "\(refused)")
  }

  /// HAProxy, turned away, changes nothing.
  @Test func aRefusedHAProxyKeepsWhatItHas() throws {
    let agent = try AgentProcess(rules: "rules:\n  - reply: 50%\n")
    let haproxy = try HAProxyProcess(from: 5, [.init(name: "s", agentPort: agent.port)])
    try haproxy.server("s", "at half weight") { $0.weight == 50 }
    try agent.reload(rules: "allow: 127.0.0.1\nrules:\n  - reply: 0%\n")
    try haproxy.server("s", "without an answer") { $0.agentStatus != "L7OK" && !$0.agentStatus.isEmpty }
    #expect(try haproxy.server("s").weight == 50)
    try agent.reload(rules: "rules:\n  - reply: 20%\n")
    try haproxy.server("s", "at 20%") { $0.weight == 20 }
  }
}
