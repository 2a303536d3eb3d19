// What whoever starts the daemon may leave to it or forbid it: signals that are ignored, streams that are closed, a log that takes
// nothing, a system call that fails.

import Foundation
import Testing

@Suite(.serialized) struct HeritageTests {
  /// A command that executes the one behind it, after this.
  private static func after(_ statements: String) -> [String] {
    let modules = "import os, pty, resource, signal, sys, tempfile"
    return ["/usr/bin/python3", "-c", "\(modules)\n\(statements)\nos.execv(sys.argv[1], sys.argv[1:])"]
  }

  /// Where SIGCHLD is ignored the kernel takes ended children away before anybody can look.
  @Test func programsEndThoughNobodyWantedToKnow() throws {
    let agent = try AgentProcess(
      rules: """
        interval: 100ms
        metrics: {queue: {exec: [/bin/echo, 7], every: 500ms}}
        rules: [{name: long, when: queue > 5, reply: 50%}]
        """,
      under: Self.after("signal.signal(signal.SIGCHLD, signal.SIG_IGN)"))
    try agent.reply("50% up # long")
    // What has ended costs nothing, neither here nor anywhere else.
    #expect(try agent.process.processorShare { pause(.seconds(1)) } < 0.2)
  }

  /// Nothing else gets their numbers: what is meant for people goes nowhere else, and what cannot be said is a failure.
  @Test func closedStreamsStayClosed() throws {
    let agent = try AgentProcess(
      rules: """
        metrics: {queue: {exec: [/bin/echo, 7], every: 1h}}
        rules: [{name: long, when: queue > 5, reply: 50%}]
        """,
      under: Self.after("os.close(0); os.close(1); os.close(2)"))
    try agent.reply("50% up # long")
    for number in 0...2 {
      let path = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(agent.process.pid)/fd/\(number)")
      #expect(path == "/dev/null")
    }
    let mute = try ChildProcess("/bin/sh", ["-c", "exec '\(AgentProcess.executable)' metrics load 2>&- >&-"])
    #expect(try mute.exit() == .code(1))
    let process = try ChildProcess(
      "/bin/sh", ["-c", "exec '\(AgentProcess.executable)' explain '\(agent.ruleFile)' <&- 2>&- | grep -q 'queue *7'"])
    #expect(try process.exit() == .code(0))
  }

  /// The terminal of somebody whose network is gone; a file that may not grow.
  private static let deafLogs = [
    "master, slave = pty.openpty(); os.set_inheritable(master, True); os.dup2(slave, 2)",
    """
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
    log, path = tempfile.mkstemp(); os.unlink(path); os.dup2(log, 2)
    """,
  ]

  /// The log is cut off, and nothing else.
  @Test(arguments: deafLogs) func aLogThatTakesNothingKeepsNobodyWaiting(prelude: String) throws {
    let agent = try AgentProcess(rules: "rules: [{reply: 50%}]\n", under: Self.after(prelude))
    try agent.reply("50% up # rule 1")
    // More than any terminal keeps for its reader.
    try agent.write(rules: (0..<700).map { "wrong\($0): \($0)\n" }.joined())
    #expect(try agent.ask("reload").status == .code(1))
    try agent.reply("50% up # rule 1")
    #expect(try agent.stop() == .code(0))
  }

  /// As a security module or a filter of system calls would: nobody spins, and the log says why nobody is answered.
  @Test func whatForbidsToAcceptIsNamed() throws {
    let agent = try AgentProcess(
      rules: "rules: [{reply: 50%}]\n",
      under: [
        "strace", "-D", "-qq", "-o", "/dev/null", "-e", "trace=accept4", "-e", "inject=accept4:error=EACCES:when=1..2",
      ])
    try agent.reply("50% up # rule 1")
    try agent.process.line(containing: "cannot accept connections (accept4: Permission denied): probes wait")
    // `-D`: it is the daemon that the signal reaches.
    #expect(try agent.stop() == .code(0))
  }
}
