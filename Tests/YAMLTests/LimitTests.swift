import Diagnostics
import TestSupport
import Testing

@testable import YAML

/// Every limit at its value and one beyond, and files that were made to hurt.
@Suite struct LimitTests {
  static func messages(_ text: String) -> [String] { parse(source(text)).findings.map { $0.message } }

  @Test func aFileOfTheLargestSizeIsRead() {
    let comment = "a: b\n#" + String(repeating: "x", count: Limits.fileBytes - 6)
    #expect(comment.utf8.count == Limits.fileBytes)
    #expect(Self.messages(comment) == [])
    let result = parse(source(comment + "x"))
    #expect(result.root == nil)
    #expect(result.findings.map { $0.code } == ["fileTooLarge"])
    #expect(result.findings[0].message == "the file is larger than 1048576 bytes")
  }

  @Test func levelsAreLimitedHoweverTheyAreMade() {
    let flow = { (levels: Int) in String(repeating: "[", count: levels) + String(repeating: "]", count: levels) }
    let block = { (levels: Int) in String(repeating: "- ", count: levels) + "a" }
    // The alias is within as many lists as it takes to go one too deep.
    let alias = { (levels: Int) in "a: &a [[b]]\nc: " + flow(levels - 3).replacing("[]", with: "[*a]") }
    for make in [flow, block, alias] {
      #expect(Self.messages(make(Limits.levels)) == [])
      #expect(
        Self.messages(make(Limits.levels + 1)) == ["lists and mappings are nested more than 64 levels deep"])
    }
  }

  @Test func valuesAreLimitedHoweverTheyAreMade() {
    let message = "the file has more than 300000 values, those that aliases repeat included"
    let list = { (values: Int) in "[" + String(repeating: "a,", count: values - 1) + "]" }
    #expect(Self.messages(list(Limits.values)) == [])
    #expect(Self.messages(list(Limits.values + 1)) == [message])
    // The root, two keys, a list of 999 and 299 aliases for it are 300,000 but for 998.
    let aliases = { (rest: Int) in
      "a: &a [" + String(repeating: "x,", count: 998) + "x]\nb: ["
        + String(repeating: "*a,", count: 298) + String(repeating: "x,", count: rest) + "]"
    }
    let used = 1 + 2 + 1000 + 1 + 298 * 1000
    #expect(Self.messages(aliases(Limits.values - used)) == [])
    #expect(Self.messages(aliases(Limits.values - used + 1)) == [message])
  }

  /// How much of a file a message repeats.
  @Test(arguments: [0, 1])
  func messagesEnd(beyond: Int) {
    let quote = String(repeating: "x", count: longestQuote)
    #expect(shortened(beyond == 0 ? quote : quote + "y") == (beyond == 0 ? quote : quote + "..."))
    let value = source(String(repeating: "x", count: longestSuggestion + beyond) + "\n")
    #expect(restOfValue(from: 0, isFlow: false, in: value) == 0..<longestSuggestion)
  }

  @Test func anAliasBombIsStopped() {
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<30 {
      bomb += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
    }
    #expect(parse(source(bomb)).findings.map { $0.code } == ["tooManyValues"])
  }

  /// Each of them in a fraction of a second; a quadratic step over a file of this size would take minutes.
  @Test(arguments: [
    "[", "{", "- ", "? ", "a: ", "!a ", "&a ", "*a ", "[a,", "{a,", "{a: (b,", "\"", "'", "'a' ", "{a: 'b", "|", "> ",
    "a\n", "a:\n", "#", "%", "-\n", "\t", " ", "\n", ":", "[!a,", "!a\n- ", "&a [*a, ", "“", "- “a\n", "- >5\n",
    "a: b: ", "a: b\n  ", "\"\\\n", "\u{A0}", "é", "[a: ", ",", "]", "\r", "a: |\n b\n", "- - a\n", "[*a,", "a b ",
    "{a: (b\n,c)}\n", "[{a,b: (c,d},", "- &a b\n- *a\n",
  ]) func aFileFullOfOneThingIsReadInTime(piece: String) {
    let text = String(repeating: piece, count: Limits.fileBytes / 4 / piece.utf8.count)
    let source = source(text)
    let clock = ContinuousClock()
    var count = 0
    let time = clock.measure { count = parse(source).findings.count }
    #expect(time < .seconds(20))
    #expect(count <= Limits.values + 1)
  }

  /// Damaged files: no crash, places within the file, an error wherever there is no whole tree.
  @Test func whateverIsWrongHasAPlace() throws {
    var generator = SeededGenerator(seed: 3)
    let pieces = Array("\t\n\r :-[]{},'\"#&*!|>%@`?\\aé“0\u{A0}\u{0}").map { Array(String($0).utf8) } + [[0xFF]]
    for name in GoldenTests.names {
      let whole = try GoldenTests.source(name).bytes
      for _ in 0..<40 {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          let start = Int.random(in: 0...bytes.count, using: &generator)
          let end = min(bytes.count, start + Int.random(in: 0...3, using: &generator))
          bytes.replaceSubrange(start..<end, with: pieces.randomElement(using: &generator)!)
        }
        let source = Source(name: name, bytes: bytes)
        let result = parse(source)
        let all = nodes(result.root)
        #expect(result.root != nil || !result.findings.isEmpty)
        #expect(all.allSatisfy { 0 <= $0.range.lowerBound && $0.range.upperBound <= bytes.count })
        #expect(all.allSatisfy { !$0.isBroken } || !result.findings.isEmpty)
        for finding in result.findings {
          #expect(0 <= finding.range.lowerBound && finding.range.upperBound <= bytes.count)
          #expect(!render(Diagnostic(finding, in: source), colour: false).isEmpty)
        }
        for node in all {
          guard case .scalar(let scalar) = node.content else { continue }
          let place = scalar.place(0..<scalar.text.utf8.count)
          #expect(node.range.lowerBound <= place.lowerBound && place.upperBound <= node.range.upperBound)
        }
      }
    }
  }
}
