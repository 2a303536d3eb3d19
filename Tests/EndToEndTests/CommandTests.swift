import Foundation
import Testing

/// What every command does alike.
@Suite struct Commands {
  @Test(arguments: [
    "--help", "-h", "help", "--version", "-V", "check --help", "help probe", "probe -h extra extra", "eval --help",
  ])
  func whatCanBeDoneIsZero(_ line: String) throws { #expect(try status(of: line) == .code(0)) }

  @Test(arguments: [
    "check /no/such/file", "haproxy /no/such/file", "run -c /no/such/file", "probe no-such-host.invalid:1",
  ])
  func whatCannotBeDoneIsOne(_ line: String) throws { #expect(try status(of: line) == .code(1)) }

  @Test(arguments: [
    "chek", "check --stirct", "check a b", "--strict check", "check --strict=yes", "probe", "probe nonsense",
    "probe --count 0 1", "probe --count=many 1", "probe --timeout 5 1", "probe --timeout 0s 1", "probe --send \\x 1",
  ])
  func whatMakesNoSenseIsTwo(_ line: String) throws { #expect(try status(of: line) == .code(2)) }

  private func status(of line: String) throws -> ChildProcess.Exit {
    try ChildProcess(AgentProcess.executable, line.split(separator: " ").map(String.init)).exit()
  }

  @Test func whatWasAskedForIsOnStandardOutputAndNothingElse() throws {
    let help = try CommandRun("--help")
    #expect(help.output.hasPrefix("usage: agentcheckd") && help.errors.isEmpty)
    let mistake = try CommandRun("chek")
    #expect(mistake.output.isEmpty)
    #expect(mistake.errors == "agentcheckd: unknown command 'chek'\n  did you mean 'check'?\n")
  }

  @Test func coloursAreForTerminalsWhoseOwnersWantThem() throws {
    #expect(
      try lines(atTerminal: ["NO_COLOR": nil, "TERM": "xterm"]).contains { $0.contains("\u{1B}[1mhost\u{1B}[0m") })
    #expect(try !lines(atTerminal: ["NO_COLOR": "1", "TERM": "xterm"]).contains { $0.contains("\u{1B}") })
    #expect(try !lines(atTerminal: ["NO_COLOR": nil, "TERM": "dumb"]).contains { $0.contains("\u{1B}") })
    #expect(try !CommandRun("metrics", "host", environment: ["TERM": "xterm"]).output.contains("\u{1B}"))
  }

  /// What `metrics host` says to a person.
  private func lines(atTerminal environment: [String: String?]) throws -> [String] {
    let process = try ChildProcess(
      "/usr/bin/script", ["-qec", "'\(AgentProcess.executable)' metrics host", "/dev/null"], environment: environment)
    #expect(try process.exit() == .code(0))
    return process.lines
  }

  @Test func aFullDiskIsAFailure() throws {
    let process = try ChildProcess("/bin/sh", ["-c", #""$0" --help >/dev/full"#, AgentProcess.executable])
    #expect(try process.exit() == .code(1))
  }
}

/// `agentcheckd haproxy`: what it prints goes into haproxy.cfg as it is.
@Suite struct HAProxyCommand {
  private static let manyServices = """
    rules:
      - reply: 50%
    services:
      plain:
      a.b_C-1:
        agent-send: 'a"b$HOME\\c # d'
      api:
        agent-send: api
        listen: [":9999", "127.0.0.1:9998", "[::1]:9998"]
      local:
        listen: "[::1]:9997"
      six:
        listen: "[::]:9996"
        allow: [192.0.2.0/24]
      defaults:
        listen: "192.0.2.7:9995"

    """

  private static let examples: [String] = {
    let etc = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
      .appending(path: "etc/agentcheckd")
    let names = FileManager.default.enumerator(atPath: etc.path())?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".yaml") && !$0.contains(".d/") }.map { etc.appending(path: $0).path() }.sorted()
  }()

  @Test func thereAreExamples() { #expect(Self.examples.count >= 5) }

  @Test(arguments: examples)
  func anExampleIsAccepted(_ path: String) throws { try expectAccepted(try CommandRun("haproxy", path)) }

  @Test func whateverAServiceIsCalledIsAccepted() throws {
    let folder = try TemporaryFolder()
    let run = try CommandRun("haproxy", folder.write(Self.manyServices, to: "rules.yaml"))
    try expectAccepted(run)
    #expect(run.lines.count { $0.hasPrefix("backend ") } == 6)
    let servers = run.lines.filter { $0.hasPrefix("    server ") }.map { line in
      line.split(separator: " ", maxSplits: 2)[2]
    }
    func server(_ address: String, _ port: Int, _ text: String) -> Substring {
      """
      \(address):80 check weight 100 agent-check agent-port \(port) agent-send "\(text)\\n" agent-inter 2s
      """
    }
    #expect(
      servers == [
        server("192.0.2.10", 9999, ""),
        server("192.0.2.10", 9999, #"a\"b\$HOME\\c # d"#),
        server("192.0.2.10", 9999, "api"),
        server("[::1]", 9997, "local"),
        server("[2001:db8::10]", 9996, "six"),
        server("192.0.2.7", 9995, "defaults"),
      ])
  }

  @Test func withoutAFileThereIsAnAnswer() throws { try expectAccepted(try CommandRun("haproxy")) }

  /// Checked by Debian's HAProxy, with a frontend for each backend, which it wants to be used.
  private func expectAccepted(_ run: CommandRun) throws {
    #expect(run.status == .code(0), "\(run.errors)")
    #expect(run.lines.allSatisfy { !$0.hasPrefix("#") || $0.count <= 80 })
    let backends = run.lines.filter { $0.hasPrefix("backend ") }.map { $0.dropFirst("backend ".count) }
    #expect(!backends.isEmpty && Set(backends).count == backends.count)
    let frontends = backends.enumerated().map { index, backend in
      "frontend f\(index)\n  bind 127.0.0.1:\(20000 + index)\n  default_backend \(backend)\n"
    }
    let folder = try TemporaryFolder()
    let file = try folder.write(
      "defaults\n  mode tcp\n  timeout connect 1s\n  timeout client 1s\n  timeout server 1s\n\(frontends.joined())"
        + run.output, to: "haproxy.cfg")
    let check = try ChildProcess("/usr/sbin/haproxy", ["-c", "-f", file])
    let status = try check.exit()
    #expect(status == .code(0), "\(check.lines.joined(separator: "\n"))\n\(run.output)")
    #expect(!check.lines.contains { $0.contains("WARNING") || $0.contains("ALERT") }, "\(check.lines)")
  }
}

/// `agentcheckd probe`, asking agents of the test's own.
@Suite struct ProbeCommand {
  @Test func aReplyIsExplained() throws {
    let agent = try ScriptedAgent("50% failed up # cpu saturated\n")
    let run = try CommandRun("probe", "--send", #"web\n"#, "\(agent.port)")
    #expect(run.status == .code(0) && run.errors.isEmpty)
    #expect(run.lines.first == "50% failed up # cpu saturated")
    #expect(run.lines[1].hasPrefix("127.0.0.1:\(agent.port) answered in "))
    #expect(
      run.lines.dropFirst(3) == [
        "  50%     50% of the weight in HAProxy's configuration",
        "  failed  ignored: not a word of HAProxy's",
        "  up      the agent finds the server healthy",
        "  #       shown in last_agt and on the statistics page",
      ])
    try wait(for: "the text at the agent") { agent.heard == ["web\n"] ? () : nil }
  }

  @Test(arguments: [("50% up", "without an end of line"), ("", "without a word")])
  func whatIsNoLineIsAFailure(_ reply: String, _ words: String) throws {
    let agent = try ScriptedAgent(reply)
    let run = try CommandRun("probe", "127.0.0.1:\(agent.port)")
    #expect(run.status == .code(1) && run.output.isEmpty)
    #expect(run.errors.replacing("\n  ", with: " ").contains(words), "\(run.errors)")
  }

  @Test func anEmptyLineIsALine() throws {
    let agent = try ScriptedAgent("\n")
    let run = try CommandRun("probe", "localhost:\(agent.port)")
    #expect(run.status == .code(0))
    #expect(run.output.contains("changes nothing"))
  }

  @Test func nobodyThereIsAFailure() throws {
    let port = try Socket.freePort()
    let run = try CommandRun("probe", "\(port)")
    #expect(run.status == .code(1) && run.output.isEmpty)
    #expect(run.errors.hasPrefix("agentcheckd: nobody listens on 127.0.0.1:\(port)\n  is the agent running there"))
  }

  @Test func silenceEndsAtTheTimeLimit() throws {
    let listener = try Socket.listening(on: try Socket.freePort())
    let begun = ContinuousClock.now
    let run = try CommandRun("probe", "--timeout=300ms", "\(listener.port)")
    #expect(run.status == .code(1))
    #expect(run.errors.contains("said nothing within 300ms"))
    #expect(ContinuousClock.now - begun >= .milliseconds(300))
  }

  @Test func severalAreCounted() throws {
    let agent = try ScriptedAgent("up\n")
    let run = try CommandRun("probe", "-n2", "\(agent.port)")
    #expect(run.status == .code(0))
    #expect(run.lines.count { $0.hasSuffix("  up") } == 2)
    #expect(run.lines.count { $0.contains("the agent finds the server healthy") } == 1)
    #expect(run.lines.last?.hasPrefix("2 probes, 2 lines, in ") == true)
  }

  @Test func anAgentCannotCommandTheTerminal() throws {
    let agent = try ScriptedAgent("up # \u{1B}[2J\n")
    let run = try CommandRun("probe", "\(agent.port)", environment: ["LC_ALL": "C.UTF-8"])
    #expect(run.lines.first == "up # \u{FFFD}[2J")
  }
}

/// `agentcheckd metrics`, on the host of the test.
@Suite struct MetricsCommand {
  @Test func thereIsAValueForEachMetricThatEveryHostHas() throws {
    let run = try CommandRun("metrics")
    #expect(run.status == .code(0) && run.errors.isEmpty)
    #expect(run.lines.allSatisfy { $0.count <= 80 })
    for name in [
      "cpu.idle", "cpu.count", "load.1m", "memory.available", "memory.total", "host.uptime", #"filesystem("/").size"#,
    ] {
      let row = try #require(run.lines.first { $0.hasPrefix("  \(name) ") }, "\(name)")
      let value = row.split(separator: " ")[1]
      #expect(value.first?.isNumber == true, "\(row)")
    }
  }

  @Test func aPatternPicks() throws {
    let run = try CommandRun("metrics", "cpu(0).*e")
    let names = run.lines.compactMap { $0.split(separator: " ").first }.filter { $0.hasPrefix("cpu(0)") }
    #expect(names == ["cpu(0).idle", "cpu(0).nice"])
  }

  @Test func whatDoesNotExistHasASuggestion() throws {
    let run = try CommandRun("metrics", "cpu.idel")
    #expect(run.status == .code(1) && run.output.isEmpty)
    #expect(run.errors == "agentcheckd: no metric of this host suits 'cpu.idel'\n  did you mean 'cpu.idle'?\n")
  }

  /// The probes of a rule file, whether rules use them or not, and the host as the file has it.
  @Test func aRuleFileAddsItsProbes() throws {
    let tree = try ProcTree()
    try tree.write("0.50 0.75 1.25 1/100 4711\n", to: "proc/loadavg")
    let folder = try TemporaryFolder()
    let depth = try folder.write("12 jobs\n", to: "depth")
    let closed = try Socket.freePort()
    let file = try folder.write(
      """
      \(tree.paths)
      metrics:
        depth: {file: \(depth)}
        gone: {tcp: "127.0.0.1:\(closed)"}
        busy: depth > 5
      """, to: "rules.yaml")
    let probes = try CommandRun("metrics", "-c", file, "depth*")
    #expect(
      probes.lines == [
        "depth", "  a probe: \(depth)", "  depth     12   number: the value that was asked for",
        "  depth.ok  yes  yes/no: the last attempt went as it should",
      ])
    #expect(try CommandRun("metrics", "-c", file, "load.1m").output.contains("\n  load.1m  0.5  number or percent: "))
    #expect(
      try CommandRun("metrics", "-c", file, "gone.ok").lines == [
        "gone", "  a probe: 127.0.0.1:\(closed)", "  gone.ok  no  yes/no: the last attempt went as it should",
        "  no: 127.0.0.1:\(closed): connection refused",
      ])
    let near = try CommandRun("metrics", "-c", file, "dpeth")
    #expect(near.errors.hasSuffix("agentcheckd: no metric of this host suits 'dpeth'\n  did you mean 'depth'?\n"))
    let broken = try CommandRun("metrics", "-c", try folder.write("rule: []\n", to: "broken.yaml"))
    #expect(broken.status == .code(1) && broken.output.isEmpty && broken.errors.contains("did you mean 'rules'?"))
  }
}

/// `agentcheckd explain`, on hosts of the test's own.
@Suite struct ExplainCommand {
  private let tree: ProcTree
  private let clock: ProcessorClock
  private let folder: TemporaryFolder

  init() throws {
    tree = try ProcTree()
    clock = try ProcessorClock(in: tree, idleShare: 0.05)
    folder = try TemporaryFolder()
  }

  private func explain(_ rules: String, _ options: String...) throws -> CommandRun {
    let file = try folder.write("interval: 100ms\n\(tree.paths)\n\(rules)", to: "rules.yaml")
    return options.isEmpty ? try CommandRun("explain", file) : try CommandRun("explain", options[0], file)
  }

  @Test func aBusyHostIsExplained() throws {
    let run = try explain("rules:\n  - {name: busy, when: cpu.idle < 10%, reply: 50%}\n")
    #expect(run.status == .code(0) && run.errors.isEmpty, "\(run.errors)")
    let text = run.output
    #expect(run.lines.first?.hasSuffix("/rules.yaml: 0 metrics, 1 rule, 1 service") == true)
    #expect(run.lines[1].hasPrefix("a look of "))
    #expect(run.lines.contains { $0.hasPrefix("  busy  active for ") }, "\(text)")
    #expect(run.lines.contains { $0.hasPrefix("        cpu.idle 5") && $0.hasSuffix("% is < 10%") }, "\(text)")
    #expect(text.contains("  default  50% up # busy\n           because of: busy\n"), "\(text)")
  }

  @Test func aProgramGetsJSON() throws {
    let run = try explain("rules:\n  - {name: busy, when: cpu.idle < 10%, for: 1m, reply: 50%}\n", "--json")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: [[String: Any]]])
    #expect(object["metrics"]?[0]["name"] as? String == "cpu.idle")
    let idle = try #require(object["metrics"]?[0]["value"] as? Double)
    #expect((3...7).contains(idle))
    #expect(object["rules"]?[0]["state"] as? String == "pending")
    #expect(object["services"]?[0]["reply"] as? String == "100% up")
  }

  @Test func whatCannotBeReadHasAReason() throws {
    let run = try explain("rules:\n  - {name: short, when: memory.available < 10%, reply: 50%}\n")
    #expect(run.status == .code(0))
    #expect(
      run.output.replacing("\n                             ", with: " ")
        .contains("unknown  \(tree.path("proc"))/meminfo: no such file or directory"), "\(run.output)")
    #expect(run.output.contains("memory.available is unknown"))
  }

  @Test func aFileWithAMistakeIsNotExplained() throws {
    let run = try explain("rules:\n  - {when: cpu.idel < 10%, reply: 50%}\n")
    #expect(run.status == .code(1) && run.output.isEmpty)
    #expect(run.errors.contains("did you mean 'cpu.idle'?"))
  }
}
