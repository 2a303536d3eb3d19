// What the history keeps of an event, on its way to the disk and back.

import TestSupport
import Testing
import Text

@testable import Agent

func time(_ text: String) -> CalendarTime { CalendarTime("2026-11-23T\(text)+01:00")! }

@Suite struct HistoryRecordTests {
  private static func reply(_ number: Int) -> HistoryRecord {
    var record = HistoryRecord(.reply, at: time("14:02:11.532"))
    record.number = number
    record.service = "web"
    record.line = "50% up # cpu saturated"
    record.was = "100% up"
    record.because = ["cpu saturated: cpu.idle 4.2% is < 10%"]
    return record
  }

  private static func fetched(_ number: Int, of reply: Int) -> HistoryRecord {
    var record = HistoryRecord(.fetched, at: time("14:02:14.001"))
    record.number = number
    record.service = "web"
    record.reply = reply
    record.fetches = 2
    record.first = .init(address: "192.0.2.11", time: time("14:02:12.004"))
    record.last = .init(address: "2001:db8::1", time: time("14:02:13.999"))
    return record
  }

  private static func bytes(_ records: [HistoryRecord]) -> [UInt8] {
    var bytes: [UInt8] = []
    for record in records { HistoryLine.append(record, to: &bytes) }
    return bytes
  }

  /// What can be read of a file that comes in pieces of this size.
  private static func read(_ bytes: [UInt8], piece: Int = 100) -> (records: [HistoryRecord], damaged: Int) {
    var lines = HistoryLines()
    var records: [HistoryRecord] = []
    for start in stride(from: 0, to: bytes.count, by: piece) {
      lines.take(bytes[start..<min(start + piece, bytes.count)]) { json in
        if let value = try? JSON(json.span), let record = HistoryRecord(value) { records.append(record) }
      }
    }
    lines.end()
    return (records, lines.damaged)
  }

  /// Whether it comes whole or in pieces.
  @Test(arguments: [HistoryLine.longest, HistoryLine.longest + 1, 100])
  func theLongestLineIsBelieved(piece: Int) {
    for (count, isBelieved) in [(HistoryLine.longest, true), (HistoryLine.longest + 1, false)] {
      let text = [UInt8](repeating: 0x78, count: count - 9)
      var line: [UInt8] = []
      Seal.appendChecksum(of: text.span, to: &line)
      line.append(0x20)
      line += text
      #expect((HistoryLine.open(line[...]) != nil) == isBelieved)
      line.append(0x0A)
      var lines = HistoryLines()
      var found = 0
      for start in stride(from: 0, to: line.count, by: piece) {
        lines.take(line[start..<min(start + piece, line.count)]) { _ in found += 1 }
      }
      lines.take(Self.bytes([Self.reply(1)])[...]) { _ in found += 1 }
      #expect(found == (isBelieved ? 2 : 1) && lines.damaged == 2 - found)
    }
  }

  @Test func asItIsWritten() {
    #expect(
      String(decoding: Self.bytes([Self.reply(17), Self.fetched(18, of: 17)]), as: UTF8.self) == """
        b8e525d8 {"number":17,"time":"2026-11-23T14:02:11.532+01:00","event":"reply","service":"web",\
        "line":"50% up # cpu saturated","was":"100% up","because":["cpu saturated: cpu.idle 4.2% is < 10%"]}
        572fb5b0 {"number":18,"time":"2026-11-23T14:02:14.001+01:00","event":"fetched","service":"web","of":17,\
        "fetches":2,"first":{"address":"192.0.2.11","time":"2026-11-23T14:02:12.004+01:00"},\
        "last":{"address":"2001:db8::1","time":"2026-11-23T14:02:13.999+01:00"}}

        """)
  }

  @Test(arguments: [1, 2, 7, 100, 100_000]) func whatIsWrittenIsRead(_ piece: Int) {
    let records = [Self.reply(1), Self.fetched(2, of: 1), Self.reply(3)]
    let read = Self.read(Self.bytes(records), piece: piece)
    #expect(read.records == records)
    #expect(read.damaged == 0)
  }

  /// Whatever a rule's name or an operator's reason has in it, it is one line, and comes back as it was.
  @Test func foreignTextForgesNothing() {
    var record = HistoryRecord(.forced, at: time("00:00:00.000"))
    record.number = 1
    for text in [
      "\n5d0a2f11 {\"number\":99}", "\u{1B}[2J\r\n\t\0\u{7F}\u{9B}", "\"},{\"event\":\"ended\"", "\\u000a", "\u{2028}é",
    ] {
      record.service = text
      record.text = text
      let bytes = Self.bytes([record, Self.reply(2)])
      #expect(bytes.count { $0 == 0x0A } == 2)
      #expect(!bytes.contains { $0 < 0x20 && $0 != 0x0A })
      #expect(Self.read(bytes).records == [record, Self.reply(2)])
    }
  }

  /// Rules are named in texts of strange letters, and so many of them that each takes up to six bytes.
  @Test(arguments: ["x", "\"", "\u{7F}", "\u{85}", "\u{2028}"])
  func theLongestRecordIsBelieved(letter: Character) {
    let text = String(repeating: letter, count: 10_000)
    var record = Self.reply(.max)
    (record.service, record.line, record.was, record.text) = (text, text, text, text)
    record.because = [String](repeating: text, count: 100)
    let bytes = Self.bytes([record])
    #expect(bytes.count <= HistoryLine.longest && Self.read(bytes).damaged == 0)
  }

  @Test func textsAndReasonsHaveLimits() {
    for beyond in [0, 1] {
      var record = Self.reply(1)
      record.text = String(repeating: "x", count: HistoryRecord.longestText + beyond)
      record.because = (0..<HistoryRecord.mostReasons + beyond).map { "\($0)" }
      let read = Self.read(Self.bytes([record])).records
      #expect(read.first?.text == String(repeating: "x", count: HistoryRecord.longestText) + (beyond == 0 ? "" : "..."))
      #expect(read.first?.because == (0..<HistoryRecord.mostReasons).map { "\($0)" })
    }
  }

  @Test func anEndlessTextIsCut() {
    var record = Self.reply(1)
    record.because = [String](repeating: String(repeating: "é", count: 3000), count: 100)
    let read = Self.read(Self.bytes([record])).records
    #expect(read.first?.because.count == HistoryRecord.mostReasons)
    #expect(read.first?.because.first == String(repeating: "é", count: HistoryRecord.longestText / 2) + "...")
  }

  /// Each byte of the middle one of three, spoilt in each of several ways: the others are as good as before.
  @Test func aSpoiltByteSpoilsItsOwnLine() {
    let before = Self.bytes([Self.reply(1)])
    let middle = Self.bytes([Self.fetched(2, of: 1)])
    let after = Self.bytes([Self.reply(3)])
    for offset in middle.indices {
      for change: UInt8 in [0x01, 0x20, 0x80, 0xFF] {
        var spoilt = middle
        spoilt[offset] ^= change
        let read = Self.read(before + spoilt + after)
        #expect(read.records.first == Self.reply(1))
        if offset == middle.count - 1 {
          // Without its end it runs into the next one, and takes it along.
          #expect(read.records.count == 1 && read.damaged == 1)
        } else {
          #expect(read.records == [Self.reply(1), Self.reply(3)])
          #expect(read.damaged > 0)
        }
      }
    }
  }

  /// Torn at each byte, and ended by a line feed of the next writer.
  @Test func aTornLineIsPassedOver() {
    let before = Self.bytes([Self.reply(1)])
    let torn = Self.bytes([Self.fetched(2, of: 1)])
    for count in 1..<(torn.count - 1) {
      let read = Self.read(before + torn[..<count] + Array("\n".utf8) + Self.bytes([Self.reply(3)]))
      #expect(read.records == [Self.reply(1), Self.reply(3)])
      #expect(read.damaged == 1)
    }
  }

  @Test func garbageWithoutAnEndTakesNoMemory() {
    var random = SeededGenerator(seed: 7)
    var bytes = (0..<(HistoryLine.longest * 3)).map { _ in UInt8.random(in: 0...255, using: &random) }
    bytes.removeAll { $0 == 0x0A }
    let read = Self.read(Self.bytes([Self.reply(1)]) + bytes + Array("\n".utf8) + Self.bytes([Self.reply(2)]))
    #expect(read.records == [Self.reply(1), Self.reply(2)])
    #expect(read.damaged == 1)
  }

  @Test func aRecordOfANewerVersionIsReadAsFarAsItIsKnown() throws {
    func record(_ text: String) throws -> HistoryRecord? { HistoryRecord(try JSON(Array(text.utf8).span)) }
    let newer = #"{"number":1,"time":"2026-11-23T14:02:11.532+01:00","event":"started","mood":["good"],"text":"x"}"#
    #expect(try record(newer)?.text == "x")
    #expect(try record(newer.replacingOccurrences(of: "started", with: "dreamt")) == nil)
    #expect(try record(newer.replacingOccurrences(of: "14:02", with: "25:02")) == nil)
    #expect(try record(newer.replacingOccurrences(of: ":1,", with: ":-1,")) == nil)
    #expect(try record("[]") == nil)
  }
}

@Suite struct HistoryTimelineTests {
  /// Records from a shorthand: `reply A 50%`, `fetched 1 3`, `started`, numbered one after the other, a second apart.
  private static func timeline(_ events: [String]) -> HistoryTimeline {
    var timeline = HistoryTimeline()
    for (index, text) in events.enumerated() {
      let words = text.split(separator: " ").map(String.init)
      let start = time("14:00:00.000").milliseconds
      var record = HistoryRecord(
        HistoryRecord.Event(rawValue: words[0])!,
        at: CalendarTime(milliseconds: start + index * 1000, secondsEast: 3600))
      record.number = index + 1
      if record.event == .reply { (record.service, record.line) = (words[1], words[2]) }
      if record.event == .fetched { (record.reply, record.fetches) = (Int(words[1]), Int(words[2])!) }
      timeline.add(record)
    }
    return timeline
  }

  private static func summary(_ entries: some Sequence<HistoryTimeline.Entry>) -> [String] {
    entries.map { entry in
      guard entry.record.event == .reply else {
        return entry.record.event.rawValue + (entry.followsCrash ? " crash" : "")
      }
      return "\(entry.record.service!) \(entry.record.line!) \(entry.record.fetches) \(entry.knowledge)"
    }
  }

  @Test(arguments: [
    (
      ["started", "reply a 1%", "fetched 2 7", "reply a 2%", "ended"],
      ["started", "a 1% 7 complete", "a 2% 0 complete", "ended"]
    ),
    (["started", "reply a 1%", "fetched 2 1", "fetched 2 7"], ["started", "a 1% 7 soFar"]),
    (["started", "reply a 1%", "fetched 2 1", "started"], ["started", "a 1% 1 untilKilled", "started crash"]),
    (["reply a 1%", "reply b 1%", "fetched 1 2", "reply b 2%"], ["a 1% 2 soFar", "b 1% 0 complete", "b 2% 0 soFar"]),
    // Of a generation that is gone.
    (["fetched 99 7", "ended", "started"], ["ended", "started"]),
  ])
  func joined(_ events: [String], _ expected: [String]) {
    #expect(Self.summary(Self.timeline(events).entries) == expected)
  }

  @Test func whatWasWrittenTwiceCountsOnce() {
    var timeline = Self.timeline(["started", "reply a 1%", "ended"])
    for entry in timeline.entries { timeline.add(entry.record) }
    #expect(Self.summary(timeline.entries) == ["started", "a 1% 0 complete", "ended"])
  }

  /// 14:00, 14:30, then the clock is set back, and it is 13:31.
  @Test func sinceAClockThatWasSetBack() {
    var timeline = HistoryTimeline()
    for (index, clock) in ["13:00:00.000", "14:00:00.000", "14:30:00.000", "13:31:00.000", "13:45:00.000"].enumerated()
    {
      var record = HistoryRecord(.reply, at: time(clock))
      (record.number, record.service, record.line) = (index + 1, index == 3 ? "b" : "a", clock)
      timeline.add(record)
    }
    func seen(_ clock: String, _ service: String? = nil) -> [Int] {
      timeline.entries(since: time(clock).milliseconds, of: service).map { $0.record.number }
    }
    #expect(seen("12:00:00.000") == [1, 2, 3, 4, 5])
    #expect(seen("13:30:00.000") == [2, 3, 4, 5])
    #expect(seen("14:30:00.000") == [3, 4, 5])
    #expect(seen("14:30:00.001") == [])
    #expect(seen("12:00:00.000", "a") == [1, 2, 3, 5])
    #expect(timeline.services == ["a", "b"])
  }
}
