// The history on its way to the disk, with a real helper and a disk that fails.

import Foundation
import Kernel
import Testing
import Text

@testable import Agent

/// A history in a folder of its own.
private final class Kept {
  let folder: TemporaryFolder
  let loop: EventLoop
  let reader: LogReader
  let failures = WriteFailures()
  let history: History
  let file: HistoryFile

  /// Writes at once, unless the test wants to see it wait.
  init(in folder: TemporaryFolder? = nil, beat: Duration = .milliseconds(1)) throws {
    self.folder = try folder ?? TemporaryFolder()
    loop = try EventLoop()
    reader = try LogReader()
    history = History(
      in: self.folder.path, loop: loop, log: reader.log, failures: failures, program: agentcheckdProgram,
      pace: .init(gatherTime: .milliseconds(1), beat: beat, pause: .milliseconds(20)))
    file = HistoryFile(in: self.folder.path)
  }

  func note(_ text: String) { history.note(.reloaded, text, loop.now) }

  /// Notes so much that exactly so many bytes, thousands, wait for the disk, which does not get its turn.
  func note(untilWaiting count: Int) {
    var overhead = 0
    while count - history.unsaved.count > 1200 {
      let before = history.unsaved.count
      note(String(repeating: "x", count: 500))
      overhead = history.unsaved.count - before - 500
    }
    let rest = count - history.unsaved.count
    for line in [rest / 2, rest - rest / 2] { note(String(repeating: "x", count: line - overhead)) }
    #expect(history.unsaved.count == count)
  }

  func run(until condition: () -> Bool, at location: SourceLocation = #_sourceLocation) throws {
    try loop.run(until: condition, at: location)
  }

  /// What the next process, or a person, would find.
  func timeline() throws -> (timeline: HistoryTimeline, damaged: Int) {
    var timeline = HistoryTimeline()
    let damaged = try file.read { json in
      if let value = try? JSON(json.span), let record = HistoryRecord(value) { timeline.add(record) }
    }
    return (timeline, damaged)
  }

  func texts() throws -> [String] { try timeline().timeline.entries.map { $0.record.text ?? $0.record.line ?? "" } }
}

@Suite struct HistoryTests {
  @Test func whatHappensIsOnTheDisk() throws {
    let kept = try Kept()
    kept.history.serve(["web", "db"], kept.loop.now)
    kept.history.note(.started, "started", kept.loop.now)
    kept.history.change(1, to: "50% up", from: "", because: ["busy: cpu.idle 4% is < 10%"], kept.loop.now)
    let begun = kept.loop.now
    kept.history.fetch(1, .v4(0x0A00_0001), begun)
    kept.history.fetch(1, .v6(0, 0xFFFF_0A00_0002), begun + .seconds(3))
    kept.history.change(1, to: "100% up", from: "50% up", because: [], begun + .seconds(3))
    #expect(!kept.history.isKept)
    try kept.run { kept.history.isKept }
    let (timeline, damaged) = try kept.timeline()
    #expect(damaged == 0)
    #expect(timeline.entries.map { $0.record.event } == [.started, .reply, .reply])
    let half = timeline.entries[1].record
    #expect(half.service == "db" && half.line == "50% up" && half.was == "")
    #expect(half.because == ["busy: cpu.idle 4% is < 10%"])
    #expect(half.fetches == 2 && half.first?.address == "10.0.0.1" && half.last?.address == "10.0.0.2")
    #expect(half.last!.time.milliseconds - half.first!.time.milliseconds == 3000)
    #expect(timeline.entries[2].record.fetches == 0)
    #expect(kept.folder.names == ["history"] && kept.reader.lines == [])
  }

  @Test func whoIsFirstIsWrittenDownBeforeTheEnd() throws {
    let kept = try Kept()
    kept.history.serve(["web"], kept.loop.now)
    kept.history.change(0, to: "50% up", from: "", because: [], kept.loop.now)
    try kept.run { kept.history.isKept }
    kept.history.fetch(0, .v4(1), kept.loop.now)
    try kept.run { (try? kept.timeline().timeline.entries[0].record.fetches) == 1 }
    // Those who come later are written down when the reply is over, or the daemon.
    for _ in 0..<5 { kept.history.fetch(0, .v4(2), kept.loop.now) }
    kept.history.end("ended", kept.loop.now)
    try kept.run { kept.history.isKept }
    let entry = try kept.timeline().timeline.entries[0]
    #expect(entry.record.fetches == 6 && entry.record.last?.address == "0.0.0.2" && entry.knowledge == .complete)
  }

  @Test func aServiceThatIsGoneAndOneThatStays() throws {
    let kept = try Kept()
    kept.history.serve(["web", "db"], kept.loop.now)
    for service in 0...1 {
      kept.history.change(service, to: "up", from: "", because: [], kept.loop.now)
      kept.history.fetch(service, .v4(1), kept.loop.now)
    }
    kept.history.serve(["db"], kept.loop.now)
    kept.history.fetch(0, .v4(1), kept.loop.now)
    // One that was connected before.
    kept.history.fetch(1, .v4(1), kept.loop.now)
    kept.history.end("ended", kept.loop.now)
    try kept.run { kept.history.isKept }
    #expect(try kept.timeline().timeline.entries.map { $0.record.fetches } == [1, 2, 0])
  }

  /// However often replies change.
  @Test func theDiskHasItsRest() throws {
    let kept = try Kept(beat: .seconds(1000))
    kept.note("1")
    try kept.run { kept.history.isKept }
    kept.note("2")
    let deadline = kept.loop.now + .milliseconds(50)
    while kept.loop.now < deadline { try kept.loop.turn(waitingAtMost: .milliseconds(5)) }
    #expect(try kept.texts() == ["1"])
    // But much is not kept in memory.
    while kept.history.unsaved.count < History.manyBytes { kept.note(String(repeating: "x", count: 1000)) }
    try kept.run { kept.history.unsaved.count < 2000 && kept.history.writing.isEmpty }
    #expect(try kept.texts().count > 50)
    // Nor at the end.
    kept.history.end("ended", kept.loop.now)
    try kept.run { kept.history.isKept }
    #expect(try kept.texts().last == "ended")
  }

  /// So much is written at once, in one piece.
  @Test(arguments: [-1, 0, 1])
  func muchIsNotKeptWaiting(beyond: Int) throws {
    let kept = try Kept(beat: .seconds(1000))
    kept.note("first")
    try kept.run { kept.history.isKept }
    kept.note(untilWaiting: History.manyBytes + beyond)
    guard beyond >= 0 else {
      let deadline = kept.loop.now + .milliseconds(50)
      while kept.loop.now < deadline { try kept.loop.turn(waitingAtMost: .milliseconds(5)) }
      #expect(kept.history.unsaved.count == History.manyBytes + beyond)
      return
    }
    try kept.run { !kept.history.writing.isEmpty }
    let count = kept.history.writing.count
    #expect(beyond == 0 ? count == History.manyBytes : count < History.manyBytes)
    #expect(kept.history.writing.last == UInt8(ascii: "\n"))
    #expect((kept.history.writing + kept.history.unsaved).count == History.manyBytes + beyond)
  }

  @Test func theNextProcessGoesOn() throws {
    let first = try Kept()
    first.note("one")
    try first.run { first.history.isKept }
    // Killed in the midst of a write.
    let torn = Array(first.folder.text("history")!.utf8).dropLast(7)
    try first.folder.write(Array(first.folder.text("history")!.utf8) + torn, to: "history")
    let second = try Kept(in: first.folder)
    #expect(
      second.reader.lines == [
        "<4>\(first.folder.path)/history: a line is damaged at its end: passed over, the other records stay"
      ])
    second.note("two")
    try second.run { second.history.isKept }
    let (timeline, damaged) = try second.timeline()
    #expect(timeline.entries.map { $0.record.number } == [1, 2])
    #expect(damaged == 1)
  }

  /// Whatever lies there, what was before it and what comes after it is read.
  @Test(arguments: ["", "\n\n", "garbage", "garbage\n", "\0\0\0\0\0", "deadbeef {}\n"])
  func garbageIsPassedOver(_ garbage: String) throws {
    let first = try Kept()
    first.note("one")
    try first.run { first.history.isKept }
    try first.folder.write(Array(first.folder.text("history")!.utf8) + Array(garbage.utf8), to: "history")
    let second = try Kept(in: first.folder)
    second.note("two")
    try second.run { second.history.isKept }
    #expect(try second.texts() == ["one", "two"])
    #expect(second.reader.lines.count == (garbage.utf8.contains { $0 != 0x0A } ? 1 : 0))
  }

  @Test func nothingButGarbage() throws {
    let folder = try TemporaryFolder()
    try folder.write([UInt8](repeating: 0xFF, count: 200_000), to: "history")
    let kept = try Kept(in: folder)
    #expect(kept.reader.lines.count == 1)
    kept.note("one")
    try kept.run { kept.history.isKept }
    #expect(try kept.texts() == ["one"])
  }

  @Test func aFullFileBecomesTheOlderOne() throws {
    let first = try Kept()
    first.note("one")
    try first.run { first.history.isKept }
    let line = first.folder.text("history")!
    var long = line
    while long.utf8.count < HistoryFile.limit { long += String(repeating: "#", count: 60_000) + "\n" }
    try first.folder.write(Array((long + line).utf8), to: "history")
    let second = try Kept(in: first.folder)
    second.note("two")
    try second.run { second.history.isKept }
    #expect(first.folder.names == ["history", "history.old"])
    #expect(first.folder.text("history")!.utf8.count < 200)
    #expect(try second.texts() == ["one", "two"])
    // Right after that a process finds nothing in the newer one, and goes on counting.
    try FileManager.default.removeItem(atPath: first.folder.path + "/history")
    let third = try Kept(in: first.folder)
    third.note("three")
    try third.run { third.history.isKept }
    #expect(try third.timeline().timeline.entries.map { $0.record.number } == [1, 2])
  }

  /// Whoever makes room on a full disk takes away what is large.
  @Test func aFullFileThatSomebodyTookAwayIsBegunAnew() throws {
    let first = try Kept()
    try first.folder.write([UInt8](repeating: 0x0A, count: HistoryFile.limit), to: "history")
    let second = try Kept(in: first.folder)
    try FileManager.default.removeItem(atPath: first.folder.path + "/history")
    second.note("two")
    try second.run { second.history.isKept }
    #expect(!second.history.isFailing)
    #expect(try second.texts() == ["two"])
  }

  /// A number that leaves no room for the next one, behind a checksum that is right.
  @Test func aNumberThatNobodyHasCountedToIsNone() throws {
    let folder = try TemporaryFolder()
    var bytes: [UInt8] = []
    for number in [41, Int.max] {
      var record = HistoryRecord(.reloaded, at: CalendarTime(milliseconds: 0, secondsEast: 0))
      record.number = number
      HistoryLine.append(record, to: &bytes)
    }
    try folder.write(bytes, to: "history")
    let kept = try Kept(in: folder)
    #expect(kept.history.number == 41)
    kept.note("next")
    #expect(kept.history.number == 42)
  }

  /// A file of records and garbage up to a length, with a record at its end.
  private func file(_ count: Int) throws -> Kept {
    let kept = try Kept()
    kept.note("one")
    try kept.run { kept.history.isKept }
    let line = Array(kept.folder.text("history")!.utf8)
    var bytes: [UInt8] = []
    while bytes.count < count - line.count {
      bytes += [UInt8](repeating: UInt8(ascii: "#"), count: min(count - line.count - bytes.count, 60_000) - 1)
      bytes.append(UInt8(ascii: "\n"))
    }
    try kept.folder.write(bytes + line, to: "history")
    return kept
  }

  @Test(arguments: [-1, 0])
  func aFileIsFullAtItsLimit(beyond: Int) throws {
    let first = try file(HistoryFile.limit + beyond)
    let second = try Kept(in: first.folder)
    second.note("two")
    try second.run { second.history.isKept }
    #expect(first.folder.names == (beyond < 0 ? ["history"] : ["history", "history.old"]))
    #expect(try second.texts() == ["one", "two"])
  }

  /// What lies beyond the longest file is not read.
  @Test(arguments: [0, 1])
  func aFileIsReadUpToALimit(beyond: Int) throws {
    let kept = try file(HistoryFile.longest + beyond)
    #expect(try kept.texts() == (beyond == 0 ? ["one"] : []))
  }

  @Test func aDiskThatFailsAndComesBack() throws {
    let kept = try Kept()
    kept.note("one")
    try kept.run { kept.history.isKept }
    let away = kept.folder.path + ".away"
    try FileManager.default.moveItem(atPath: kept.folder.path, toPath: away)
    kept.note("two")
    try kept.run { kept.history.isFailing }
    #expect(kept.failures.brief == "history cannot be written: no such file or directory")
    kept.note("three")
    let complaint = "cannot write \(kept.file.path): no such file or directory: trying again every 20ms"
    #expect(kept.reader.lines == ["<3>\(complaint)"])
    try FileManager.default.moveItem(atPath: away, toPath: kept.folder.path)
    try kept.run { !kept.history.isFailing && kept.history.isKept }
    #expect(kept.failures.all == [])
    #expect(try kept.texts() == ["one", "two", "three"])
    #expect(kept.reader.lines == ["<3>\(complaint)", "<5>\(kept.file.path): written again"])
  }

  @Test func whatADeadDiskCosts() throws {
    let kept = try Kept()
    let away = kept.folder.path + ".away"
    try FileManager.default.moveItem(atPath: kept.folder.path, toPath: away)
    var count = 0
    while kept.history.unsaved.count + kept.history.writing.count <= History.mostBytes {
      kept.note(String(repeating: "x", count: 1000))
      count += 1
    }
    for _ in 0..<7 { kept.note("lost") }
    try FileManager.default.moveItem(atPath: away, toPath: kept.folder.path)
    try kept.run { kept.history.isKept && !kept.history.isFailing }
    kept.note("again")
    try kept.run { kept.history.isKept }
    let texts = try kept.texts()
    #expect(texts.count == count + 2)
    #expect(texts.suffix(2) == ["7 records were lost here: the disk did not take them", "again"])
    #expect(kept.reader.lines.filter { $0.contains("losing records") }.count == 1)
  }

  /// What comes when more than the limit waits already.
  @Test(arguments: [0, 1])
  func soMuchWaitsForADeadDisk(beyond: Int) throws {
    let kept = try Kept()
    kept.note(untilWaiting: History.mostBytes + beyond)
    #expect(kept.reader.lines == [])
    let number = kept.history.number
    kept.note("one more")
    #expect(kept.history.number == number + 1 - beyond)
    #expect(kept.reader.lines.count == beyond)
    kept.note("another")
    #expect(kept.history.number == number + 1 - beyond)
    #expect(kept.reader.lines == ["<3>the history is losing records: the disk does not take them"])
  }

  @Test func withoutAFolderNothingIsKept() throws {
    let loop = try EventLoop()
    let reader = try LogReader()
    let history = History(in: nil, loop: loop, log: reader.log, program: agentcheckdProgram)
    history.serve(["web"], loop.now)
    history.change(0, to: "up", from: "", because: [], loop.now)
    history.fetch(0, .v4(1), loop.now)
    history.end("ended", loop.now)
    #expect(history.isKept && history.number == 3)
    #expect(reader.lines == [])
  }
}
