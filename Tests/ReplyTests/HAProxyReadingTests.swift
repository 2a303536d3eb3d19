import TestSupport
import Testing

@testable import Reply

@Suite struct HAProxyReadingTests {
  /// Line, the words that count before 3.1, those that count since.
  @Test(arguments: [
    ("50% up # cpu saturated\n", ["50%", "up"], ["50%", "up"]),
    ("UP,Ready\t100%\r\n", ["UP", "Ready", "100%"], ["UP", "Ready", "100%"]),
    ("40% weight:30 up\n", ["40%", "up"], ["weight:30", "up"]),
    ("weight:300 weight:20% up\n", ["up"], ["weight:20%", "up"]),
    ("failed 50 50.5% -5% up\n", ["up"], ["up"]),
    ("down#disk full\n", [], []),
    ("up down\n", ["down"], ["down"]),
    ("maxconn:30 maxconn:0 maxconn: up\n", ["maxconn:0", "up"], ["maxconn:0", "up"]),
    ("\n", [], []),
    ("up", [], []),
    ("", [], []),
  ])
  func theWordsThatCount(line: String, before: [String], since: [String]) {
    for (version, expected) in [(HAProxyReading.Version.upTo30, before), (.from31, since)] {
      let reading = HAProxyReading(Array(line.utf8), by: version)
      #expect(reading.words.filter { !$0.isIgnored }.map { $0.text } == expected, "\(line) \(version.name)")
    }
  }

  @Test func descriptionsNeedAHealthWord() {
    let kept = HAProxyReading(Array("50% up # why\n".utf8), by: .upTo30)
    #expect(kept.description == "why" && kept.keepsDescription && kept.remarks.isEmpty)
    let dropped = HAProxyReading(Array("50% # why\n".utf8), by: .upTo30)
    #expect(dropped.description == "why" && !dropped.keepsDescription)
    #expect(dropped.remarks.count == 2, "dropped description, missing health word: \(dropped.remarks)")
  }

  @Test(arguments: [
    ("", "nothing was sent"), ("up", "no end"), ("\n", "an empty line"), ("failed\n", "no word is understood"),
    ("up\nmore\n", "what follows"),
  ])
  func theLineAsAWhole(line: String, remark: String) {
    let remarks = HAProxyReading(Array(line.utf8), by: .from31).remarks
    #expect(remarks.contains { $0.contains(remark) }, "\(remarks)")
  }

  /// What our own writer writes, every version understands without a remark.
  @Test func ourOwnLinesAreUnderstood() {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<2000 {
      var words = generator.words()
      words.health = words.health ?? .up
      var line: [UInt8] = []
      writeLine(words, reasons: ["some reason"], into: &line)
      for version in HAProxyReading.Version.allCases {
        let reading = HAProxyReading(line, by: version)
        #expect(reading.words.allSatisfy { !$0.isIgnored } && reading.remarks.isEmpty)
        #expect(reading.words.map { $0.text }.joined(separator: " ") == words.description)
      }
    }
  }
}
