// The daemon and its service manager: a stand-in that hears every message. A real systemd is in Tests/Package.

import Foundation
import Testing

@Suite(.serialized) struct ServiceManagerTests {
  /// The daemon below a stand-in for the service manager.
  private final class Managed {
    let port: Int
    let folder: TemporaryFolder
    let process: ChildProcess

    init(_ rules: String, options: [String] = [], in folder: TemporaryFolder? = nil) throws {
      port = try Socket.freePort()
      let folder = try folder ?? TemporaryFolder()
      self.folder = folder
      let file = try folder.write(rules.replacingOccurrences(of: "PORT", with: "\(port)"), to: "rules.yaml")
      process = try ChildProcess(
        "/usr/bin/python3",
        ["\(repository)/Tests/Tools/manager.py"] + options
          + [AgentProcess.executable, "run", "-c", file, "--state-dir", folder.path])
    }

    func write(_ rules: String) throws {
      try folder.write(rules.replacingOccurrences(of: "PORT", with: "\(port)"), to: "rules.yaml")
    }

    /// What the manager was told, from a line of its output on.
    func told(from start: Int = 0) -> [String] {
      process.lines.dropFirst(start).filter { $0.hasPrefix("manager: ") }.map { String($0.dropFirst(9)) }
    }

    /// Waits until the manager was told this.
    @discardableResult func told(_ text: String, from start: Int = 0) throws -> String {
      try process.line(from: start, "manager: \(text)") { $0.hasPrefix("manager: \(text)") }
    }
  }

  private static func rules(_ address: String, _ weight: Int) -> String {
    "listen: \"\(address):PORT\"\ninterval: 100ms\ndefault: \(weight)%\n"
  }

  @Test func itIsToldOfEveryStepOfALife() throws {
    let daemon = try Managed(Self.rules("127.0.0.1", 50), options: ["--abstract"])
    try daemon.told("READY=1")
    // Ready is who answers: at once, and what was measured.
    #expect(try Probe(port: daemon.port).line == "50% up")
    #expect(
      daemon.told() == [
        "started with nothing", "FDSTORE=1 FDNAME=listen_127.0.0.1_\(daemon.port)", "STATUS=50% up", "READY=1",
      ])

    var start = daemon.process.lines.count
    try daemon.write(Self.rules("127.0.0.1", 70))
    daemon.process.signal(SIGHUP)
    try daemon.told("READY=1", from: start)
    let reload = daemon.told(from: start)
    #expect(Array(reload.dropFirst()) == ["STATUS=70% up", "READY=1"])
    let stamp = try #require(reload.first?.split(separator: "=").last.flatMap { Int($0) })
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    let age = now.tv_sec - stamp / 1_000_000
    #expect(reload[0] == "RELOADING=1 MONOTONIC_USEC=\(stamp)" && (0...60).contains(age), "\(reload[0])")

    start = daemon.process.lines.count
    try daemon.write("rules:\n  - when: cpu.idel < 10%\n    reply: 50%\n")
    daemon.process.signal(SIGHUP)
    try daemon.told("READY=1", from: start)
    let mistake = "\(daemon.folder.path)/rules.yaml:2:11: error: unknown metric 'cpu.idel'"
    #expect(
      Array(daemon.told(from: start).dropFirst()) == ["STATUS=\(mistake): the rules in force stay; 70% up", "READY=1"])

    // A good file makes the complaint go.
    start = daemon.process.lines.count
    try daemon.write(Self.rules("127.0.0.1", 70))
    daemon.process.signal(SIGHUP)
    try daemon.told("READY=1", from: start)
    #expect(Array(daemon.told(from: start).dropFirst()) == ["STATUS=70% up", "READY=1"])

    start = daemon.process.lines.count
    daemon.process.signal(SIGTERM)
    #expect(try daemon.process.exit() == .code(0))
    #expect(daemon.told(from: start) == ["STOPPING=1 STATUS=ending", "ended with 0"])
  }

  @Test func whatCannotBeWrittenIsTold() throws {
    let folder = try TemporaryFolder()
    // Nobody, not even root, writes a file in place of a folder that is not empty.
    try FileManager.default.createDirectory(
      atPath: folder.path + "/balancers.new/x", withIntermediateDirectories: true)
    let daemon = try Managed(Self.rules("127.0.0.1", 50), in: folder)
    try daemon.told("STATUS=state cannot be written: file exists; 50% up")
  }

  /// 'systemctl status' shows what kept a daemon from starting, which the log of a unit that is tried again and again does not.
  @Test func itIsToldWhyThereIsNoBeginning() throws {
    let broken = try Managed("rules:\n  - when: cpu.idel < 10%\n    reply: 50%\n")
    #expect(try broken.process.exit() == .code(1))
    #expect(
      broken.told() == [
        "started with nothing",
        "STATUS=not started: \(broken.folder.path)/rules.yaml:2:11: error: unknown metric 'cpu.idel'", "ended with 1",
      ])
    let other = try AgentProcess(rules: "rules: []\n")
    let late = try Managed("listen: \"127.0.0.1:\(other.port)\"\n")
    #expect(try late.process.exit() == .code(1))
    try late.told("STATUS=not started: cannot listen on 127.0.0.1:\(other.port): Address already in use")
  }

  @Test func aRestartRefusesNobody() throws {
    let pages = try Socket.freePort()
    let daemon = try Managed(Self.rules("127.0.0.1", 50) + "observe: 127.0.0.1:\(pages)\n")
    try daemon.told("READY=1")
    let names = daemon.told().filter { $0.hasPrefix("FDSTORE=1") }.map { $0.split(separator: "=").last! }
    #expect(Set(names) == ["listen_127.0.0.1_\(daemon.port)", "listen_127.0.0.1_\(pages)"])
    let prober = ContinuousProber(port: daemon.port)
    // Another balancer, which asks over HTTP.
    let other = ContinuousProber(port: pages, saying: "GET /load HTTP/1.0\r\n\r") { probe in
      let text = String(decoding: probe.bytes, as: UTF8.self)
      guard probe.end == .ended, text.hasPrefix("HTTP/1.1 200 OK\r\n") else { return nil }
      return text.components(separatedBy: "\r\n\r\n").last
    }
    for _ in 0..<3 {
      let start = daemon.process.lines.count
      daemon.process.signal(SIGUSR1)
      try daemon.told("READY=1", from: start)
      #expect(daemon.told(from: start).contains("started with \(names.joined(separator: ", "))"))
      // What was adopted is kept already.
      #expect(!daemon.told(from: start).contains { $0.hasPrefix("FDSTORE") })
      let (count, otherCount) = (prober.count, other.count)
      _ = try wait(for: "more probes") { prober.count > count + 5 && other.count > otherCount + 5 ? true : nil }
    }
    for (prober, line) in [(prober, "50% up"), (other, "50\n")] {
      let report = try prober.stop()
      #expect(report.failures == [] && report.lines.keys.sorted() == [line] && report.count > 10, "\(report)")
      // Three restarts of a daemon that measures before it speaks, not three timeouts.
      #expect(report.slowest < .seconds(5))
    }
  }

  @Test func theRuleFileDecidesWhichSocketsStay() throws {
    let daemon = try Managed(Self.rules("127.0.0.1", 50))
    let other = try Socket.freePort()
    let (here, there) = ("listen_127.0.0.1_\(daemon.port)", "listen_127.0.0.1_\(other)")
    try daemon.told("READY=1")

    // A reload moves away: what was kept is dropped, and refuses at once.
    var start = daemon.process.lines.count
    try daemon.write("listen: \"127.0.0.1:\(other)\"\ndefault: 60%\n")
    daemon.process.signal(SIGHUP)
    try daemon.told("READY=1", from: start)
    #expect(try Probe(port: daemon.port).end == .refused)
    try daemon.told("FDSTOREREMOVE=1 FDNAME=\(here)", from: start)
    #expect(daemon.told(from: start).contains("FDSTORE=1 FDNAME=\(there)"))

    // And back, while nobody ran: what was handed over is not wanted, and does not stay.
    start = daemon.process.lines.count
    try daemon.write(Self.rules("127.0.0.1", 70))
    daemon.process.signal(SIGUSR1)
    try daemon.told("READY=1", from: start)
    #expect(daemon.told(from: start).contains("started with \(there)"))
    #expect(daemon.told(from: start).contains("FDSTOREREMOVE=1 FDNAME=\(there)"))
    #expect(try Probe(port: other).end == .refused)
    #expect(try Probe(port: daemon.port).line == "70% up")

    // From the exact to the wide address, over a restart: the exact one stays beside it.
    start = daemon.process.lines.count
    try daemon.write(Self.rules("0.0.0.0", 80))
    daemon.process.signal(SIGUSR1)
    try daemon.told("READY=1", from: start)
    #expect(try Probe(port: daemon.port).line == "80% up")
    start = daemon.process.lines.count
    daemon.process.signal(SIGUSR1)
    try daemon.told("READY=1", from: start)
    #expect(daemon.told(from: start)[1...].contains("started with \(here), listen_0.0.0.0_\(daemon.port)"))
    #expect(try Probe(port: daemon.port).line == "80% up")
  }

  @Test func theWatchdogIsFedWhileTheLoopTurns() throws {
    let daemon = try Managed(Self.rules("127.0.0.1", 50), options: ["--watchdog", "0.2"])
    try daemon.told("READY=1")
    _ = try wait(for: "five signs of life") { daemon.told().filter { $0 == "WATCHDOG=1" }.count >= 5 ? true : nil }
    // A status is told when it changes, and not with every sample.
    #expect(daemon.told().filter { $0.hasPrefix("STATUS") } == ["STATUS=50% up"])
  }
}
