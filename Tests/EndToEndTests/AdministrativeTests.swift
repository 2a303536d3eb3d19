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
    let haproxy = try HAProxyProcess([.init(name: "s", agentPort: agent.port)])
    try haproxy.server("s", "up") { $0.weight == 100 && $0.agentStatus == "L7OK" }
    let bits = state == "maint" ? 1 : 8
    func isLeftAlone(_ server: Server) -> Bool { server.administrativeBits == bits }
    try haproxy.command("set server b/s state \(state)")
    try haproxy.server("s", "in \(state)", where: isLeftAlone)

    // Meanwhile it hears another line.
    func hear(_ line: (String) -> Bool, _ what: String) throws {
      try agent.reply(what, where: line)
      if state == "drain" {
        // A server in maintenance is not asked.
        try heardByHAProxy(haproxy)
      }
      let server = try haproxy.server("s")
      #expect(isLeftAlone(server), "\(server) while the agent said '\(what)'")
    }
    clock.run(idleShare: 0)
    try dial.turn(to: 9)
    try hear({ $0.hasPrefix("10% up # ") }, "busy")
    let memory = try tree.text(of: "proc/meminfo")
    try tree.write(memory.replacing(#/MemAvailable: +\d+/#, with: "MemAvailable: 1"), to: "proc/meminfo", .byRename)
    try agent.process.line(within: .seconds(30), containing: "0% up")
    try hear({ $0.hasPrefix("0% up # ") }, "no memory")
    try agent.reload()
    try hear({ $0.hasPrefix("0% up # ") }, "no memory, reloaded")
    #expect(try agent.stop() == .code(0))
    agent = try AgentProcess(rules: rules, port: agent.port)
    try hear({ $0.hasSuffix(" up") || $0.contains(" up # ") }, "started again")
    try tree.write(memory, to: "proc/meminfo", .byRename)
    clock.run(idleShare: 0.9)
    try dial.turn(to: 0)
    try agent.reply("at ease", within: .seconds(30)) { $0.hasSuffix("% up # follow cpu headroom") }

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
    #expect(try balancers[1].server("s").status == "DRAIN (agent)")
    try balancers[1].command("enable agent b/s")
    try balancers[1].server("s", "ready") { $0.administrativeBits == 0 }
    // Nor does the other one's `ready` reach the first.
    try balancers[0].command("set server b/s state drain")
    try balancers[0].server("s", "in drain by hand") { $0.administrativeBits == 8 }
    for _ in 0..<5 { try heardByHAProxy(balancers[0]) }
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

  /// Waits until HAProxy has asked anew: the number of its connections to the agent has grown.
  private func heardByHAProxy(_ haproxy: HAProxyProcess) throws {
    func age() throws -> String { try haproxy.command("show stat b 4 -1 json") }
    _ = try age()
  }
}

/// The rule file that is installed with the daemon.
enum InstalledFile {
  static let path = repository + "/etc/agentcheckd/agentcheckd.yaml"

  /// Without its address, and with what it shows in comments put to work, as it tells its reader to do.
  static func withExamples() throws -> String {
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
    return lines.filter { !$0.hasPrefix("listen:") }.map { line in
      line.wholeMatch(of: #/# ((?:metrics:|rules:| +[-a-z].*|   *#.*)?)/#).map { String($0.1) } ?? String(line)
    }.joined(separator: "\n")
  }
}
