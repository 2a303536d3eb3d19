// What rules ask of listeners, processes, files and directories, from the socket or the file to the reply.

import Foundation
import TestSupport
import Testing

/// A helper that is late on a busy machine makes a metric unknown for a moment: no first reply is relied upon.
@Suite(.serialized) struct SourcesTests {
  private static func rules(_ conditions: [(name: String, condition: String)]) -> String {
    "interval: 100ms\nstale: 300ms\nrules:\n"
      + conditions.map { "  - {name: \($0.name), when: '\($0.condition)', reply: 50%}\n" }.joined()
  }

  /// A port and a unix socket: nobody there, somebody, and nobody who accepts.
  @Test func aQueueThatIsFull() throws {
    let port = try Socket.freePort()
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/app.sock"
    let agent = try AgentProcess(
      rules: Self.rules([
        ("absent", "not listener(\(port)).present"), ("full", "listener(\(port)).queue >= 100%"),
        ("busy", "listener(\(port)).connections >= 20"),
        ("app", "listener(\"\(path)\").present and listener(\"\(path)\").queue > 0"),
      ]))
    try agent.reply("50% up # absent")
    try agent.process.line(containing: "listener(\(port)).queue is unknown: listener(\(port)): nothing listens there")
    let listener = try Socket.listening(on: port)
    try agent.reply("100% up")
    // A backlog of so many takes one more, and then one is let in for each that is accepted.
    var connections: [Socket] = []
    while let one = try Socket.connected(to: port, patience: .milliseconds(300)), connections.count < 200 {
      connections.append(one)
    }
    try agent.reply("50% up # full; busy")
    for _ in 0..<connections.count / 2 { _ = listener.accepted(within: .seconds(1)) }
    connections.removeAll()
    try agent.reply("100% up")

    let app = try ChildProcess(
      "/usr/bin/python3",
      [
        "-c",
        """
        import signal, socket, sys
        s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(5)
        c = socket.socket(socket.AF_UNIX); c.connect(sys.argv[1])
        signal.pause()
        """, path,
      ])
    try agent.reply("50% up # app")
    app.signal(SIGKILL)
    try agent.reply("100% up")
  }

  /// By name and by the file with its number, each with blanks in its name.
  @Test func aProcessThatComesAndGoes() throws {
    let folder = try TemporaryFolder()
    let name = "job (\(UUID().uuidString.prefix(8))) runner"
    let pidfile = "\(folder.path)/job.pid"
    let agent = try AgentProcess(
      rules: Self.rules([
        ("gone", "not process(\"\(name)\").running"), ("stopped", "not pidfile(\"\(pidfile)\").running"),
        ("many", "process(\"\(name)\").count > 1"),
      ]))
    try agent.reply("50% up # gone; stopped")
    func start() throws -> ChildProcess {
      try ChildProcess("/bin/bash", ["-c", "exec -a '/opt/a b/\(name)' sleep 300"])
    }
    let first = try start()
    try folder.write("\(first.pid)\n", to: "job.pid")
    try agent.reply("100% up")
    let second = try start()
    try agent.reply("50% up # many")
    second.signal(SIGKILL)
    try agent.reply("100% up")
    first.signal(SIGKILL)
    try agent.reply("50% up # gone; stopped")
    try folder.write("not a number\n", to: "job.pid")
    try agent.process.line(
      containing: "pidfile(\"\(pidfile)\").running is unknown: \(pidfile): does not begin with a process number")
  }

  /// A number, an age, a length, and a directory that fills.
  @Test func filesAndDirectories() throws {
    let folder = try TemporaryFolder()
    let file = "\(folder.path)/lag"
    let agent = try AgentProcess(
      rules: Self.rules([
        ("missing", "not file(\"\(file)\").exists"), ("lag", "file(\"\(file)\").value > 2.5"),
        ("old", "file(\"\(file)\").age > 1h"), ("long", "file(\"\(file)\").size > 1kB"),
        ("jobs", "directory(\"\(folder.path)\").entries > 3"), ("stuck", "directory(\"\(folder.path)\").oldest > 1d"),
      ]))
    try agent.reply("50% up # missing")
    try folder.write("3.5", to: "lag")
    try agent.reply("50% up # lag")
    try folder.write("1.5 \(String(repeating: "x", count: 2000))\n", to: "lag")
    try agent.reply("50% up # long")
    try FileManager.default.setAttributes([.modificationDate: Date() - 7200], ofItemAtPath: file)
    try agent.reply("50% up # old; long")
    for number in 0..<3 { try folder.write("x", to: "job\(number)") }
    try agent.reply("50% up # old; long; jobs")
    try FileManager.default.setAttributes([.modificationDate: Date() - 200_000], ofItemAtPath: folder.path + "/job1")
    try agent.reply("50% up # old; long; jobs; stuck")
    for number in 0..<3 { try FileManager.default.removeItem(atPath: "\(folder.path)/job\(number)") }
    // A FIFO is not opened: its writer would think that it has a reader.
    try FileManager.default.removeItem(atPath: file)
    #expect(mkfifo(file, 0o600) == 0)
    try agent.process.line(containing: "file(\"\(file)\").value is unknown: \(file): not a regular file")
    try agent.reply("100% up")
  }

  /// A dead mount, by whichever call one asks it: its metrics are unknown, everything else goes on, and all comes back.
  @Test(arguments: ["getattr", "open", "read", "readdir"]) func aDeadMountHangsNobody(gate: String) throws {
    let mount = try HangingFileSystem()
    let isFolder = gate == "readdir"
    let path = isFolder ? mount.mountPoint : mount.mountPoint + "/number"
    let metric =
      switch gate {
      case "getattr": "file(\"\(path)\").size"
      case "readdir": "directory(\"\(path)\").entries"
      default: "file(\"\(path)\").value"
      }
    let dial = try Dial()
    let agent = try AgentProcess(
      rules: "\(dial.head)stale: 300ms\nrules:\n"
        + "  - {name: there, when: '\(metric) > 0', reply: 50%, unknown: inactive}\n"
        + "  - {name: turned, when: dial > 0, reply: 'maxconn:7'}\ndefault: maxconn:100\n")
    try agent.reply("50% maxconn:100 up # there")
    let prober = ContinuousProber(port: agent.port)
    try mount.close(gate)
    try agent.process.line(containing: "warning: \(metric) is unknown: \(path): no answer")
    try agent.reply("100% maxconn:100 up")
    try dial.turn(to: 1)
    try agent.reply("100% maxconn:7 up # turned")
    mount.open(gate)
    try agent.process.line(containing: "\(metric) is known again")
    try agent.reply("50% maxconn:7 up # there; turned")
    let seen = try prober.stop()
    #expect(seen.failures == [] && seen.slowest < .seconds(1))
    #expect(try agent.stop() == .code(0))
  }
}
