// What an operator asks of the running daemon, and what strangers try.

import Foundation
import Testing

@Suite(.serialized) struct ControlTests {
  private static let half = "interval: 100ms\nrules:\n  - name: half\n    when: memory.available > 0%\n    reply: 50%\n"

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// What python says, which may be somebody else and talks to the socket as a script would.
  private func python(_ script: String, _ arguments: String...) throws -> CommandRun {
    try CommandRun(["-c", script] + arguments, executable: "/usr/bin/python3")
  }

  @Test func statusSaysWhatIsSaidAndWhy() throws {
    let agent = try AgentProcess(rules: Self.half)
    try agent.reply("50% up # half")
    let run = try agent.ask("status")
    #expect(run.status == .code(0) && run.errors == "")
    let page = run.output
    for part in [
      "services\n  default  50% up # half\n", "half: memory.available", "% is > 0%\n", "\n  memory.available  ",
      "\nrules\n  half  active for ", "\nload balancers\n  127.0.0.1 for default  50% up # half\n",
      "asks now and then, last at ",
    ] {
      #expect(page.contains(part), "'\(part)' in \(page)")
    }
    #expect(page.range(of: #"since [0-9]{2}:[0-9]{2}:[0-9]{2}, "#, options: .regularExpression) != nil)

    let status = try object(try agent.ask("status", "--json").output)
    let service = try #require((status["services"] as? [[String: Any]])?.first)
    #expect(service["reply"] as? String == "50% up # half" && service["previous"] as? String == "")
    #expect((service["why"] as? [String])?.first?.hasPrefix("half: memory.available ") == true)
    #expect((service["since"] as? Double).map { $0 >= 0 && $0 < 600 } == true)
    let metric = try #require((status["metrics"] as? [[String: Any]])?.first)
    let numbers = try ["least", "value", "greatest"].map { try #require(metric[$0] as? Double) }
    // Histories are kept with seven digits.
    #expect(numbers[0] <= numbers[1] * 1.0001 && numbers[1] <= numbers[2] * 1.0001)
    #expect(((metric["history"] as? [Any])?.count ?? 0) >= 1)
    let balancer = try #require((status["balancers"] as? [[String: Any]])?.first)
    #expect(balancer["told"] as? String == "50% up # half" && balancer["service"] as? String == "default")
    #expect(status["done"] as? Bool == true)
  }

  @Test func reloadSaysWhatCameOfIt() throws {
    let agent = try AgentProcess(rules: Self.half)
    try agent.reply("50% up # half")
    let prober = ContinuousProber(port: agent.port)
    try agent.write(rules: Self.half.replacingOccurrences(of: "memory.av", with: "memory.aw"))
    let bad = try agent.ask("reload")
    #expect(bad.status == .code(1) && bad.output == "")
    #expect(bad.errors.contains("rules.yaml:5:11: error: unknown metric 'memory.awailable'\n"))
    #expect(bad.errors.contains("^~~~"))
    #expect(bad.errors.contains("rules.yaml has mistakes: "))
    let daemon = try object(try agent.ask("status", "--json").output)["daemon"] as? [String: Any]
    #expect((daemon?["lastReload"] as? [String: Any])?["error"] is String)

    try agent.write(rules: Self.half.replacingOccurrences(of: "50%", with: "70%"))
    // Several at once, one of them by a signal: each is told, and each finds the new rules in force.
    let group = DispatchGroup()
    let runs = Locked<[CommandRun]>([])
    agent.process.signal(SIGHUP)
    for _ in 0..<4 {
      DispatchQueue.global().async(group: group) {
        if let run = try? agent.ask("reload") { runs.change { $0.append(run) } }
      }
    }
    group.wait()
    #expect(runs.value.count == 4)
    for run in runs.value {
      #expect(run.status == .code(0) && run.errors == "")
      let summary = "0 metrics, 1 rule, 1 service, listening on 127.0.0.1:\(agent.port)"
      #expect(run.output == "reloaded \(agent.ruleFile): \(summary)\n")
    }
    try agent.reply("70% up # half")
    let seen = try prober.stop()
    #expect(seen.failures == [])
    #expect(Set(seen.lines.keys) == ["50% up # half", "70% up # half"])
  }

  @Test func aDaemonThatIsNotThereIsSaidToBeSo() throws {
    let run = try CommandRun("reload", "--control", "/nonexistent/control.sock")
    #expect(run.status == .code(1))
    #expect(run.errors.hasPrefix("agentcheckd: no agentcheckd is running, or its control socket is elsewhere\n"))
    #expect(run.errors.contains("--control"))
  }

  /// Root can be somebody else; nobody else can.
  @Test(.enabled(if: getuid() == 0)) func whoMayNotIsToldWhatToDo() throws {
    let agent = try AgentProcess(rules: Self.half)
    try agent.reply("50% up # half")
    let script = """
      import os, socket, sys
      os.setgroups([]); os.setgid(65534); os.setuid(65534)
      connection = socket.socket(socket.AF_UNIX)
      try: connection.connect(sys.argv[1])
      except PermissionError: print("refused"); sys.exit()
      connection.sendall(b"reload\\nstatus\\n")
      for line in connection.makefile():
        print(line[:40].strip(), '"done":true' in line)
        if '"services"' in line: break
      """
    #expect(try python(script, agent.control).output == "refused\n")
    #expect(chmod(agent.folder.path, 0o755) == 0 && chmod(agent.control, 0o666) == 0)
    let run = try python(script, agent.control)
    let lines = run.output.split(separator: "\n")
    try #require(lines.count == 2, "\(run.output)\(run.errors)")
    #expect(lines[0] == #"{"error":"user 65534 may not ask for 're False"#)
    #expect(lines[1].hasPrefix(#"{"time":"#) && lines[1].hasSuffix("True"))
    try agent.process.line(containing: "control: refused 'reload' to user 65534")
  }

  @Test func hostileClientsKeepNobodyWaiting() throws {
    let agent = try AgentProcess(rules: Self.half)
    try agent.reply("50% up # half")
    let prober = ContinuousProber(port: agent.port)
    let script = """
      import socket, sys
      def connect():
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(sys.argv[1])
        return connection
      def ask(request, end=True):
        connection = connect()
        connection.sendall(request)
        if end: connection.shutdown(socket.SHUT_WR)
        return connection.makefile("rb").read().decode()
      idle = [connect() for _ in range(200)]
      for connection in idle[::3]:
        try: connection.sendall(b"sta")
        except OSError: pass
      deaf = connect()
      try:
        deaf.settimeout(0.2)
        for _ in range(100000): deaf.sendall(b"status\\n")
      except OSError: pass
      for request in [b"reload", b"", b"\\n", b"sta\\0tus\\n", b"\\xff\\xfe\\n", b"x" * 5000, b"\\"status\\n", b"status now\\n"]:
        answer = ask(request)
        print(answer[:42].strip())
      print(ask(b"status\\r\\nstatus\\n").count('"done":true'))
      """
    let run = try python(script, agent.control)
    #expect(
      run.output == """


        {"error":"an empty request","hint":"write
        {"error":"a control character in the reque
        {"error":"a word that is not UTF-8","hint"
        {"error":"a request has at most 4096 bytes
        {"error":"the request ends within quotes",
        {"error":"'status' does not know what to d
        2

        """, "\(run.errors)")
    let seen = try prober.stop()
    #expect(seen.failures == [] && Set(seen.lines.keys) == ["50% up # half"])
  }

  @Test func aSocketOfTheDeadIsReplacedAndOneOfTheLivingIsNot() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/shared.sock"
    let first = try AgentProcess(rules: Self.half, control: path)
    try first.reply("50% up # half")
    let second = try AgentProcess(rules: Self.half, control: path)
    try second.process.line(containing: "another agentcheckd, or some other file, is there: there is no control socket")
    #expect(try first.ask("status").status == .code(0))
    _ = try first.stop(SIGKILL)
    #expect(FileManager.default.fileExists(atPath: path))
    let third = try AgentProcess(rules: Self.half, control: path)
    try third.reply("50% up # half")
    #expect(try third.ask("status").status == .code(0))
    _ = try third.stop()
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func theWatchGivesTheTerminalBack() throws {
    let agent = try AgentProcess(rules: Self.half)
    try agent.reply("50% up # half")
    let script = #"""
      import fcntl, os, pty, select, signal, struct, sys, termios, time
      program, path = sys.argv[1:]
      def watch(name, act):
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 10, 50, 0, 0))
        before = termios.tcgetattr(theirs)
        process = os.fork()
        if process == 0:
          os.setsid()
          fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)
          for number in range(3): os.dup2(theirs, number)
          os.environ.update(TERM="xterm", LC_ALL="C.UTF-8")
          os.execv(program, [program, "status", "--watch", "--control", path])
        said = b""
        def hear(text):
          nonlocal said
          end = time.time() + 10
          while text not in said and time.time() < end:
            if select.select([ours], [], [], 0.1)[0]: said += os.read(ours, 65536)
          return text in said
        drawn = hear(b"more lines") and said.startswith(b"\x1b[?1049h") and b"\r\n" in said
        mode = termios.tcgetattr(theirs)
        raw = not mode[3] & (termios.ICANON | termios.ECHO) and mode[6][termios.VSUSP] == b"\0"
        resized = name != "resize"
        if not resized:
          fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 120, 0, 0))
          resized = hear(b"load balancers")
        act(ours, process)
        restored = hear(b"\x1b[?7h\x1b[?25h\x1b[?1049l")
        status = os.waitpid(process, 0)[1]
        print(name, drawn, raw, resized, restored, status, termios.tcgetattr(theirs) == before)
      watch("q", lambda ours, process: os.write(ours, b"q"))
      watch("Ctrl-C", lambda ours, process: os.write(ours, b"\x03"))
      watch("SIGTERM", lambda ours, process: os.kill(process, signal.SIGTERM))
      watch("resize", lambda ours, process: os.write(ours, b"q"))
      """#
    let run = try python(script, AgentProcess.executable, agent.control)
    #expect(
      run.output == """
        q True True True True 0 True
        Ctrl-C True True True True 0 True
        SIGTERM True True True True 0 True
        resize True True True True 0 True

        """, "\(run.errors)")
  }

  @Test func withoutATerminalTheWatchIsPlainText() throws {
    let agent = try AgentProcess(rules: Self.half)
    try agent.reply("50% up # half")
    let process = try ChildProcess(
      AgentProcess.executable, ["status", "--watch", "--control", agent.control], environment: ["LC_ALL": "C"])
    try process.line(containing: "default  50% up # half")
    let before = process.lines.count
    try process.line(from: before, containing: "default  50% up # half")
    process.signal(SIGINT)
    #expect(try process.exit() == .code(0))
    #expect(process.lines.allSatisfy { $0.utf8.allSatisfy { 0x20..<0x7F ~= $0 } })
  }
}

/// A value that several threads change.
private final class Locked<Value: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var held: Value

  init(_ value: Value) { held = value }

  var value: Value { lock.withLock { held } }

  func change(_ body: (inout Value) -> Void) { lock.withLock { body(&held) } }
}
