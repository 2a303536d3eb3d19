// What operators do by hand in HAProxy, beside what the daemon says: neither undoes the other's.

import Foundation
import Testing

@Suite(.serialized) struct AdministrativeTests {
  private typealias Server = HAProxyProcess.Server
  private static let drains = """
    ready-for: 1s
    rules:
      - when: dial > 0
        reply: drain
    """

  /// The file that a package installs, with all of its examples put to work: everything that it can do happens to a
  /// server in maintenance, or in drain, and HAProxy leaves it there.
  @Test(arguments: ["maint", "drain"])
  func theInstalledFileLeavesAnOperatorsStateAlone(state: String) throws {
    let tree = try ProcTree(copyOf: "6.1-single")
    let clock = try ProcessorClock(in: tree, idleShare: 0.9)
    let dial = try Dial(in: tree)
    let rules = try "\(tree.paths)\n" + InstalledFile.withExamples()
    var agent = try AgentProcess(rules: rules)
    _ = try agent.firstReply()
    let haproxy = try HAProxyProcess([.init(name: "s", agentPort: agent.port)])
    try haproxy.server("s", "up") { $0.weight == 100 && $0.agentStatus == "L7OK" }
    let bits = state == "maint" ? 1 : 8
    try haproxy.command("set server b/s state \(state)")

    /// The statistics do not show the weight of a server in maintenance, but HAProxy goes on asking its agent.
    func hears(_ reason: String, at weight: Int) throws {
      let server = try haproxy.server("s", within: .seconds(30), "told '\(reason)'") {
        try $0.lastAgent == "via agent : up (\(reason))" && haproxy.weight(of: "s").used == weight
      }
      #expect(server.administrativeBits == bits, "\(server)")
    }
    try hears("follow cpu headroom", at: 100)
    clock.run(idleShare: 0)
    try dial.turn(to: 9)
    try hears("follow cpu headroom", at: 10)
    let memory = try tree.text(of: "proc/meminfo")
    let short = memory.replacing(#/MemAvailable: +\d+/#, with: "MemAvailable: 1")
    try tree.write(short, to: "proc/meminfo", .byRename)
    try hears("out of memory", at: 0)
    try agent.reload()
    try hears("out of memory", at: 0)
    #expect(try agent.stop() == .code(0))
    try haproxy.server("s", "without an agent") { $0.agentStatus == "L4CON" && $0.administrativeBits == bits }
    try tree.write(memory, to: "proc/meminfo", .byRename)
    agent = try AgentProcess(rules: rules, port: agent.port)
    try hears("follow cpu headroom", at: 10)
    clock.run(idleShare: 0.9)
    try dial.turn(to: 0)
    try hears("follow cpu headroom", at: 100)

    try haproxy.command("set server b/s state ready")
    try haproxy.server("s", "ready") { $0.administrativeBits == 0 && $0.operational == 2 }
  }

  /// A `drain` is taken back from each load balancer that was told it, when that one asks; an operator's maintenance that
  /// comes later is not.
  @Test func ourOwnDrainIsTakenBackFromEachLoadBalancer() throws {
    let dial = try Dial(1)
    let agent = try AgentProcess(rules: "\(dial.head)\(Self.drains)\n")
    let balancers = try [2, 3].map { try HAProxyProcess(from: $0, [.init(name: "s", agentPort: agent.port)]) }
    for haproxy in balancers { try haproxy.server("s", "in drain") { $0.status == "DRAIN (agent)" } }

    // The second one does not ask while the first is told.
    try balancers[1].command("disable agent b/s")
    try dial.turn(to: 0)
    try balancers[0].server("s", "ready") { $0.administrativeBits == 0 }
    #expect(try Probe(port: agent.port, from: 2).line == "ready up")
    // Whoever was never told a drain is told nothing about it.
    #expect(try Probe(port: agent.port, from: 4).line == "up")
    try wait(for: "the end of ready-for") { try Probe(port: agent.port, from: 2).line == "up" ? () : nil }

    try balancers[0].command("set server b/s state maint")
    try balancers[0].server("s", "in maintenance") { $0.administrativeBits == 1 }
    #expect(try balancers[1].server("s").administrativeBits == 8)
    try balancers[1].command("enable agent b/s")
    try balancers[1].server("s", "ready") { $0.administrativeBits == 0 }
    // Nor does the other one's `ready` reach the first.
    try balancers[0].command("set server b/s state drain")
    try balancers[0].server("s", "in drain by hand") { $0.administrativeBits == 8 }
    _ = try ContinuousProber(port: agent.port).report(after: .milliseconds(500))
    #expect(try balancers[0].server("s").administrativeBits == 8)
  }

  /// A rule about `drain` that a reload removes is taken back like one that ends.
  @Test func aRemovedDrainIsTakenBack() throws {
    let dial = try Dial(1)
    let agent = try AgentProcess(rules: "\(dial.head)\(Self.drains)\n")
    let haproxy = try HAProxyProcess([.init(name: "s", agentPort: agent.port)])
    try haproxy.server("s", "in drain") { $0.status == "DRAIN (agent)" }
    try agent.reload(rules: "\(dial.head)ready-for: 1s\nrules:\n  - when: dial > 9\n    reply: 50%\n")
    try haproxy.server("s", "ready") { $0.administrativeBits == 0 }
    try agent.reply("100% up")
  }

  /// HAProxy asks at an address and knows no service's name: whatever the service there is called, it takes back what
  /// was said there.
  @Test func aRenamedServiceTakesBackWhatWasSaidUnderTheOldName() throws {
    let state = try TemporaryFolder()
    let rules = "ready-for: 1s\nrules:\n  - {reply: drain 50%, reason: x}\n"
    let agent = try AgentProcess(rules: rules, state: state.path)
    let haproxy = try HAProxyProcess([.init(name: "s", agentPort: agent.port)])
    try haproxy.server("s", "in drain") { $0.status == "DRAIN (agent)" }
    try agent.reload(rules: "ready-for: 1s\nservices: {web: }\n")
    try haproxy.server("s", "ready") {
      try $0.administrativeBits == 0 && haproxy.weight(of: "s").used == 100
    }
    try agent.reply("100% up")
    // Nothing is owed any more, to no name: an operator's maintenance stays.
    try haproxy.command("set server b/s state maint")
    try haproxy.server("s", "in maintenance") { $0.administrativeBits == 1 }
    try agent.reload(rules: "ready-for: 1s\nrules: []\n")
    _ = try ContinuousProber(port: agent.port).report(after: .milliseconds(500))
    #expect(try haproxy.server("s").administrativeBits == 1)
    let record = try String(contentsOfFile: state.path + "/balancers", encoding: .utf8)
    #expect(record.hasSuffix("\nat 127.0.0.1:\(agent.port)\nweight\n"))
  }

  /// Between an address and one that contains it, and between one reply for all and `agent-send`.
  @Test(arguments: [
    "listen: \":PORT\"\nservices: {web: }", "services: {web: {agent-send: web}, rest: }",
    "listen: \":PORT\"\nservices: {web: {agent-send: web}}",
  ])
  func aServiceThatMovesTakesBackWhatWasSaid(head: String) throws {
    let said = "rules:\n  - {reply: maint 50%, reason: x}\n"
    for (from, to) in [("", head + "\n"), (head + "\n", "")] {
      let agent = try AgentProcess(rules: from + said)
      try agent.process.line(containing: "listening on")
      try wait(for: "the maintenance") {
        try Probe(port: agent.port, saying: "web", from: 2).line == "50% maint up # x" ? () : nil
      }
      try agent.reload(rules: "ready-for: 1s\n" + to)
      #expect(try Probe(port: agent.port, saying: "web", from: 2).line == "100% ready up")
      #expect(try Probe(port: agent.port, saying: "web", from: 3).line == "100% up")
      try wait(for: "the end of ready-for") {
        try Probe(port: agent.port, saying: "web", from: 2).line == "100% up" ? () : nil
      }
    }
  }

  /// The name is nothing that a load balancer at another address has heard of.
  @Test func anotherAddressOwesNothingBecauseOfAName() throws {
    let agent = try AgentProcess(rules: "rules:\n  - {reply: maint 50%, reason: x}\n")
    try agent.reply("50% maint up # x")
    let port = try Socket.freePort()
    try agent.reload(rules: "listen: \"127.0.0.1:\(port)\"\nrules: []\n")
    #expect(try Probe(port: port).line == "up")
    try agent.reload(rules: "rules: []\n")
    #expect(try Probe(port: agent.port).line == "100% ready up")
  }
}

/// The rule file that is installed with the daemon.
enum InstalledFile {
  static let path = repository + "/etc/agentcheckd/agentcheckd.yaml"

  /// What it shows in comments is put to work, as it tells its reader to do. Without its address, and all its times are
  /// tenths of a second.
  static func withExamples() throws -> String {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let first = lines.firstIndex { $0.hasPrefix("interval:") } ?? lines.endIndex
    let uncommented = lines[first...].map { line in
      line.wholeMatch(of: #/# ((metrics:|rules:|  ).*)/#).map { String($0.1) } ?? String(line)
    }
    let hurried = uncommented.joined(separator: "\n").replacing(#/(for|interval): \d+[sm]/#) { "\($0.1): 100ms" }
    return hurried + "\ndamping: 0s\n"
  }
}
