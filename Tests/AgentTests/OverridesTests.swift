import Foundation
import Kernel
import Reply
import Rules
import Testing

@testable import Agent

/// The overrides of a daemon, in a folder of its own.
private final class Desk: OverridesClient {
  let folder: TemporaryFolder?
  let loop: EventLoop
  let reader: LogReader
  let store: Store?
  let overrides: Overrides
  /// What was doubted of what was settled.
  var settled: [String?] = []
  var changes = 0
  /// What was in force for the service 'web' after each change.
  var seen: [String] = []

  /// `kept` is what a process before this one has left.
  init(kept: String? = nil, boot: String = "b1", hasStore: Bool = true) throws {
    folder = hasStore ? try TemporaryFolder() : nil
    loop = try EventLoop()
    reader = try LogReader()
    if let kept { try folder?.write(Seal.seal(Array(kept.utf8)), to: "overrides") }
    store = folder.flatMap { [loop, reader] in
      Store(in: $0.path, loop: loop, log: reader.log, program: agentcheckdProgram)
    }
    overrides = Overrides(store?.document("overrides"), boot: boot, loop: loop, log: reader.log)
    overrides.client = self
  }

  func directionsChanged(_ now: Duration) {
    changes += 1
    seen.append(inForce)
  }

  func force(_ words: String, _ service: String? = nil, for seconds: Double? = nil) throws {
    let expiry = seconds.map {
      Override.Expiry(instant: loop.now + .seconds($0), wall: Clock.wall() + .seconds($0), length: .seconds($0))
    }
    let scope = service.map { Override.Scope.service($0) } ?? .every(except: [])
    try overrides.force(
      Override(
        ParsedWords(words).words, of: scope, by: .init(userID: 7, name: "anna"), because: "bad disk",
        since: .seconds(1000), until: expiry),
      loop.now, settled: { self.settled.append($0) })
  }

  var inForce: String { overrides.tableInForce.direction(of: "web")?.words.description ?? "" }

  var kept: String? {
    (try? Data(contentsOf: URL(fileURLWithPath: folder!.path + "/overrides")))
      .flatMap { Seal.open(Array($0)) }.map { String(decoding: $0, as: UTF8.self) }
  }
}

@Suite struct OverridesTests {
  @Test func anOverrideIsOnTheDiskBeforeItIsInForce() throws {
    let desk = try Desk()
    try desk.force("0% drain", "web")
    #expect(desk.inForce == "" && desk.settled.isEmpty)
    try desk.loop.run { !desk.settled.isEmpty }
    #expect(desk.inForce == "0% drain" && desk.changes == 1)
    #expect(desk.settled == [nil])
    #expect(
      desk.kept == """
        boot b1
        override 0% drain
        service web
        by 7 anna
        because bad disk
        since 1000000

        """)
    // Found again by the next process, which says so.
    let next = try Desk(kept: desk.kept)
    #expect(next.inForce == "0% drain" && next.overrides.table == desk.overrides.table)
    #expect(
      next.reader.lines == [
        "<5>still in force: 0% drain, for service 'web', by anna (uid 7) because of 'bad disk'"
      ])
    let ended = try next.overrides.release(nil, by: .init(userID: 0, name: "root"), next.loop.now) {
      next.settled.append($0)
    }
    #expect(ended.count == 1 && next.inForce == "0% drain")
    try next.loop.run { !next.settled.isEmpty }
    #expect(next.settled == [nil] && next.inForce == "" && next.kept == "")
  }

  @Test func withoutAStoreItIsInForceAndDoubted() throws {
    let desk = try Desk(hasStore: false)
    try desk.force("0%")
    try desk.loop.run { !desk.settled.isEmpty }
    #expect(desk.inForce == "0%" && desk.settled[0] == "nothing is kept on disk here: a restart forgets it")
  }

  @Test func aDiskThatRefusesIsToldAndNotWaitedFor() throws {
    let desk = try Desk()
    try FileManager.default.createDirectory(
      atPath: desk.folder!.path + "/overrides.new/x", withIntermediateDirectories: true)
    for words in ["0%", "10%"] {
      desk.settled = []
      try desk.force(words)
      try desk.loop.run { !desk.settled.isEmpty }
      #expect(desk.inForce == words)
      #expect(desk.settled[0] == "it could not be written down: a restart would forget it")
    }
  }

  @Test func itEndsByItself() throws {
    let desk = try Desk()
    try desk.force("0%", for: 1)
    try desk.force("drain", "web")
    try desk.loop.run { desk.inForce == "drain" }
    #expect(desk.seen.suffix(2) == ["0% drain", "drain"])
    #expect(desk.overrides.table.nextExpiry == nil)
    try desk.loop.run { desk.kept?.contains("0%") == false }
    #expect(desk.reader.lines.last?.hasPrefix("<5>no longer forced, as its time is over: 0%, for all services") == true)
  }

  /// (the boot in which it is found, how the clock was set meanwhile in seconds, what is left of 1000 s)
  @Test(arguments: [
    ("b1", 0, 900), ("b1", -86400, 900), ("b1", 86400, 900), ("b2", 0, 1000), ("b2", -86400, 1000), ("b2", 600, 400),
    ("b2", 86400, 0),
  ])
  func itsTimeIsKept(boot: String, shift: Int, left: Int) throws {
    let (now, wall) = (Clock.monotonic(), Clock.wall())
    // Made so that 900 s are left on the monotonic clock, and 1000 s less the shift on the wall.
    let instant = Int((now + .seconds(900)) / .milliseconds(1))
    let deadline = Int((wall + .seconds(1000 - shift)) / .milliseconds(1))
    let desk = try Desk(
      kept: "boot b1\noverride 0%\nevery\nreleased db\nby 0 root\nsince 5\nuntil \(deadline) 1000000 \(instant)\n",
      boot: boot)
    let found = try #require(desk.overrides.table.nextExpiry)
    #expect(abs((found - now) / .seconds(1) - Double(left)) < 5)
    #expect(desk.overrides.table.overrides[0].scope == .every(except: ["db"]))
  }

  @Test(arguments: [0, 1])
  func whatIsReadHasLimits(beyond: Int) {
    let end = "by 7 anna\nsince 1\n"
    let released = (0..<OverrideTable.mostReleased + beyond).map { "released s\($0)\n" }.joined()
    for text in [
      (0..<OverrideTable.mostOverrides + beyond).map { "override 0%\nservice s\($0)\n\(end)" }.joined(),
      "override 0%\nevery\n\(released)\(end)",
      "override 0%\nevery\nby \(Int(UInt32.max) + beyond) anna\nsince 1\n",
      "override 0%\nevery\nby 7 anna\nsince \((1 << 53) + beyond)\n",
    ] {
      let read = OverrideTable.read(Array("boot b1\n\(text)".utf8).span)
      #expect((read != nil) == (beyond == 0), "\(text)")
    }
  }

  /// What no `write` writes is set aside, cut anywhere, and never half believed.
  @Test func whatIsNotUnderstoodIsSetAside() throws {
    let whole = "boot b1\noverride 0%\nservice web\nby 7 anna\nsince 1\nuntil 2 3 4\n"
    #expect(OverrideTable.read(Array(whole.utf8).span)?.table.overrides.count == 1)
    for text in [
      "boot b1\n", whole.replacing("7", with: "x"), whole.replacing("0%", with: "0"), whole + "\n", "override 0%\n",
      whole.replacing("service web\n", with: ""), whole.replacing("2 3 4", with: "2 3"), whole + "x\n",
      whole.replacing("since 1", with: "since 99999999999999999999"),
    ] {
      let read = OverrideTable.read(Array(text.utf8).span)
      #expect(read == nil || text == "boot b1\n", "\(text)")
    }
    let desk = try Desk(kept: "something else\n")
    #expect(desk.overrides.table == OverrideTable() && desk.folder?.names == ["overrides.corrupt"])
  }
}
