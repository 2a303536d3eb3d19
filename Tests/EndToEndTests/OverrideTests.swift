// `force` and `release`, as an operator uses them: from the command line to HAProxy, across restarts, crashes and bad days.

import Foundation
import Testing

/// Whoever is root by sudo is asked for by name; of everybody else the kernel tells.
private let name = geteuid() == 0 ? "anna" : NSUserName()

/// A daemon with a control socket, and the commands that ask it.
private final class Place {
  let folder: TemporaryFolder
  private(set) var agent: AgentProcess
  private let rules: String

  init(_ rules: String) throws {
    self.rules = rules
    folder = try TemporaryFolder()
    agent = try AgentProcess(rules: rules, state: folder.path, control: "\(folder.path)/control.sock")
    _ = try agent.firstReply()
  }

  /// The next daemon on the same host.
  func start() throws {
    agent = try AgentProcess(
      rules: rules, port: agent.port, state: folder.path, control: agent.control)
  }

  /// A command that must end with this status. Whoever runs the test is called anna.
  @discardableResult func command(_ words: String, _ status: Int32 = 0) throws -> CommandRun {
    let run = try CommandRun(
      "/bin/sh", "-c", "exec \(AgentProcess.executable) \(words) --control \(agent.control)",
      environment: ["SUDO_USER": name], executable: "/usr/bin/env")
    #expect(run.status == .code(status), "\(words): \(run.output)\(run.errors)")
    return run
  }

  var kept: String { (try? String(contentsOfFile: "\(folder.path)/overrides", encoding: .utf8)) ?? "" }
}

@Suite(.serialized) struct OverrideTests {
  private static let rules = "ready-for: 1s\nserver-port: 1\ndefault: maxconn:200\nservices: {web: }\n"

  /// Who is told, why, and what is left of it after a crash, a restart, a reload and a release.
  @Test func itIsSaidUntilItIsReleased() throws {
    let place = try Place(Self.rules)
    let haproxy = try HAProxyProcess([.init(name: "s", agentPort: place.agent.port)])
    let forced = try place.command("force 0% drain --service web --reason 'bad disk'")
    #expect(forced.output == "forced '0% drain' of service 'web'\n" && forced.errors.isEmpty)
    #expect(place.kept.contains("\noverride 0% drain\nservice web\n"), "it is durable when the command says so")
    func holds() throws {
      try place.agent.reply("0% maxconn:200 drain up # forced by \(name): bad disk")
      try haproxy.server("s", "in drain") {
        try $0.administrativeBits == 8 && haproxy.weight(of: "s").used == 0
          && $0.lastAgent == "via agent : up (forced by \(name): bad disk)"
      }
    }
    try holds()
    #expect(try place.agent.stop(SIGKILL) == .signal(SIGKILL))
    try place.start()
    try holds()
    #expect(try place.agent.stop() == .code(0))
    try place.start()
    try holds()
    // Thing by thing; the service goes, and what is forced of it is kept and said.
    try place.command("force 50% -s web")
    try place.agent.reply("50% maxconn:200 drain up # forced by \(name); forced by \(name): bad disk")
    let said = try place.agent.reload(rules: Self.rules.replacing("web", with: "other"))
    #expect(said.contains { $0.contains("no service 'web' any more: its override is kept") }, "\(said)")
    try place.agent.reply("maxconn:200 up") { $0.hasPrefix("100% maxconn:200") && !$0.contains("forced") }
    #expect(try place.command("force 0% --service web", 1).errors.contains("there is no service 'web'"))
    try place.agent.reload(rules: Self.rules)
    try place.agent.reply("50% maxconn:200 drain up # forced by \(name); forced by \(name): bad disk")
    let released = try place.command("release")
    #expect(released.lines.count == 2 && released.output.hasPrefix("released drain, for service 'web', by \(name)"))
    try haproxy.server("s", "ready") { try $0.administrativeBits == 0 && haproxy.weight(of: "s").used == 100 }
    #expect(try place.command("release", 1).errors.contains("nothing is forced: there is nothing to release"))
    // All of it can be found after the incident, in order.
    let history = try place.command("history").lines
    let told = history.compactMap { line in
      ["started:", "ended,", "process before was killed", "forced:", "released by", "not reloaded", "reloaded "].first {
        line.contains($0)
      }
    }
    #expect(
      told == [
        "started:", "forced:", "started:", "process before was killed", "ended,", "started:", "forced:", "reloaded ",
        "reloaded ", "released by", "released by",
      ], "\(history)")
  }

  /// Words are judged as in the rule file, and what cannot be taken back is said.
  @Test func whatIsWrongIsSaid() throws {
    let place = try Place("rules: []\n")
    let wrong = try place.command("force failed 50", 2).errors
    #expect(wrong.contains("HAProxy does not know the word 'failed' and would ignore it"), "\(wrong)")
    #expect(wrong.contains("^~~~~~ did you mean 'fail'?") && wrong.contains("write '50%' for a weight"), "\(wrong)")
    #expect(try place.command("force 50% --wait", 2).errors.contains("keeps nobody away"))
    #expect(try place.command("force 0% --for 2", 2).errors.contains("--for"))
    #expect(try place.command("force maxconn:5").errors.contains("HAProxy keeps 5 when this ends"))
    #expect(try place.command("force 0% --wait", 1).errors.contains("say --port N"))
    let early = try place.command("force 0% --wait --port 1 --timeout 1ms", 1).errors
    #expect(early.contains("nobody is connected, but not for 5s yet"), "\(early)")
  }

  /// It ends by itself, after a restart too.
  @Test func itEndsByItself() throws {
    let place = try Place("rules: []\n")
    try place.command("force 0% --for 3s")
    #expect(try place.agent.stop(SIGKILL) == .signal(SIGKILL))
    try place.start()
    try place.agent.reply("0% up # forced by \(name)")
    let page = try place.command("status").output
    #expect(page.contains("\nforced\n  all  '0%' by \(name); since ") && page.contains(", for another "), "\(page)")
    try place.agent.reply("100% up")
    try place.agent.process.line(containing: "no longer forced, as its time is over")
    #expect(try place.command("history").output.contains("no longer forced, as its time is over: 0%"))
    #expect(try !place.command("status").output.contains("\nforced\n"))
    try wait(for: "the end of it on the disk") { place.kept.contains("override") ? nil : () }
  }

  /// `--wait` returns when nobody is connected any more, and gives up when it is told to.
  @Test func itWaitsForTheLastConnection() throws {
    let application = try Socket.listening(on: Socket.freePort())
    let rules = Self.rules.replacing("server-port: 1", with: "server-port: \(application.port)")
    let place = try Place(rules)
    var ends = [try Socket.connected(to: application.port, patience: .seconds(5))]
    ends.append(application.accepted(within: .seconds(5)))
    #expect(ends.allSatisfy { $0 != nil })
    let late = try place.command("force 0% --wait --timeout 700ms", 1)
    #expect(late.output.contains(" established to port \(application.port)"), "\(late.output)")
    #expect(late.errors.contains("the words stay forced"))
    let waiting = try ChildProcess(
      AgentProcess.executable, ["force", "0%", "--wait", "--control", place.agent.control])
    try waiting.line(containing: " established to port")
    #expect(waiting.isRunning)
    // On a terminal it is one line, written over again and again, and an end of it.
    let spawn = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
    let drawn = try CommandRun(
      "-c", spawn, AgentProcess.executable, "force", "0%", "--wait", "--timeout", "1200ms", "--control",
      place.agent.control, environment: ["TERM": "xterm"], executable: "/usr/bin/python3")
    #expect(drawn.status == .code(1))
    let draft = "\r\u{1B}\\[K[12] established to port \(application.port), after [0-9]+s"
    #expect(
      drawn.output.range(of: "\r\n(\(draft)){3,}\r\n[^\u{1B}]*in vain", options: .regularExpression) != nil,
      "\(drawn.output.debugDescription)")
    ends = []
    #expect(try waiting.exit(within: .seconds(30)) == .code(0))
    #expect(waiting.lines.last?.hasPrefix("no connection to port \(application.port) any more") == true)
  }

  /// An incident: every processor of the host is busy, HAProxy is in the middle of a reload, and somebody takes the host out.
  @Test func onABadDay() throws {
    let place = try Place("rules: [{when: cpu.idle < 50%, reply: 50%}]\n")
    let line = [HAProxyProcess.Line(name: "s", agentPort: place.agent.port)]
    let old = try HAProxyProcess(from: 2, line)
    let load = try ChildProcess("/usr/bin/stress-ng", ["--quiet", "--cpu", "0", "--timeout", "60s"])
    defer { load.signal(SIGTERM) }
    try place.agent.reply(within: .seconds(30), "busy") { $0.hasPrefix("50% up") }
    try place.command("force 0% drain --reason 'overloaded; see #4711'")
    // The new process of a reload asks while the old one still does.
    let new = try HAProxyProcess(from: 3, line)
    for haproxy in [old, new] {
      try haproxy.server("s", within: .seconds(30), "in drain") {
        $0.administrativeBits == 8 && $0.lastAgent == "via agent : up (forced by \(name): overloaded; see #4711)"
      }
    }
    old.process.signal(SIGTERM)
    try place.command("release")
    try new.server("s", within: .seconds(30), "ready") {
      try $0.administrativeBits == 0 && haproxy(new, isAt: [50, 100])
    }
  }

  private func haproxy(_ haproxy: HAProxyProcess, isAt weights: [Int]) throws -> Bool {
    weights.contains(try haproxy.weight(of: "s").used)
  }
}
