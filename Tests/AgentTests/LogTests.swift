import Foundation
import Kernel
import Testing

@testable import Agent

@Suite struct LogTests {
  @Test func aServiceManagerReadsPriorities() throws {
    let reader = try LogReader(style: .journal)
    reader.log.error("one")
    reader.log.warning("two")
    reader.log.notice("three")
    reader.log.info("four")
    #expect(reader.lines == ["<3>one", "<4>two", "<5>three", "<6>four"])
  }

  @Test func peopleReadTimes() throws {
    let reader = try LogReader(style: .plain)
    let before = Date()
    reader.log.error("one")
    reader.log.info("two")
    let formatter = DateFormatter()
    formatter.dateFormat = "yyyy-MM-dd HH:mm:ss.SSS"
    let lines = reader.lines
    #expect(lines.map { $0.dropFirst(23) } == [" error: one", " two"])
    for line in lines {
      let time = try #require(formatter.date(from: String(line.prefix(23))))
      #expect(abs(time.timeIntervalSince(before)) < 10)
    }
  }

  @Test(arguments: [
    ("a\nb\r\tc", "a\\nb\\x0d\\tc"),
    ("\u{1B}[2J\u{7F}\u{0}", "\\x1b[2J\\x7f\\x00"),
    ("\u{85}\u{9B}31m", "\\x85\\x9b31m"),
    ("Größe 100 % – ✓", "Größe 100 % – ✓"),
    ("back\\slash", "back\\slash"),
  ])
  func foreignTextIsHarmless(_ message: String, _ line: String) throws {
    let reader = try LogReader()
    reader.log.info(message)
    #expect(reader.lines == ["<6>" + line])
  }

  @Test func aLongLineIsCut() throws {
    let reader = try LogReader()
    for length in [4092, 4093, 10_000] { reader.log.info(String(repeating: "x", count: length)) }
    let lines = reader.lines
    #expect(lines.map(\.utf8.count) == [4095, 4095, 4095])
    #expect(lines[0].hasSuffix("xxx"))
    #expect(lines[1].hasSuffix("x..."))
    #expect(lines[2].hasSuffix("x..."))
  }

  /// What is not UTF-8 the journal does not show.
  @Test func aLineIsCutBetweenCharacters() throws {
    let reader = try LogReader()
    for start in ["", "x"] { reader.log.info(start + String(repeating: "\u{e4}", count: 4000)) }
    let lines = reader.lines
    #expect(lines.map(\.utf8.count) == [4094, 4095])
    for line in lines { #expect(line.hasSuffix("\u{e4}...")) }
  }

  @Test func nobodyWaitsForAReaderAndTheLossIsTold() throws {
    let reader = try LogReader()
    // More than a pipe holds: were one line written that does not fit, this test would stand still here.
    for number in 0..<10_000 { reader.log.info("line \(number)") }
    let before = reader.lines
    #expect(before.first == "<6>line 0")
    #expect(before.count > 1000)
    #expect(before.count < 10_000)
    reader.log.info("again")
    let after = reader.lines
    #expect(after.count == before.count + 2)
    #expect(after[before.count] == "<4>\(10_000 - before.count) lines were lost here, because nobody read them")
    #expect(after.last == "<6>again")
  }

  @Test func prioritiesAreForTheJournalOnly() throws {
    let status = try File.stat("/dev/null")
    #expect(Log.Style(journal: "\(status.device):\(status.number)", file: status) == .journal)
    #expect(Log.Style(journal: "\(status.device):\(status.number + 1)", file: status) == .plain)
    #expect(Log.Style(journal: "", file: status) == .plain)
    #expect(Log.Style(journal: nil, file: status) == .plain)
    #expect(Log.Style(journal: "\(status.device):\(status.number)", file: nil) == .plain)
  }
}
