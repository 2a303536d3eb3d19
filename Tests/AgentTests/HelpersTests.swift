import Foundation
import Kernel
import TestSupport
import Testing

@testable import Agent

@Suite struct HelpersTests {
  @Test(arguments: [1, HelperQuestion.largestPayload])
  func aFileIsReplaced(_ count: Int) throws {
    let client = try HelpersClient()
    let folder = try TemporaryFolder()
    let contents = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    let asking = client.helpers.ask(
      .replaceFile, folder.path + "/f", payload: contents, generation: 4, now: client.loop.now)
    #expect(asking == .underWay)
    try client.run { !client.told.isEmpty }
    #expect(client.told == ["4 \(folder.path)/f replaced"])
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/f")) == Data(contents))
  }

  /// A file that takes several records, one that takes none, and what is no file.
  @Test func ruleFilesAreReadAndFound() throws {
    let client = try HelpersClient()
    let folder = try TemporaryFolder()
    let long = (0..<3 * HelperAnswer.largestRecord).map { UInt8(truncatingIfNeeded: $0 * $0 >> 8) }
    try folder.write(long, to: "long.yaml")
    try folder.write([], to: "empty.yaml")
    for name in ["long.yaml", "empty.yaml", "no.yaml", ""] {
      _ = client.helpers.ask(.readRuleFile, "\(folder.path)/\(name)", generation: 1, now: client.loop.now)
    }
    for pattern in ["*.yaml", "*.yml"] {
      _ = client.helpers.ask(.matchRuleFiles, "\(folder.path)/\(pattern)", generation: 1, now: client.loop.now)
    }
    try client.run { client.told.count == 6 }
    #expect(
      client.told.map { $0.replacingOccurrences(of: folder.path, with: "") } == [
        "1 /long.yaml bytes(\(long))", "1 /empty.yaml bytes([])", "1 /no.yaml missing", "1 / directory",
        "1 /*.yaml [\"/empty.yaml\", \"/long.yaml\"]", "1 /*.yml []",
      ])
    #expect(client.helpers.count == 1)
  }

  /// Whatever fits into one record with its first byte, and one byte more.
  @Test(arguments: [HelperAnswer.largestRecord - 1, HelperAnswer.largestRecord])
  func aRuleFileTakesAsManyRecordsAsItNeeds(_ count: Int) throws {
    let client = try HelpersClient()
    let folder = try TemporaryFolder()
    let contents = [UInt8](repeating: 7, count: count)
    try folder.write(contents, to: "f")
    _ = client.helpers.ask(.readRuleFile, "\(folder.path)/f", generation: 1, now: client.loop.now)
    try client.run { client.told.count == 1 }
    #expect(client.told == ["1 \(folder.path)/f bytes(\(contents))"])
  }

  @Test(arguments: [-1, 0, 1])
  func theBeginningOfAFileIsRead(beyond: Int) throws {
    let client = try HelpersClient()
    let folder = try TemporaryFolder()
    try folder.write([UInt8](repeating: .of("7"), count: HelperAnswer.largestContents + beyond), to: "f")
    _ = client.helpers.ask(.read, "\(folder.path)/f", generation: 1, now: client.loop.now)
    try client.run { client.told.count == 1 }
    #expect(client.told == ["\(HelperAnswer.largestContents + min(beyond, 0)) bytes: 77777777777777777777"])
  }

  /// `DirectoryFacts.mostEntries` are too many for a test.
  @Test func soManyEntriesAreCounted() throws {
    let folder = try TemporaryFolder()
    for name in ["a", "b", "c"] { try folder.write([], to: name) }
    for (most, isWhole) in [(3, true), (2, false)] {
      let facts = try HelperProcess.look(into: folder.path, forOldest: false, most: most)
      #expect(facts.entries == most && facts.isWhole == isWhole)
    }
  }

  @Test func aHelperWithoutWorkIsLetGo() throws {
    let client = try HelpersClient()
    _ = client.ask("/")
    // It has work: it stays.
    client.helpers.dismiss()
    try client.run { client.told.count == 1 }
    let first = client.helpers.identifiers
    client.helpers.dismiss()
    try client.run { client.helpers.count == 0 }
    _ = client.ask("/")
    try client.run { client.told.count == 2 }
    #expect(client.helpers.identifiers != first && client.helpers.count == 1)
    #expect(client.reader.lines == [])
  }

  @Test func theEndWaitsForAHelperWithoutWorkOnly() throws {
    let client = try HelpersClient()
    _ = client.ask("/")
    client.helpers.endAndWait()
    try client.run { client.told == ["1 / full"] }
    let helper = try #require(client.helpers.identifiers.first)
    #expect(kill(pid_t(helper), 0) == 0)
    client.helpers.endAndWait()
    #expect(client.helpers.count == 0)
    #expect(kill(pid_t(helper), 0) == -1 && errno == ESRCH)
  }

  @Test func aHelperAnswersAndIsUsedAgain() throws {
    let client = try HelpersClient()
    for round in 1...3 {
      #expect(client.ask("/") == .underWay)
      #expect(client.ask("/nonexistent") == .underWay)
      try client.run { client.told.count == 2 * round }
    }
    #expect(client.told.prefix(2) == ["1 / full", "1 /nonexistent statvfs: No such file or directory"])
    #expect(client.helpers.count == 1)
    #expect(client.reader.lines == [])
  }

  @Test func whoAsksTheSameIsToldOnceAndWithTheGeneration() throws {
    let client = try HelpersClient()
    for _ in 0..<3 { #expect(client.ask("/") == .underWay) }
    #expect(client.ask("/", generation: 2) == .underWay)
    try client.run { client.told.count == 2 }
    #expect(client.told == ["1 / full", "2 / full"])
  }

  @Test func whoIsToldMayAskAgain() throws {
    let client = try HelpersClient()
    var rounds = 0
    client.afterwards = { path in
      rounds += 1
      if rounds < 20 { #expect(client.ask(path) == .underWay) }
    }
    #expect(client.ask("/") == .underWay)
    try client.run { client.told.count == 20 }
    client.afterwards = { _ in }
  }

  @Test(arguments: [4095, 4096, 4097, 10_000])
  func aPathThatIsTooLongIsTheKernelsToRefuse(_ length: Int) throws {
    let client = try HelpersClient()
    let path = "/" + String(repeating: "x/", count: length / 2)
    #expect(client.ask(path) == .underWay)
    try client.run { client.told.count == 1 }
    let reason = path.utf8.count < 4096 ? "No such file or directory" : "File name too long"
    #expect(client.told == ["1 \(path) statvfs: \(reason)"])
  }

  @Test func aHelperThatDoesNotAnswerIsReplacedAndItsPathLeftAlone() throws {
    let client = try HelpersClient()
    // Long enough for a busy machine to start the next one.
    client.helpers.timeout = .milliseconds(500)
    #expect(client.ask("/") == .underWay)
    try client.run { client.told.count == 1 }
    let first = client.helpers.identifiers[0]
    // As good as a call that does not come back, except that it can be killed.
    #expect(kill(pid_t(first), SIGSTOP) == 0)
    let begin = Clock.monotonic()
    #expect(client.ask("/") == .underWay)
    #expect(client.ask("/tmp") == .underWay)
    try client.run { client.told.count == 3 }
    #expect(Clock.monotonic() - begin >= .milliseconds(500))
    #expect(client.told == ["1 / full", "1 / timed out", "1 /tmp full"])
    try client.run { client.helpers.count == 1 }
    #expect(client.helpers.identifiers[0] != first)
    #expect(kill(pid_t(first), 0) == -1)
    #expect(client.ask("/") == .underWay)
    try client.run { client.told.last == "1 / full" }
  }

  @Test func aHelperThatSomebodyKillsIsReplaced() throws {
    let client = try HelpersClient()
    #expect(client.ask("/") == .underWay)
    try client.run { client.told.count == 1 }
    // While nothing is asked ...
    #expect(kill(pid_t(client.helpers.identifiers[0]), SIGKILL) == 0)
    try client.run { client.helpers.count == 0 }
    #expect(client.ask("/tmp") == .underWay)
    try client.run { client.told.count == 2 }
    // ... and in the middle of a question.
    let second = pid_t(client.helpers.identifiers.last!)
    #expect(kill(second, SIGSTOP) == 0)
    #expect(client.ask("/") == .underWay)
    #expect(kill(second, SIGKILL) == 0)
    try client.run { client.told.count == 3 }
    #expect(client.ask("/") == .underWay)
    try client.run { client.told.count == 4 && client.helpers.count == 1 }
    #expect(client.told.suffix(2) == ["1 / lost", "1 / full"])
  }

  @Test func aMissingProgramIsSaidOnce() throws {
    let client = try HelpersClient(program: "/nonexistent")
    for _ in 0..<3 { _ = client.ask("/") }
    #expect(client.told == ["1 / lost", "1 / lost", "1 / lost"])
    #expect(
      client.reader.lines == [
        "<3>cannot start a helper for calls that may hang (posix_spawn: No such file or directory)"
      ])
  }

  @Test func aHelperHasNothingButItsConnection() throws {
    let client = try HelpersClient()
    #expect(client.ask("/") == .underWay)
    try client.run { client.told.count == 1 }
    let directory = "/proc/\(client.helpers.identifiers[0])/fd"
    let descriptors = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    let targets = try descriptors.map {
      try FileManager.default.destinationOfSymbolicLink(atPath: "\(directory)/\($0)")
    }
    #expect(descriptors == ["0", "1", "2", "3"])
    #expect(targets.prefix(3) == ["/dev/null", "/dev/null", "/dev/null"])
    #expect(targets[3].hasPrefix("socket:"))
  }

  @Test(arguments: [nil, "", "\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{9}\u{0}/", "short"])
  func aHelperEndsWithItsConnectionOrWhatItDoesNotUnderstand(_ record: String?) throws {
    let child: Child
    do {
      let pair = try Socket.pair()
      var inheritance = Inheritance()
      try inheritance.give(pair.far, as: .extra)
      child = try Child(program: agentcheckdProgram, arguments: ["agentcheckd", "helper"], inheritance: inheritance)
      if let record {
        let bytes = Array(record.utf8)
        _ = try pair.near.send(bytes.span)
      }
    }
    let deadline = Date() + 10
    var end: ProcessEnd?
    while end == nil, Date() < deadline {
      end = try child.reap()
      usleep(1_000)
    }
    #expect(end == .exited(0))
  }

  @Test func filesAndDirectoriesAreLookedAt() throws {
    let client = try HelpersClient()
    let folder = try TemporaryFolder()
    func age(_ name: String, _ seconds: Double) throws {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -seconds)], ofItemAtPath: "\(folder.path)/\(name)")
    }
    try FileManager.default.createDirectory(atPath: folder.path + "/empty", withIntermediateDirectories: false)
    try folder.write(Array("0.25\n".utf8), to: "small")
    try folder.write([UInt8](repeating: 0x37, count: 100_000), to: "large")
    try folder.write([], to: ".hidden")
    try age("small", 7200.5)
    try age(".hidden", 3600.5)
    try age("large", -3600)
    #expect(mkfifo(folder.path + "/fifo", 0o600) == 0)
    #expect(symlink(folder.path + "/nowhere", folder.path + "/link") == 0)
    let rows: [(HelperOperation, String, String)] = [
      (.read, "small", "5 bytes: 0.25\n"), (.read, "large", "16384 bytes: 77777777777777777777"),
      (.read, ".hidden", "0 bytes: "), (.read, "fifo", "not regular"), (.read, "empty", "not regular"),
      (.read, "nothing", "read: No such file or directory"), (.read, "small/x", "read: Not a directory"),
      (.stat, "small", "5 bytes, 7200 s"), (.stat, "large", "100000 bytes, 0 s"),
      (.stat, "link", "stat: No such file or directory"), (.count, "", "6 entries, 0 s"),
      (.oldest, "", "6 entries, 7200 s"), (.oldest, "empty", "0 entries, 0 s"),
      (.count, "small", "readdir: Not a directory"),
    ]
    for (operation, name, expected) in rows {
      client.told = []
      #expect(client.helpers.ask(operation, "\(folder.path)/\(name)", generation: 1, now: client.loop.now) == .underWay)
      try client.run { !client.told.isEmpty }
      let isFailure = client.told.first?.hasPrefix("1 /") == true
      let found = isFailure ? String(client.told[0].dropFirst("1 \(folder.path)/\(name) ".count)) : client.told.first
      #expect(found == expected, "\(operation) \(name)")
    }
    // Devices and kernel files: the ones are not opened, the others are as good as any.
    for path in ["/dev/null", "/dev/zero"] {
      client.told = []
      _ = client.helpers.ask(.read, path, generation: 1, now: client.loop.now)
      try client.run { client.told == ["not regular"] }
    }
    _ = client.helpers.ask(.read, "/proc/sys/kernel/ostype", generation: 1, now: client.loop.now)
    try client.run { client.told.last == "6 bytes: Linux\n" }
    #expect(client.helpers.count == 1)
  }

  /// A daemon that is killed right after it has asked has perhaps a successor, whose file this would overwrite.
  @Test func anOrphanWritesNothing() throws {
    let folder = try TemporaryFolder()
    let child: Child
    do {
      let pair = try Socket.pair()
      var question: [UInt8] = []
      HelperQuestion(generation: 1, number: 1, operation: .replaceFile, path: folder.path + "/f", payload: [1])
        .write(to: &question)
      #expect(try pair.near.send(question.span) == .done(question.count))
      let payload: [UInt8] = [1]
      #expect(try pair.near.send(payload.span) == .done(1))
      pair.near.shutdown(.both)
      var inheritance = Inheritance()
      try inheritance.give(pair.far, as: .extra)
      child = try Child(program: agentcheckdProgram, arguments: ["agentcheckd", "helper"], inheritance: inheritance)
    }
    let deadline = Date() + 10
    while try child.reap() == nil, Date() < deadline { usleep(1_000) }
    #expect(folder.names == [])
  }
}
