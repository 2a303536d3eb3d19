import Reply
import TestSupport
import Testing

@Suite struct LineTests {
  @Test(arguments: [
    ("50% up", ["cpu saturated"], "50% up # cpu saturated"),
    (
      "down maxconn:200 0%", ["root filesystem nearly full", "application gone"],
      "0% maxconn:200 down # root filesystem nearly full; application gone"
    ),
    ("ready 100%", [], "100% ready up"),
    ("maint", ["by hand"], "maint up # by hand"),
    ("up", ["a", "b", "a", "", "b; c", "b"], "up # a; b; b; c"),
    ("up", ["cpu.idle < 10%"], "up # cpu.idle < 10%"),
    ("up", ["filesystem(\"/\").used"], "up # filesystem(?/?).used"),
    ("fail", ["café\n\t\u{7F}'#1'"], "fail # caf?????'#1'"),
    ("up", ["\"", "?", "\n"], "up # ?"),
  ])
  func linesAreWritten(_ text: String, _ reasons: [String], _ expected: String) {
    #expect(line(words(text), reasons) == expected + "\n")
  }

  @Test func nothingToSayIsStillUp() {
    #expect(line(Words(), []) == "up\n")
    var buffer = Array("old".utf8)
    writeEmptyLine(into: &buffer)
    #expect(buffer == [0x0A])
  }

  @Test func reasonsAreCutToWhatHAProxyKeeps() {
    let long = String(repeating: "x", count: 99)
    #expect(line(words("up"), [long + "yz"]) == "up # \(long)y\n")
    #expect(line(words("up"), [long + "y", "z"]) == "up # \(long)y\n")
    #expect(line(words("up"), [long, "z"]) == "up # \(long)\n", "no joint without something behind it")
    let shorter = String(repeating: "x", count: 97)
    #expect(line(words("up"), [shorter, "yz"]) == "up # \(shorter); y\n")
    let many = (0..<10_000).map { String(Unicode.Scalar(UInt8(35 + $0 % 92))) }
    let cut = line(words("up"), many)
    #expect(cut == "up # " + many[..<34].joined(separator: "; ") + "\n")
  }

  @Test func haproxyReadsEveryLineAsItWasMeant() throws {
    var generator = SeededGenerator(seed: 4)
    var buffer: [UInt8] = []
    for _ in 0..<5000 {
      let words = generator.words()
      let reasons = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
        let length = Int.random(in: 1...60, using: &generator)
        return String(
          decoding: (0..<length).map { _ in
            UInt8.random(in: Bool.random(using: &generator) ? 0...255 : 32...126, using: &generator)
          },
          as: UTF8.self)
      }
      writeLine(words, reasons: reasons, into: &buffer)
      #expect(buffer.count < 160 && buffer.last == 0x0A)
      #expect(buffer.dropLast().allSatisfy { (32...126).contains($0) && $0 != 34 })
      let read = try #require(HAProxyGrammar(buffer))
      #expect(read.words == words.filled(from: Words(health: .up)))
      #expect(read.skipped == [])
      let clean = reasons.map { reason in
        String(decoding: reason.utf8.map { (32...126).contains($0) && $0 != 34 ? $0 : 63 }, as: UTF8.self)
      }
      var unique: [String] = []
      for reason in clean where !unique.contains(reason) { unique.append(reason) }
      let joined = unique.joined(separator: "; ")
      let shown = read.shown ?? ""
      #expect(joined.drop { $0 == " " }.hasPrefix(shown))
      #expect(shown.utf8.count >= min(joined.utf8.count, 98) - joined.prefix { $0 == " " }.count)
    }
  }

  @Test func aWarmBufferIsReused() {
    var buffer: [UInt8] = []
    buffer.reserveCapacity(mostLineBytes)
    let address = buffer.withUnsafeBufferPointer { $0.baseAddress }
    let longest = Words(weightPercent: 256, maxconn: 2_147_483_647, administrative: .ready, health: .stopped)
    for _ in 0..<3 {
      writeLine(longest, reasons: (0..<50).map { "reason \($0)" }, into: &buffer)
      #expect(buffer.count <= mostLineBytes)
      #expect(buffer.withUnsafeBufferPointer { $0.baseAddress } == address)
    }
  }

  private func line(_ words: Words, _ reasons: [String]) -> String {
    var buffer = Array("what stood here before".utf8)
    writeLine(words, reasons: reasons, into: &buffer)
    return String(decoding: buffer, as: UTF8.self)
  }
}
