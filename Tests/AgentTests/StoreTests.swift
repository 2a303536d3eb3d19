import Foundation
import Kernel
import TestSupport
import Testing
import Text

@testable import Agent

/// A store in a folder of its own, with a document whose contents the test chooses.
private final class Owner: DocumentOwner {
  let folder: TemporaryFolder
  let loop: EventLoop
  let reader: LogReader
  let failures = WriteFailures()
  let store: Store?
  let document: Document?
  let found: [UInt8]?
  var contents = ""
  var changes = 0

  init(in folder: TemporaryFolder? = nil, program: String = agentcheckdProgram) throws {
    self.folder = try folder ?? TemporaryFolder()
    loop = try EventLoop()
    reader = try LogReader()
    store = Store(in: self.folder.path, loop: loop, log: reader.log, failures: failures, program: program)
    document = store?.document("d")
    found = document?.read()
    document?.owner = self
  }

  func write(into bytes: inout [UInt8]) { bytes.append(contents) }
  func documentChanged(_ now: Duration) { changes += 1 }

  func change(_ contents: String) {
    self.contents = contents
    _ = document?.change(loop.now)
  }

  func run(until condition: () -> Bool, at location: SourceLocation = #_sourceLocation) throws {
    try loop.run(until: condition, at: location)
  }

  /// What the next process would find.
  var kept: String? {
    (try? Data(contentsOf: URL(fileURLWithPath: folder.path + "/d")))
      .flatMap { Seal.open(Array($0)) }.map { String(decoding: $0, as: UTF8.self) }
  }
}

@Suite struct WriteFailuresTests {
  /// What the next process has to know is worse than what people want to read later.
  @Test func theWorstIsTold() {
    let failures = WriteFailures()
    #expect(failures.worst == nil && failures.brief == nil)
    #expect(failures.begin("/s/history", "no space left on device", .history, .seconds(1)))
    #expect(failures.brief == "history cannot be written: no space left on device")
    #expect(
      failures.worst?.text == "/s/history: no space left on device: what happens now may be missing from it")
    #expect(failures.begin("/s/overrides", "read-only file system", .state, .seconds(2)))
    #expect(!failures.begin("/s/overrides", "something else", .state, .seconds(3)))
    #expect(failures.brief == "state cannot be written: read-only file system" && failures.worst?.since == .seconds(2))
    #expect(failures.end("/s/overrides") && !failures.end("/s/overrides"))
    #expect(failures.worst?.stake == .history)
    #expect(failures.end("/s/history"))
    #expect(failures.all == [] && failures.brief == nil)
  }
}

@Suite struct StoreTests {
  @Test func whatIsWrittenIsFound() throws {
    let owner = try Owner()
    #expect(owner.found == nil)
    owner.change("one")
    #expect(owner.document?.isDurable == false)
    try owner.run { owner.document!.isDurable }
    #expect(owner.reader.lines == [] && owner.changes == 1)
    // Another folder, as a claim lasts as long as its process.
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: owner.folder.path + "/d", toPath: folder.path + "/d")
    let next = try Owner(in: folder)
    #expect(next.found == Array("one".utf8))
    // The same again is on the disk already.
    next.change("one")
    #expect(next.document?.isDurable == true)
    #expect(folder.names == ["d"])
  }

  /// While a write is under way, any number of changes are one write more, of the newest.
  @Test func theNewestWins() throws {
    let owner = try Owner()
    for number in 1...100 { owner.change("\(number)") }
    #expect(owner.document?.version == 100 && owner.document?.durableVersion == 0)
    try owner.run { owner.document!.isDurable }
    #expect(owner.kept == "100" && owner.changes == 2)
  }

  @Test(arguments: ["", "agentcheckd 1 bytes=3 crc32=00000000\none", "\u{0}\u{0}\u{0}"])
  func aDamagedDocumentIsSetAside(_ text: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(Array(text.utf8), to: "d")
    let owner = try Owner(in: folder)
    #expect(owner.found == nil)
    #expect(folder.names == ["d.corrupt"] && folder.text("d.corrupt") == text)
    #expect(
      owner.reader.lines == [
        "<3>\(folder.path)/d: it is damaged: set aside as \(folder.path)/d.corrupt, and what it remembered is not known"
      ])
    owner.change("two")
    try owner.run { owner.document!.isDurable }
    #expect(folder.names == ["d", "d.corrupt"])
  }

  @Test func aDocumentThatCannotBeWrittenIsToldOnceAndTheOldOneStays() throws {
    let folder = try TemporaryFolder()
    try folder.write(Seal.seal(Array("old".utf8)), to: "d")
    let owner = try Owner(in: folder)
    // Nobody, not even root, writes a file in place of a folder that is not empty.
    try FileManager.default.createDirectory(atPath: folder.path + "/d.new/x", withIntermediateDirectories: true)
    owner.change("new")
    try owner.run { owner.changes == 1 }
    #expect(owner.document?.isFailing == true && owner.kept == "old")
    let since = try #require(owner.failures.worst?.since)
    let failure = WriteFailures.Failure(path: folder.path + "/d", reason: "file exists", stake: .state, since: since)
    #expect(owner.failures.all == [failure] && owner.failures.brief == "state cannot be written: file exists")
    owner.change("newer")
    #expect(
      owner.reader.lines == ["<3>cannot write \(folder.path)/d: file exists: trying again every 10 seconds"])
    // The pause is over, and the reason is not: it fails since then.
    owner.store?.due(0, now: owner.loop.now)
    try owner.run { owner.changes == 2 }
    #expect(owner.failures.all == [failure])
    // Now it is.
    try FileManager.default.removeItem(atPath: folder.path + "/d.new")
    owner.store?.due(0, now: owner.loop.now)
    try owner.run { owner.document!.isDurable }
    #expect(owner.kept == "newer" && owner.document?.isFailing == false)
    #expect(owner.failures.all == [] && owner.failures.brief == nil)
    #expect(owner.reader.lines.last == "<5>\(folder.path)/d: written again" && owner.reader.lines.count == 2)
  }

  @Test(arguments: [0, 1])
  func aDocumentHasALimit(beyond: Int) throws {
    let owner = try Owner()
    let contents = String(repeating: "x", count: Document.limit + beyond)
    owner.change(contents)
    try owner.run { owner.document!.isDurable || owner.document!.isFailing }
    #expect(owner.kept == (beyond == 0 ? contents : nil))
    let complaint = "there is more to remember than \(Document.limit) bytes: trying again every 10 seconds"
    #expect(owner.reader.lines == (beyond == 0 ? [] : ["<3>cannot write \(owner.folder.path)/d: \(complaint)"]))
  }

  /// One that is longer than any of ours is not read.
  @Test(arguments: [0, 1])
  func aFileOfADocumentHasALimit(beyond: Int) throws {
    let folder = try TemporaryFolder()
    let contents = [UInt8](repeating: .of("x"), count: HelperQuestion.largestPayload - 42 + beyond)
    let sealed = Seal.seal(contents)
    #expect(sealed.count == HelperQuestion.largestPayload + beyond)
    try folder.write(sealed, to: "d")
    let owner = try Owner(in: folder)
    #expect(owner.found == (beyond == 0 ? contents : nil))
    #expect(folder.names == (beyond == 0 ? ["d"] : ["d.corrupt"]))
  }

  @Test func withoutAHelperNothingIsWrittenAndNothingWaits() throws {
    let owner = try Owner(program: "/nonexistent")
    owner.change("one")
    #expect(owner.document?.isFailing == true && owner.changes == 1)
  }

  @Test func oneFolderHasOneDaemon() throws {
    let first = try Owner()
    let second = try Owner(in: first.folder)
    #expect(first.store != nil && second.store == nil)
    #expect(
      second.reader.lines == [
        "<4>\(first.folder.path): another agentcheckd uses it: after a restart it is not known what was said before"
      ])
  }

  @Test(arguments: [("/nonexistent", "no such file or directory"), ("/etc/passwd", "not a directory")])
  func aFolderThatCannotBeUsedIsToldOnce(_ path: String, _ reason: String) throws {
    let reader = try LogReader()
    let failures = WriteFailures()
    #expect(Store(in: path, loop: try EventLoop(), log: reader.log, failures: failures) == nil)
    #expect(failures.brief == "state cannot be written: \(reason)")
    let consequence = "a restart would forget what is in force and who was told what"
    #expect(failures.worst?.text == "\(path): \(reason): \(consequence)")
    #expect(reader.lines == ["<4>\(path): \(reason): after a restart it is not known what was said before"])
  }

  /// A helper process is there only while there is something to be written.
  @Test func itsHelperIsLetGo() throws {
    let owner = try Owner()
    owner.change("one")
    try owner.run { owner.document!.isDurable }
    #expect(owner.store?.helperCount == 1)
    try owner.run { owner.store?.helperCount == 0 }
  }
}

private final class Released: LedgerClient {
  var count = 0
  func ledgerChanged(_ now: Duration) { count += 1 }
}

@Suite struct LedgerTests {
  private let address = IPAddress("192.0.2.1")!

  @Test func theIntentionIsOnTheDiskBeforeTheLineIsOnTheBoard() throws {
    let folder = try TemporaryFolder()
    let loop = try EventLoop()
    let reader = try LogReader()
    let store = Store(in: folder.path, loop: loop, log: reader.log, program: agentcheckdProgram)
    let ledger = Ledger(store?.document("balancers"), loop: loop, log: reader.log)
    let client = Released()
    ledger.client = client
    #expect(!ledger.mayBegin([":9999"], loop.now))
    #expect(!ledger.mayBegin([":9999"], loop.now))
    try loop.run { client.count > 0 }
    #expect(ledger.mayBegin([":9999"], loop.now))
    #expect(folder.text("balancers")?.hasSuffix("\nat :9999\nanybody\n") == true)

    ledger.tellAdministrative(":9999", address, loop.now)
    #expect(!ledger.isKept)
    try loop.run { ledger.isKept }
    #expect(folder.text("balancers")?.hasSuffix("\nat :9999\nanybody\nowed 192.0.2.1\n") == true)
    ledger.end([":9999"], loop.now)
    try loop.run { ledger.isKept }
    #expect(folder.text("balancers")?.hasSuffix("\nat :9999\nowed 192.0.2.1\n") == true)
    #expect(reader.lines == [])
    withExtendedLifetime(store) {}
  }

  /// What is over before it could be said holds nothing back any more.
  @Test func aServiceThatChangesItsMindIsNotHeld() throws {
    let folder = try TemporaryFolder()
    let loop = try EventLoop()
    let reader = try LogReader()
    let store = Store(in: folder.path, loop: loop, log: reader.log, program: agentcheckdProgram)
    let ledger = Ledger(store?.document("balancers"), loop: loop, log: reader.log)
    #expect(!ledger.mayBegin([":9999"], loop.now) && ledger.isHolding)
    ledger.end([":9999"], loop.now)
    #expect(!ledger.isHolding)
    ledger.due(0, now: loop.now)
    #expect(reader.lines == [])
    try loop.run { ledger.isKept }
    #expect(folder.text("balancers")?.hasPrefix("agentcheckd 1 bytes=0 ") == true)
    withExtendedLifetime(store) {}
  }

  @Test func withoutAStoreNothingWaits() throws {
    let ledger = Ledger(nil, loop: try EventLoop(), log: try LogReader().log)
    #expect(ledger.mayBegin([":9999"], .zero) && ledger.isKept)
  }

  /// The disk has not answered within the patience, or has said no.
  @Test(arguments: [true, false])
  func capacityDoesNotWaitForADeadDisk(_ isSilent: Bool) throws {
    let folder = try TemporaryFolder()
    let loop = try EventLoop()
    let reader = try LogReader()
    let store = Store(in: folder.path, loop: loop, log: reader.log, program: agentcheckdProgram)
    let ledger = Ledger(store?.document("balancers"), loop: loop, log: reader.log)
    let client = Released()
    ledger.client = client
    if !isSilent {
      try FileManager.default.createDirectory(
        atPath: folder.path + "/balancers.new/x", withIntermediateDirectories: true)
    }
    #expect(!ledger.mayBegin([":9999"], loop.now))
    if isSilent { ledger.due(0, now: loop.now) } else { try loop.run { client.count > 0 } }
    #expect(client.count == 1)
    #expect(ledger.mayBegin([":9999"], loop.now))
    #expect(
      reader.lines.count { $0.hasPrefix("<4>:9999: a reply goes out although it could not be written down") } == 1)
    withExtendedLifetime(store) {}
  }

  /// A disk of a dead server: nothing but its own helper waits for it, and that is not asked again while it hangs.
  @Test func aDiskThatHangsHoldsNothingBackForLong() throws {
    let hanging = try HangingFileSystem()
    let loop = try EventLoop()
    let reader = try LogReader()
    let store = Store(in: hanging.mountPoint, loop: loop, log: reader.log, program: agentcheckdProgram)
    let ledger = Ledger(store?.document("balancers"), loop: loop, log: reader.log)
    let client = Released()
    ledger.client = client
    #expect(store != nil && ledger.isEmpty && reader.lines == [])
    try hanging.close("getattr")
    let begun = loop.now
    #expect(!ledger.mayBegin([":9999"], begun))
    try loop.run { client.count > 0 }
    #expect(loop.now - begun >= Ledger.patience)
    #expect(ledger.mayBegin([":9999"], loop.now) && !ledger.isKept)
    #expect(reader.lines.count == 1 && reader.lines[0].hasPrefix("<4>:9999: a reply goes out although"))
    ledger.tellAdministrative(":9999", address, loop.now)
    #expect(store?.helperCount == 1)
    hanging.open("getattr")
    withExtendedLifetime(store) {}
  }

  @Test func whatIsOfAnotherVersionIsSetAside() throws {
    let folder = try TemporaryFolder()
    try folder.write(Seal.seal(Array("at :9999\nnew\n".utf8)), to: "balancers")
    let loop = try EventLoop()
    let reader = try LogReader()
    let store = Store(in: folder.path, loop: loop, log: reader.log, program: agentcheckdProgram)
    let ledger = Ledger(store?.document("balancers"), loop: loop, log: reader.log)
    #expect(ledger.isEmpty && folder.names == ["balancers.corrupt"])
    #expect(reader.lines.count == 1 && reader.lines[0].contains("it is of another version of this program"))
    withExtendedLifetime(store) {}
  }
}
