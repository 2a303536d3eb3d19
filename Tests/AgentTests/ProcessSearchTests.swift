// Processes of this host, found by the helper.

import Foundation
import Kernel
import Metrics
import Testing

@testable import Agent

@Suite struct ProcessSearchTests {
  /// Asks a helper for the processes of some names.
  private final class Client: HelperClient {
    let loop: EventLoop
    let helpers: Helpers
    var facts: [ProcessFacts] = []
    var failure: String?
    private var answers = 0
    private let names: [ProcessQuestion]

    init(_ names: [ProcessQuestion]) throws {
      loop = try EventLoop()
      helpers = Helpers(loop: loop, log: try LogReader().log, program: agentcheckdProgram)
      self.names = names
      helpers.client = self
    }

    func answered(
      _ operation: HelperOperation, _ path: String, _ result: HelperResult, generation: UInt32, now: Duration
    ) {
      answers += 1
      (facts, failure) = ([], nil)
      switch result {
      case .processes(let record):
        while let one = ProcessRecord.facts(at: facts.count, in: record.span) { facts.append(one) }
      case .notRegular: failure = "not regular"
      case .failed(let error): failure = "\(error)"
      default: failure = "\(result)"
      }
    }

    func ask(pidfile: String? = nil, root: String = "/proc") throws -> [ProcessFacts] {
      let before = answers
      let asking =
        pidfile.map {
          helpers.ask(
            .pidfile, $0, payload: ProcessRecord.write(root: "/proc", wantsFiles: true), generation: 1, now: loop.now)
        } ?? helpers.ask(.processes, root, payload: ProcessRecord.write(names), generation: 1, now: loop.now)
      #expect(asking == .underWay)
      try loop.run { self.answers > before }
      return facts
    }
  }

  /// A sleeping process that is called as the test wants.
  private static func sleeper(_ name: String) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", "exec -a '\(name)' sleep 60"]
    try process.run()
    return process
  }

  /// A tree in the place of /proc may say anything.
  @Test func anUptimeOfAges() throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("agentcheckd-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    try Data("\(String(repeating: "9", count: 40)).5 1\n".utf8).write(to: root.appendingPathComponent("uptime"))
    let client = try Client([ProcessQuestion(Array("nginx".utf8), wantsFiles: false)])
    #expect(try client.ask(root: root.path).map { $0.count } == [0])
  }

  @Test func aProcessThatComesAndGoes() throws {
    let name = "agent (test) \(UUID().uuidString)"
    let client = try Client([ProcessQuestion(Array(name.utf8), wantsFiles: true)])
    #expect(try client.ask().map { $0.count } == [0])
    let first = try Self.sleeper("/opt/some where/\(name)")
    let second = try Self.sleeper(name)
    defer { for process in [first, second] where process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    let deadline = Clock.monotonic() + .seconds(10)
    while try client.ask()[0].count < 2, Clock.monotonic() < deadline { usleep(10_000) }
    let facts = client.facts[0]
    #expect(facts.count == 2 && facts.threads == 2 && facts.residentPages > 0 && facts.age < .seconds(60))
    #expect(facts.openFiles >= 2 && facts.openFilesLimit > facts.openFiles && facts.openFilesError == 0)
    #expect(facts.identity != 0)

    let folder = try TemporaryFolder()
    try folder.write(Array("\(second.processIdentifier)\n".utf8), to: "pid")
    #expect(try client.ask(pidfile: "\(folder.path)/pid").map { $0.count } == [1])
    let file = client.facts[0]
    #expect(file.threads == 1 && file.openFiles > 0 && file.identity != 0)
    // Others may be blocked: children inherit what this process reads from a descriptor.
    kill(second.processIdentifier, SIGKILL)
    second.waitUntilExit()
    #expect(try client.ask(pidfile: "\(folder.path)/pid").map { $0.count } == [0])
    #expect(try client.ask()[0].count == 1)
    for (contents, failure) in [("abc\n", "read: Bad message"), ("", "read: Bad message")] {
      try folder.write(Array(contents.utf8), to: "pid")
      #expect(try client.ask(pidfile: "\(folder.path)/pid") == [])
      #expect(client.failure == failure)
    }
    #expect(try client.ask(pidfile: "\(folder.path)/none").map { $0.count } == [0])
    #expect(try client.ask(pidfile: folder.path) == [])
    #expect(client.failure == "not regular")
    #expect(client.helpers.count == 1)
  }

  /// This process itself works, and a thread's number is none of a process.
  @Test func processorTimeIsCounted() throws {
    let search = try ProcessSearch([ProcessQuestion(Array("agentcheckdPack".utf8), wantsFiles: false)], below: "/proc")
    let first = try search.look()[0]
    let end = Clock.monotonic() + .milliseconds(300)
    var sum = 0
    while Clock.monotonic() < end { sum &+= 1 }
    let second = try search.look()[0]
    #expect(first.count >= 1 && second.identity == first.identity && second.moment > first.moment)
    #expect(second.ticks > first.ticks && sum > 0)
    let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").compactMap { Int($0) }
    for thread in threads where thread != Int(getpid()) {
      #expect(try search.process(thread, wantsFiles: false).count == 0)
    }
    #expect(try search.process(Int(getpid()), wantsFiles: true).threads == UInt64(threads.count))
  }

  @Test func whereThereIsNoProcessFileSystemThereIsAReason() throws {
    let folder = try TemporaryFolder()
    #expect(throws: SystemError.self) { try ProcessSearch([], below: folder.path + "/none") }
    #expect(throws: SystemError.self) { try ProcessSearch([], below: folder.path).look() }
  }
}
