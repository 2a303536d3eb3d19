// The file of the history, which may be torn or changed: records are found however the bytes come, and whatever is believed
// is written as it was read.

import Text

@testable import Agent

extension FuzzTarget {
  // Shorter than a text that is cut: what was cut once is cut elsewhere the second time.
  static let history = FuzzTarget(name: "history", largest: HistoryRecord.longestText) { bytes in
    let whole = lines(of: bytes, piece: max(bytes.count, 1))
    let pieces = lines(of: bytes, piece: 1)
    promise(whole.found == pieces.found && whole.damaged == pieces.damaged, "pieces make no difference")
    for text in whole.found + [bytes] {
      guard let json = try? JSON(text.span) else { continue }
      let line = Array(json.text(isPretty: false).utf8)
      promise(!line.contains { $0 < 0x20 }, "JSON is one line")
      let again = try? JSON(line.span)
      promise(again.map { Array($0.text(isPretty: false).utf8) } == line, "JSON is read as it is written")
      guard let record = HistoryRecord(json) else { continue }
      promise(rewritten(rewritten(record)) == rewritten(record), "a record is read as it is written")
    }
  } seeds: {
    let texts = [
      #"{"number":17,"time":"2026-11-23T14:02:11.532+01:00","event":"reply","service":"web","line":"50% up # a","#
        + #""was":"100% up","because":["a \"b\": cpu.idle 4.2% is < 10%"]}"#,
      #"{"number":18,"time":"2026-11-23T14:02:14.001+01:00","event":"fetched","service":"web","of":17,"fetches":2,"#
        + #""first":{"address":"192.0.2.11","time":"2026-11-23T14:02:12.004+01:00"},"last":{}}"#,
      #"{"number":1,"time":"2026-11-23T14:02:11.532Z","event":"forced","text":"\u00e9\ud83d\ude00\\ \n","x":[1.5e3,null]}"#,
    ].map { Array($0.utf8) }
    let records = texts.compactMap { text in (try? JSON(text.span)).flatMap { HistoryRecord($0) } }
    var file: [UInt8] = []
    for record in records { HistoryLine.append(record, to: &file) }
    return texts + [file, Array(file.dropFirst(5))]
  }

  private static func lines(of bytes: [UInt8], piece: Int) -> (found: [[UInt8]], damaged: Int) {
    var lines = HistoryLines()
    var found: [[UInt8]] = []
    for start in stride(from: 0, to: bytes.count, by: piece) {
      lines.take(bytes[start..<min(start + piece, bytes.count)]) { found.append(Array($0)) }
    }
    lines.end()
    return (found, lines.damaged)
  }

  private static func rewritten(_ record: HistoryRecord) -> HistoryRecord {
    var bytes: [UInt8] = []
    HistoryLine.append(record, to: &bytes)
    let text = HistoryLine.open(bytes.dropLast())
    let json = text.flatMap { try? JSON($0.span) }
    guard let again = json.flatMap({ HistoryRecord($0) }) else { fatalError("broken promise: what is written is read") }
    return again
  }
}
