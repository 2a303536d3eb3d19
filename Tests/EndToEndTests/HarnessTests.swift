// The harness itself, tried out with agents whose words are known: what a test of the daemon then sees is the daemon's.

import Foundation
import Testing

@Suite(.serialized) struct HAProxyHarness {
  /// Every word and its recovery, read back from HAProxy's stats socket.
  @Test(arguments: [nil, "web"])
  func haproxyDoesWhatAnAgentSays(agentSend: String?) throws {
    let agent = try ScriptedAgent("up\n")
    let haproxy = try HAProxyProcess([.init(name: "s", agentPort: agent.port, agentSend: agentSend)])
    try haproxy.server("s", "up") { $0.agentStatus == "L7OK" && $0.operational == 2 && $0.weight == 100 }

    agent.reply = "50% up\n"
    try haproxy.server("s", "at half weight") { $0.weight == 50 }
    #expect(try haproxy.weight(of: "s") == (50, 100))
    agent.reply = "0% maxconn:30 up\n"
    try haproxy.server("s", "with no weight and 30 connections") { $0.weight == 0 && $0.maxconn == 30 }
    agent.reply = "100% maxconn:200 up\n"
    try haproxy.server("s", "at full weight") { $0.weight == 100 && $0.maxconn == 200 }

    agent.reply = "drain up\n"
    try haproxy.server("s", "in drain") { $0.status == "DRAIN (agent)" && $0.administrativeBits & 8 != 0 }
    agent.reply = "maint up\n"
    try haproxy.server("s", "in maintenance") { $0.status.hasPrefix("MAINT") && $0.administrativeBits & 1 != 0 }
    agent.reply = "ready up\n"
    try haproxy.server("s", "ready") { $0.administrativeBits == 0 && $0.operational == 2 }

    agent.reply = "down # disk full, \"really\"\n"
    let down = try haproxy.server("s", "down") { $0.operational == 0 }
    #expect(down.status == "DOWN (agent)")
    #expect(down.agentStatus == "L7STS")
    #expect(down.lastAgent == "via agent : down (disk full, \"really\")")
    agent.reply = "up\n"
    try haproxy.server("s", "up again") { $0.operational == 2 && $0.lastAgent == "via agent : up" }
    #expect(Set(agent.heard) == (agentSend == nil ? [] : ["web\n"]))
  }

  /// A line that is cut off is not tried here: HAProxy 2.6 ignores it mostly, but now and then believes its first words,
  /// when what lies behind it in a buffer that was used before happens to end in a line feed.
  @Test func anEmptyLineChangesNothing() throws {
    let agent = try ScriptedAgent("20% down\n")
    let haproxy = try HAProxyProcess([.init(name: "s", agentPort: agent.port, agentSend: "x")])
    try haproxy.server("s", "down, at 20%") { $0.weight == 20 && $0.operational == 0 }
    agent.reply = "\n"
    let heard = agent.heard.count
    try wait(for: "three more probes") { agent.heard.count > heard + 3 ? () : nil }
    let server = try haproxy.server("s")
    #expect(server.weight == 20)
    #expect(server.operational == 0)
  }

  @Test func aFailingHealthCheckIsNotHiddenByUp() throws {
    let backend = try Backend()
    let agent = try ScriptedAgent("100% up\n")
    let haproxy = try HAProxyProcess([.init(name: "s", agentPort: agent.port, healthPort: backend.port)])
    try haproxy.server("s", "up") { $0.status == "UP" && $0.agentStatus == "L7OK" }
    backend.fail()
    try haproxy.server("s", "down") { $0.status == "DOWN" && $0.agentStatus == "L7OK" }
    try backend.recover()
    try haproxy.server("s", "up again") { $0.status == "UP" }
  }

  @Test func anOperatorsWordsReachHAProxy() throws {
    let agent = try ScriptedAgent("up\n")
    let haproxy = try HAProxyProcess([.init(name: "s", agentPort: agent.port)])
    try haproxy.command("set server b/s state maint")
    try haproxy.server("s", "in maintenance") { $0.status == "MAINT" }
  }

  @Test func aMissingHAProxyFails() {
    #expect(throws: Failure.self) { try HAProxyProcess(executable: "/usr/sbin/no-haproxy", []) }
  }
}

@Suite struct ProberHarness {
  @Test func aProbeTellsWhatCame() throws {
    let agent = try ScriptedAgent("50% up\n")
    let clean = try Probe(port: agent.port, saying: "web")
    #expect(clean.line == "50% up")
    #expect(clean.isClean)
    try wait(for: "what the agent has heard") { agent.heard == ["web\n"] ? () : nil }
    for (reply, line) in [("50% up", nil), ("a\nb\n", nil), ("", nil), ("\n", "")] as [(String, String?)] {
      agent.reply = reply
      #expect(try Probe(port: agent.port).line == line)
    }
  }

  @Test func aResetIsSeenBehindALine() throws {
    let listener = try Socket.listening(on: Socket.freePort())
    let port = listener.port
    Thread.detachNewThread {
      let connection = listener.accepted(within: .seconds(5))
      connection?.send("up\n")
      // The line is to arrive as a line, and the reset behind it.
      pause(.milliseconds(50))
      connection?.resetOnClose()
    }
    let probe = try Probe(port: port)
    #expect(probe.line == "up")
    #expect(probe.end == .reset)
    #expect(!probe.isClean)
  }

  @Test func nobodyAndSilenceAreToldApart() throws {
    let port = try Socket.freePort()
    #expect(try Probe(port: port).end == .refused)
    let listener = try Socket.listening(on: port)
    #expect(try Probe(port: listener.port, patience: .milliseconds(50)).end == .patienceGone)
  }

  @Test func aContinuousProberCounts() throws {
    let agent = try ScriptedAgent("up\n")
    let prober = ContinuousProber(port: agent.port)
    try wait(for: "some probes") { prober.count > 10 ? () : nil }
    agent.reply = "down\n"
    let soFar = prober.count
    try wait(for: "some more probes") { prober.count > soFar + 10 ? () : nil }
    agent.reply = "cut"
    let then = prober.count
    try wait(for: "a failed probe") { prober.count > then + 1 ? () : nil }
    let report = try prober.stop()
    #expect(Set(report.lines.keys) == ["up", "down"])
    #expect(Set(report.failures) == ["ended after 'cut'"])
    #expect(report.lines.values.reduce(0, +) < report.count)
    #expect(report.slowest > .zero)
  }
}

@Suite struct ProcessHarness {
  @Test func linesAndExitsAreAwaited() throws {
    let process = try ChildProcess("/bin/sh", ["-c", "echo one; echo two >&2; read x; printf three; exit 7"])
    #expect(try process.line("two", where: { $0.hasPrefix("tw") }) == "two")
    #expect(try process.exit() == .code(7))
    #expect(Set(process.lines) == ["one", "two", "three"])
    #expect(throws: Failure.self) { try process.line(containing: "four") }
  }

  @Test func signalsReachOnlyThatProcess() throws {
    let process = try ChildProcess("/bin/sleep", ["60"])
    #expect(process.isRunning)
    process.signal(SIGTERM)
    #expect(try process.exit() == .signal(SIGTERM))
    #expect(!process.isRunning)
  }

  @Test func aForgottenProcessIsEnded() throws {
    var process: ChildProcess? = try ChildProcess("/bin/sleep", ["60"])
    let pid = try #require(process).pid
    #expect(kill(pid, 0) == 0)
    process = nil
    #expect(kill(pid, 0) == -1)
  }

  @Test func variablesAreSetAndTaken() throws {
    let process = try ChildProcess(
      "/usr/bin/env", [], environment: ["AGENTCHECKD_HARNESS": "a b", "PATH": Optional<String>.none])
    #expect(try process.exit() == .code(0))
    #expect(process.lines.contains("AGENTCHECKD_HARNESS=a b"))
    #expect(!process.lines.contains { $0.hasPrefix("PATH=") })
  }

  @Test func aMissingProgramIsTold() {
    #expect(throws: Failure.self) { try ChildProcess("/no/such/program", []) }
  }
}

@Suite struct ProcTreeHarness {
  @Test(arguments: ProcTree.Change.allCases)
  func filesChange(_ change: ProcTree.Change) throws {
    let tree = try ProcTree()
    try tree.write("a longer text\n", to: "proc/net/dev", change)
    let before = open(tree.path("proc/net/dev"), O_RDONLY)
    defer { close(before) }
    try tree.write("short\n", to: "proc/net/dev", change)
    #expect(try tree.text(of: "proc/net/dev") == "short\n")
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = pread(before, &bytes, bytes.count, 0)
    #expect(String(decoding: bytes[..<count], as: UTF8.self) == (change == .inPlace ? "short\n" : "a longer text\n"))
    try tree.remove("proc/net")
    #expect(throws: (any Error).self) { try tree.text(of: "proc/net/dev") }
    #expect(tree.paths.hasPrefix("paths: {proc: \"/tmp/"))
  }

  @Test func aMissingFixtureIsTold() {
    #expect(throws: Failure.self) { try ProcTree(copyOf: "no-such-host") }
  }
}

@Suite struct ProcessorClockHarness {
  @Test func countersRunAsTold() throws {
    let tree = try ProcTree()
    let clock = try ProcessorClock(in: tree, processors: 3, idleShare: 0.25)
    let quarter = try share(of: tree)
    #expect((quarter - 0.25).magnitude < 0.01)
    clock.run(idleShare: 1)
    #expect(try wait(for: "an idle host") { try share(of: tree) > 0.99 ? true : nil })
    #expect(try tree.text(of: "proc/stat").split(separator: "\n").count { $0.hasPrefix("cpu") } == 4)
  }

  /// The idle share of the time in which the counters have moved on a bit.
  private func share(of tree: ProcTree) throws -> Double {
    func counters() throws -> (busy: Double, idle: Double) {
      let fields = try tree.text(of: "proc/stat").split(separator: "\n")[0].split(separator: " ")
      return (Double(fields[1]) ?? .nan, Double(fields[4]) ?? .nan)
    }
    let begun = try counters()
    let later = try wait(for: "counters that run") {
      let now = try counters()
      return now.busy + now.idle > begun.busy + begun.idle + 60_000 ? now : nil
    }
    let (busy, idle) = (later.busy - begun.busy, later.idle - begun.idle)
    return idle / (busy + idle)
  }
}

@Suite struct AgentHarness {
  @Test func theProgramUnderTestIsThere() {
    #expect(FileManager.default.isExecutableFile(atPath: AgentProcess.executable), "\(AgentProcess.executable)")
  }
}
