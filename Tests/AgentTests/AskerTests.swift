// Probes that are asked for real: programs, ports, files, names.

import Foundation
import Kernel
import Metrics
import TestSupport
import Testing

@testable import Agent

@Suite struct AskerTests {
  /// An asker with a loop, and everything that it has heard.
  private final class Desk: AskerClient {
    let loop: EventLoop
    let asker: Asker
    let reader: LogReader
    private(set) var heard: [(name: String, facts: ProbeFacts, at: Duration)] = []

    init(program: String = agentcheckdProgram) throws {
      loop = try EventLoop()
      reader = try LogReader()
      asker = Asker(loop: loop, log: reader.log, program: program)
      asker.client = self
    }

    func heard(of probe: Probe, _ facts: ProbeFacts, now: Duration) {
      heard.append((probe.shape.name, facts, now))
    }

    func facts(_ name: String) -> ProbeFacts? { heard.last { $0.name == name }?.facts }

    func serve(_ probes: [Probe], wantsValue: Bool = true) {
      asker.serve(probes.map { WantedProbe(probe: $0, wantsValue: wantsValue) }, Clock.monotonic())
    }

    /// Asks until something has been heard of each.
    func ask(_ probes: [Probe]) throws {
      serve(probes)
      try loop.run(until: { probes.allSatisfy { facts($0.shape.name) != nil } })
    }
  }

  private static func shell(
    _ name: String, _ script: String, field: String? = nil, every: Duration = .seconds(60),
    timeout: Duration = .seconds(20)
  ) -> Probe {
    Probe(
      name, .command(["/bin/sh", "-c", script]), field: field, every: every, timeout: timeout, stale: .seconds(60))
  }

  private static func command(_ name: String, _ words: String...) -> Probe {
    Probe(name, .command(words), every: .seconds(60), timeout: .seconds(20), stale: .zero)
  }

  struct Row: CustomTestStringConvertible {
    let script: String
    var field: String?
    var isFine = true
    var value: Double?
    var status: Int? = 0
    var reason = ""
    var testDescription: String { script }
  }

  static let rows = [
    Row(script: "echo 12.5 jobs; echo 13", value: 12.5),
    Row(script: "echo 3; exit 2", isFine: false, value: 3, status: 2, reason: "exit code 2: 3"),
    Row(
      script: "echo UNKNOWN - no such device; exit 3", isFine: false, status: 3,
      reason: "exit code 3: UNKNOWN - no such device"),
    Row(script: "exit 3", isFine: false, status: 3, reason: "exit code 3"),
    Row(script: "true", reason: "its output begins with an empty line"),
    Row(script: "printf 'none\\033[2J'", reason: "its output begins with no number: 'none?[2J'"),
    Row(script: "kill -9 $$", isFine: false, status: nil, reason: "killed by signal 9"),
    Row(
      script: "echo 'OK | a=1 b=5s'; exit 1", field: "b", isFine: false, value: 5, status: 1,
      reason: "exit code 1: OK | a=1 b=5s"),
    Row(script: "echo 'OK | a=1'", field: "c", reason: "no performance data 'c'; there is 'a'"),
    Row(script: "echo 7; exec >&-; sleep 0.05", value: 7),
    // What it leaves behind has our pipe, and is neither waited for nor left.
    Row(script: "sleep 1000 & echo 8", value: 8),
    Row(script: "setsid sleep 2 & echo 9", value: 9),
    Row(script: "trap '' HUP TERM; sleep 1000 & exec >&-; exit 4", isFine: false, status: 4, reason: "exit code 4"),
    // More than is kept, and more than is read.
    Row(script: "echo 5; head -c 500000 /dev/zero", value: 5),
    Row(script: "echo 5; head -c \(CommandRun.mostBytes - 2) /dev/zero", value: 5),
    Row(
      script: "echo 5; head -c \(CommandRun.mostBytes - 1) /dev/zero", isFine: false, status: nil,
      reason: "killed after it had written more than 1024 KiB"),
    Row(
      script: "echo 5; cat /dev/zero", isFine: false, value: nil, status: nil,
      reason: "killed after it had written more than 1024 KiB"),
    Row(script: "head -c 500000 /dev/zero; kill -9 $$", isFine: false, status: nil, reason: "killed by signal 9"),
    // Up to the last byte that is kept, and one beyond.
    Row(script: "head -c \(CommandRun.mostOutputBytes - 4) /dev/zero; printf '|a=1'", field: "a", value: 1),
    Row(
      script: "head -c \(CommandRun.mostOutputBytes - 4) /dev/zero; printf '|a=12'", field: "a",
      reason: "no performance data 'a', and no other, as far as it is read: 64 KiB"),
  ]

  @Test func programsAreAsked() throws {
    let desk = try Desk()
    let probes = Self.rows.enumerated().map { Self.shell("p\($0)", $1.script, field: $1.field) }
    try desk.ask(probes)
    for (index, row) in Self.rows.enumerated() {
      let facts = try #require(desk.facts("p\(index)"))
      #expect(facts.isFine == row.isFine, "\(row.script)")
      #expect(facts.value == row.value, "\(row.script)")
      #expect(facts.status == row.status, "\(row.script)")
      #expect(facts.reason == row.reason, "\(row.script)")
      #expect(facts.duration > .zero)
    }
    desk.asker.stop()
  }

  @Test func whatCannotBeRunSaysWhy() throws {
    let desk = try Desk()
    let folder = try TemporaryFolder()
    try folder.write(Array("#!/bin/sh\n".utf8), to: "plain")
    try desk.ask([
      Self.command("missing", "/nonexistent/depth"), Self.command("plain", folder.path + "/plain"),
      Self.command("folder", "/usr"),
    ])
    #expect(desk.facts("missing")?.reason == "cannot be run: no such file or directory")
    #expect(desk.facts("plain")?.reason == "cannot be run: permission denied")
    #expect(desk.facts("folder")?.reason == "cannot be run: permission denied")
    #expect(desk.facts("missing")?.status == nil)
  }

  /// The environment is clean, nothing is inherited, no signal is blocked or ignored.
  @Test func aProgramBeginsWithNothing() throws {
    let desk = try Desk()
    let folder = try TemporaryFolder()
    let leak = dup2(0, 201)
    defer { close(leak) }
    let script = """
      exec > "$0" 2>/dev/null </dev/null; cat /proc/$$/environ | tr '\\0' '\\n' | sort; pwd; ulimit -Sn; ls /proc/$$/fd > "$0.fds"
      grep -E 'Sig(Blk|Ign)' /proc/self/status; echo "$1"
      """
    let words = ["/bin/sh", "-c", script, folder.path + "/said", "a 'b' $c"]
    try desk.ask([Probe("q", .command(words), every: .seconds(60), timeout: .seconds(20), stale: .zero)])
    let said = try #require(folder.text("said")).split(separator: "\n").filter { !$0.hasPrefix("PWD=") }
    #expect(said[0] == "LC_ALL=C")
    #expect(said[1] == "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    #expect(said[2] == "/")
    #expect(said[3] == "1024")
    // Those above 9 are the shell's own.
    let open = try #require(folder.text("said.fds")).split(separator: "\n").compactMap { Int($0) }
    #expect(open.filter { $0 < 10 || $0 == 201 }.sorted() == [0, 1, 2])
    // 32 and 33 are the C library's own, which every program that posix_spawn has started ignores.
    #expect(
      said.filter { $0.contains("Sig") }.map { $0.suffix(16) }
        .allSatisfy { ["0000000000000000", "0000000180000000"].contains($0) })
    #expect(said.last == "a 'b' $c")
  }

  /// Neither early nor late, and nothing of it is left, though it ignores what can be ignored.
  @Test func aTimeoutKillsTheGroup() throws {
    let desk = try Desk()
    let folder = try TemporaryFolder()
    let script =
      "trap '' TERM INT HUP; sleep 1000 & echo $$ > \(folder.path)/leader; echo $! > \(folder.path)/other; wait"
    let probe = Self.shell("stuck", script, timeout: .milliseconds(400))
    try desk.ask([probe])
    let facts = try #require(desk.facts("stuck"))
    #expect(facts.reason == "timed out after 400ms")
    #expect(!facts.isFine && facts.value == nil && facts.status == nil)
    #expect(facts.duration >= .milliseconds(400))
    for name in ["leader", "other"] {
      let number = try #require(folder.text(name).flatMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
      try desk.loop.run(until: { kill(number, 0) != 0 || isZombie(number) })
    }
  }

  private func isZombie(_ process: pid_t) -> Bool {
    let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    return status?.contains("State:\tZ") ?? true
  }

  /// One attempt for all who ask the same; each is told at its own timeout, and gets what comes for it.
  @Test func theSameIsAskedOnce() throws {
    let desk = try Desk()
    let folder = try TemporaryFolder()
    let script = "echo x >> \(folder.path)/runs; sleep 0.5; echo '4 | a=1 b=2'"
    try desk.ask([
      Self.shell("a", script, field: "a"), Self.shell("b", script, field: "b"), Self.shell("value", script),
      Self.shell("hasty", script, timeout: .milliseconds(50)),
    ])
    #expect(folder.text("runs") == "x\n")
    #expect(desk.facts("a")?.value == 1)
    #expect(desk.facts("b")?.value == 2)
    #expect(desk.facts("value")?.value == 4)
    #expect(desk.facts("hasty")?.reason == "timed out after 50ms")
  }

  /// A reload that changes a probe does not end what is being asked, nor wait for the next time.
  @Test func whoComesLaterSharesWhatIsUnderWay() throws {
    let desk = try Desk()
    let folder = try TemporaryFolder()
    let script = "echo x >> \(folder.path)/runs; while [ ! -e \(folder.path)/go ]; do sleep 0.02; done; echo 4"
    desk.serve([Self.shell("old", script)])
    try desk.loop.run(until: { folder.text("runs") != nil })
    let changed = Self.shell("new", script, timeout: .seconds(30))
    desk.serve([Self.shell("old", script), changed])
    desk.serve([changed])
    try folder.write([], to: "go")
    try desk.loop.run(until: { desk.facts("new") != nil })
    #expect(desk.facts("new")?.value == 4)
    #expect(folder.text("runs") == "x\n")
  }

  /// A process that has ended is ready for ever, for whoever still watches it.
  @Test func whatHasEndedIsWatchedNoMore() throws {
    let desk = try Desk()
    try desk.ask([Self.shell("q", "echo 1")])
    #expect(try desk.loop.turns(within: .milliseconds(200)) < 50)
  }

  /// A server that reads nothing is always ready to be written to, and takes nothing.
  @Test func whoReadsNothingIsNotPressed() throws {
    let desk = try Desk()
    let folder = try TemporaryFolder()
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: "\(folder.path)/s".utf8) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let bound = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, size) }
    }
    #expect(bound == 0 && listen(listener, 1) == 0)
    let address = try HTTPAddress("unix:\(folder.path)/s:/health")
    desk.serve([Probe("deaf", .http(address), every: .seconds(60), timeout: .seconds(20), stale: .zero)])
    // Asking begins with the timers at the end of this turn; what there is to say is said in the next.
    try desk.loop.turn(waitingAtMost: .zero)
    let connection = accept(listener, nil, nil)
    defer { close(connection) }
    #expect(shutdown(connection, Int32(SHUT_RD)) == 0)
    #expect(try desk.loop.turns(within: .milliseconds(200)) < 50)
    #expect(desk.heard.isEmpty)
  }

  /// At once, then in their rhythm, apart from each other; a reload keeps it, and begins what is new at once.
  @Test func attemptsAreSpread() throws {
    let desk = try Desk()
    let port = try freePort()
    func probe(_ name: String, _ send: String) throws -> Probe {
      Probe(
        name, .tcp(try Destination("127.0.0.1:\(port)"), send: send, expect: nil), every: .milliseconds(300),
        timeout: .milliseconds(200), stale: .zero)
    }
    let (a, b) = (try probe("a", "a"), try probe("b", "b"))
    desk.serve([a, b])
    try desk.loop.run(until: { desk.heard.count >= 8 })
    let times = ["a", "b"].map { name in desk.heard.filter { $0.name == name }.map { $0.at } }
    #expect(times.allSatisfy { $0.count >= 3 })
    // After the first, those of one do not meet those of the other.
    for time in times[0].dropFirst() {
      #expect(times[1].dropFirst().allSatisfy { ($0 - time).magnitude > .milliseconds(30) })
    }
    for rhythm in times {
      for (one, next) in zip(rhythm.dropFirst(), rhythm.dropFirst(2)) { #expect(next - one >= .milliseconds(200)) }
    }
    let count = desk.heard.count
    desk.serve([a, try probe("c", "c")])
    try desk.loop.run(until: { desk.heard[count...].contains { $0.name == "c" } })
    #expect(!desk.heard[count...].contains { $0.name == "b" })
    #expect(desk.facts("a")?.reason == "connection refused")
    desk.serve([])
    #expect(desk.facts("a")?.isFine == false)
  }

  /// What is no longer wanted is killed.
  @Test func whatNobodyWantsEnds() throws {
    let desk = try Desk()
    let folder = try TemporaryFolder()
    desk.serve([
      Self.shell("long", "echo $$ > \(folder.path)/new; mv \(folder.path)/new \(folder.path)/number; sleep 1000")
    ])
    try desk.loop.run(until: { folder.text("number") != nil })
    let number = try #require(
      folder.text("number").flatMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
    desk.serve([])
    try desk.loop.run(until: { kill(number, 0) != 0 || isZombie(number) })
    #expect(desk.heard.isEmpty)
  }

  @Test func filesAreRead() throws {
    let desk = try Desk()
    let folder = try TemporaryFolder()
    try folder.write(Array("42s behind\n".utf8), to: "lag")
    try folder.write([], to: "empty")
    mkfifo(folder.path + "/fifo", 0o600)
    func probe(_ name: String) -> Probe {
      Probe(name, .file(folder.path + "/" + name), every: .seconds(60), timeout: .seconds(20), stale: .zero)
    }
    try desk.ask([probe("lag"), probe("empty"), probe("fifo"), probe("missing")])
    #expect(desk.facts("lag")?.value == 42)
    #expect(desk.facts("lag")?.isFine == true)
    #expect(desk.facts("empty")?.reason == "it begins with an empty line")
    #expect(desk.facts("empty")?.isFine == true)
    #expect(desk.facts("fifo")?.reason == "it is no regular file, and nothing else is opened")
    #expect(desk.facts("missing")?.reason == "no such file or directory")
    #expect(desk.facts("missing")?.isFine == false)
  }

  /// A file that hangs, and that somebody is patient with, keeps nobody else from another one.
  @Test func aFileThatHangsKeepsNobodyWaiting() throws {
    let mount = try HangingFileSystem()
    let desk = try Desk()
    let folder = try TemporaryFolder()
    try folder.write(Array("7\n".utf8), to: "lag")
    let near = Probe(
      "near", .file(folder.path + "/lag"), every: .milliseconds(300), timeout: .seconds(1), stale: .zero)
    let far = Probe(
      "far", .file(mount.mountPoint + "/number"), every: .seconds(60), timeout: .seconds(60), stale: .zero)
    try desk.ask([near])
    try mount.close("open")
    desk.serve([far, near])
    try desk.loop.turn(waitingAtMost: .zero)
    let before = desk.heard.count
    try desk.loop.run(until: { desk.heard.dropFirst(before).contains { $0.name == "near" && $0.facts.isFine } })
    #expect(desk.facts("far") == nil)
    desk.asker.stop()
  }

  @Test func namesAreLookedUp() throws {
    let desk = try Desk()
    let listener = try Listener(on: loopback, port: try freePort())
    let port = listener.port
    try listener.listen()
    func probe(_ name: String, _ host: String) throws -> Probe {
      Probe(
        name, .tcp(try Destination("\(host):\(port)"), send: nil, expect: nil), every: .seconds(60),
        timeout: .seconds(20), stale: .zero)
    }
    try desk.ask([
      try probe("local", "localhost"), try probe("upper", "LocalHost"), try probe("wrong", "nowhere.invalid"),
    ])
    #expect(listener.port == port)
    #expect(desk.facts("local")?.isFine == true)
    #expect(desk.facts("upper")?.isFine == true)
    #expect(desk.facts("wrong")?.isFine == false)
    #expect(desk.facts("wrong")?.reason.isEmpty == false)
  }

  /// A lookup that never comes back costs its own probe a timeout, and nobody else anything.
  @Test func aNameServerThatHangsHangsNobody() throws {
    let folder = try TemporaryFolder()
    // Stands in for this program: its lookups hang, as they do when the resolver waits.
    try folder.write(Array("#!/bin/sh\nexec sleep 1000\n".utf8), to: "hanging")
    chmod(folder.path + "/hanging", 0o755)
    let desk = try Desk(program: folder.path + "/hanging")
    let listener = try Listener(on: loopback, port: try freePort())
    let port = listener.port
    try listener.listen()
    func probe(_ name: String, _ host: String, _ timeout: Duration) throws -> Probe {
      Probe(
        name, .tcp(try Destination("\(host):\(port)"), send: nil, expect: nil), every: .seconds(60), timeout: timeout,
        stale: .zero)
    }
    try desk.ask([
      try probe("named", "db.example.net", .milliseconds(300)),
      try probe("other", "web.example.net", .milliseconds(300)),
      try probe("numeric", "127.0.0.1", .seconds(20)),
    ])
    #expect(listener.port == port)
    #expect(desk.heard.first?.name == "numeric")
    #expect(desk.facts("numeric")?.isFine == true)
    for (name, host) in [("named", "db.example.net"), ("other", "web.example.net")] {
      #expect(desk.facts(name)?.reason == "timed out after 300ms, while looking up '\(host):\(port)'")
    }
  }
}

extension Duration {
  fileprivate var magnitude: Duration { self < .zero ? .zero - self : self }
}
