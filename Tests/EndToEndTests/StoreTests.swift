// What load balancers are owed outlives the daemon, however it ends.

import Foundation
import Testing

@Suite(.serialized) struct StoreTests {
  private static let maintenance = "rules:\n  - reply: maint\n    reason: x\n"
  private static let nothing = "ready-for: 1s\nrules:\n"
  private static let half = "rules:\n  - reply: 50%\n    reason: x\n"

  /// Several daemons, one after the other, with one port and one folder.
  private final class Host {
    let port: Int
    let state: TemporaryFolder
    private(set) var agent: AgentProcess?

    init() throws {
      port = try Socket.freePort()
      state = try TemporaryFolder()
    }

    @discardableResult func start(_ rules: String, mostFileBytes: Int? = nil) throws -> AgentProcess {
      let agent = try AgentProcess(rules: rules, port: port, state: state.path, mostFileBytes: mostFileBytes)
      self.agent = agent
      return agent
    }

    func end(_ signal: Int32) throws {
      _ = try agent?.stop(signal)
      agent = nil
    }

    /// What an address is told, once there is something to be told.
    func hears(_ host: UInt8) throws -> String {
      try wait(for: "a line", or: { self.agent?.process.lines.joined(separator: "\n") ?? "" }) {
        try Probe(port: port, from: host).line
      }
    }

    func hears(_ host: UInt8, _ line: String) throws {
      try wait(for: "'\(line)'", or: { self.agent?.process.lines.joined(separator: "\n") ?? "" }) {
        try Probe(port: port, from: host).line == line ? () : nil
      }
    }

    var agentHasSetSomethingAside: Bool {
      FileManager.default.fileExists(atPath: "\(state.path)/balancers.corrupt")
    }

    /// The document, without its first line.
    var record: String? {
      (try? String(contentsOfFile: "\(state.path)/balancers", encoding: .utf8))
        .map { $0.split(separator: "\n").dropFirst().joined(separator: "\n") }
    }
  }

  /// Killed in the midst of maintenance, and the rule is gone when it comes back: who was told is told `ready` for as long
  /// as it takes, and then no more, by no later process either.
  @Test func maintenanceIsTakenBackAfterAKill() throws {
    let host = try Host()
    try host.start(Self.maintenance)
    #expect(try host.hears(2) == "maint up # x")
    try wait(for: "the address on the disk") {
      host.record == "at 127.0.0.1:\(host.port)\nanybody\nowed 127.0.0.2" ? () : nil
    }
    try host.end(SIGKILL)

    try host.start(Self.nothing)
    #expect(try host.hears(2) == "ready up")
    try host.hears(2, "up")
    try wait(for: "that on the disk") { host.record == "at 127.0.0.1:\(host.port)\nanybody\ndone 127.0.0.2" ? () : nil }
    // The one before may have told others, too, in its last instant.
    #expect(try host.hears(3) == "ready up")
    try host.end(SIGKILL)

    try host.start(Self.nothing)
    #expect(try host.hears(2) == "up")
  }

  /// Ended in order, it has told nobody whom it does not know.
  @Test func whoWasNotToldIsLeftAloneAfterAnOrderlyEnd() throws {
    let host = try Host()
    try host.start(Self.maintenance)
    #expect(try host.hears(2) == "maint up # x")
    #expect(try host.agent?.stop() == .code(0))
    #expect(host.record == "at 127.0.0.1:\(host.port)\nowed 127.0.0.2")
    try host.start(Self.nothing)
    #expect(try host.hears(3) == "up")
    #expect(try host.hears(2) == "ready up")
  }

  /// Killed at any instant from the first line on, whoever has heard of maintenance hears `ready` from the next one.
  @Test func aKillAtAnyInstantLeavesNobodyInMaintenance() throws {
    var random = SystemRandomNumberGenerator()
    let host = try Host()
    for round in Effort.rounds(12, of: "kills") {
      let address = UInt8(10 + round % 200)
      try host.start(Self.maintenance)
      #expect(try host.hears(address) == "maint up # x")
      usleep(UInt32.random(in: 0..<8_000, using: &random))
      try host.end(SIGKILL)
      try host.start(Self.nothing)
      #expect(try host.hears(address) == "ready up", "round \(round), \(host.record ?? "no record")")
      usleep(UInt32.random(in: 0..<8_000, using: &random))
      try host.end(SIGKILL)
      #expect(!host.agentHasSetSomethingAside)
    }
  }

  @Test func aWeightIsTakenBackAfterAKill() throws {
    let host = try Host()
    try host.start(Self.half)
    #expect(try host.hears(2) == "50% up # x")
    try wait(for: "that on the disk") { host.record == "at 127.0.0.1:\(host.port)\nweight" ? () : nil }
    try host.end(SIGKILL)
    try host.start(Self.nothing)
    #expect(try host.hears(2) == "100% up")
  }

  @Test func aDamagedRecordIsSetAside() throws {
    let host = try Host()
    try host.state.write("agentcheckd 1 bytes=9 crc32=00000000\nservice", to: "balancers")
    let agent = try host.start(Self.maintenance)
    #expect(try host.hears(2) == "maint up # x")
    try agent.process.line(containing: "balancers: it is damaged: set aside as ")
    #expect(FileManager.default.fileExists(atPath: host.state.path + "/balancers.corrupt"))
    try wait(for: "a new record") { host.record == "at 127.0.0.1:\(host.port)\nanybody\nowed 127.0.0.2" ? () : nil }
  }

  @Test func withoutAFolderItGoesOn() throws {
    let agent = try AgentProcess(rules: Self.maintenance, state: "/nonexistent/state")
    #expect(try agent.firstReply() == "maint up # x")
    try agent.process.line(containing: "/nonexistent/state: no such file or directory: after a restart it is not known")
  }

  @Test func aSecondDaemonLeavesTheRecordAlone() throws {
    let host = try Host()
    try host.start(Self.maintenance)
    #expect(try host.hears(2) == "maint up # x")
    try wait(for: "a record") { host.record == "at 127.0.0.1:\(host.port)\nanybody\nowed 127.0.0.2" ? () : nil }
    let other = try AgentProcess(rules: Self.half, state: host.state.path)
    #expect(try other.firstReply() == "50% up # x")
    try other.process.line(containing: "another agentcheckd uses it")
    #expect(try other.stop() == .code(0))
    #expect(host.record == "at 127.0.0.1:\(host.port)\nanybody\nowed 127.0.0.2")
  }

  /// A disk without room: the reply goes out, log, status and metrics say what that means, and the record before it stays
  /// whole.
  @Test func aFullDiskLeavesTheOldRecord() throws {
    let host = try Host()
    try host.start(Self.half)
    #expect(try host.hears(2) == "50% up # x")
    try wait(for: "that on the disk") { host.record == "at 127.0.0.1:\(host.port)\nweight" ? () : nil }
    try host.end(SIGKILL)
    let disk = try SmallDisk()
    let record = "\(disk?.path ?? host.state.path)/balancers"
    let pages = try Socket.freePort()
    let rules = Self.maintenance + "observe: 127.0.0.1:\(pages)\n"
    let agent: AgentProcess
    if let disk {
      try FileManager.default.copyItem(atPath: "\(host.state.path)/balancers", toPath: record)
      try disk.fill()
      agent = try AgentProcess(rules: rules, port: host.port, state: disk.path)
    } else {
      agent = try host.start(rules, mostFileBytes: 0)
    }
    let before = try Data(contentsOf: URL(fileURLWithPath: record))
    try agent.reply("100% maint up # x")
    try agent.process.line(containing: "cannot write \(record): ")
    try agent.process.line(containing: ": a reply goes out although it could not be written down")
    #expect(try Data(contentsOf: URL(fileURLWithPath: record)) == before)
    #expect(agent.process.lines.count { $0.contains("cannot write \(record)") } == 1)
    let status = try agent.ask("status").output.replacing("\n  ", with: " ")
    #expect(status.contains("\nstate: cannot be written since "), "\(status)")
    #expect(status.contains(": a restart would forget what is in force and who was told what"), "\(status)")
    let json = try JSONSerialization.jsonObject(with: Data(try agent.ask("status", "--json").output.utf8))
    let failure = ((json as? [String: Any])?["daemon"] as? [String: Any])?["writeFailure"] as? [String: Any]
    #expect(failure?["what"] as? String == "state")
    #expect((failure?["error"] as? String)?.hasPrefix("\(record): ") == true, "\(failure ?? [:])")
    #expect(try PageAnswer.get("/metrics", port: pages).body.contains("\nagentcheckd_state_write_failing 1\n"))
    #expect(try PageAnswer.get("/health", port: pages).body == "ok\n")
    _ = try agent.stop(SIGKILL)
  }
}

extension StoreTests {
  /// Our own drain does not survive us in HAProxy.
  @Test func aServerComesBackAfterItsAgentWasKilledInTheMidstOfADrain() throws {
    let state = try TemporaryFolder()
    let rules = ["ready-for: 1s\nrules:\n  - reply: drain\n", "ready-for: 1s\nrules:\n"]
    let first = try AgentProcess(rules: rules[0], state: state.path)
    _ = try first.firstReply()
    let haproxy = try HAProxyProcess([.init(name: "s", agentPort: first.port)])
    try haproxy.server("s", "in drain") { $0.status == "DRAIN (agent)" }
    _ = try first.stop(SIGKILL)
    #expect(try haproxy.server("s").administrativeBits == 8)
    let second = try AgentProcess(rules: rules[1], port: first.port, state: state.path)
    try haproxy.server("s", "back") { $0.administrativeBits == 0 && $0.operational == 2 }
    // From then on it is the operator's.
    try second.reply("up")
    try haproxy.command("set server b/s state drain")
    try haproxy.server("s", "in drain by hand") { $0.administrativeBits == 8 }
    _ = try ContinuousProber(port: second.port).report(after: .milliseconds(300))
    #expect(try haproxy.server("s").administrativeBits == 8)
  }

  /// What an operator has set by hand survives a file without administrative words, whatever becomes of its daemons.
  @Test func anOperatorsMaintenanceSurvivesEveryKill() throws {
    let state = try TemporaryFolder()
    let rules = try InstalledFile.withExamples()
    var agent = try AgentProcess(rules: rules, state: state.path)
    _ = try agent.firstReply()
    let haproxy = try HAProxyProcess([.init(name: "s", agentPort: agent.port)])
    try haproxy.server("s", "up") { $0.agentStatus == "L7OK" }
    try haproxy.command("set server b/s state maint")
    for signal in [SIGKILL, SIGTERM, SIGKILL] {
      _ = try agent.stop(signal)
      try haproxy.server("s", "without an agent") { $0.agentStatus == "L4CON" && $0.administrativeBits == 1 }
      agent = try AgentProcess(rules: rules, port: agent.port, state: state.path)
      try haproxy.server("s", "with an agent") { $0.agentStatus == "L7OK" }
      #expect(try haproxy.server("s").administrativeBits == 1)
    }
    try haproxy.command("set server b/s state ready")
    try haproxy.server("s", "ready") { $0.administrativeBits == 0 && $0.operational == 2 }
  }
}

/// A file system of a few pages in memory, for those who may mount one.
private final class SmallDisk {
  let path: String
  private let folder: TemporaryFolder

  /// Absent for all but root.
  init?() throws {
    folder = try TemporaryFolder()
    path = folder.path + "/disk"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard mount("tmpfs", path, "tmpfs", 0, "size=16k") == 0 else { return nil }
  }

  /// Writes until nothing more goes in.
  func fill() throws {
    let file = open(path + "/rest", O_WRONLY | O_CREAT, 0o600)
    guard file >= 0 else { throw Failure("open: \(reason())") }
    defer { close(file) }
    let page = [UInt8](repeating: 0, count: 4096)
    while write(file, page, page.count) > 0 {}
  }

  deinit { umount2(path, Int32(MNT_DETACH)) }
}
