import Testing

@testable import Diagnostics

/// Shows a finding at the first place of `word` in a text.
private func shown(
  _ text: String, _ word: String, _ message: String = "wrong", severity: Severity = .error, hint: String? = nil,
  colour: Bool = false
) -> String {
  let source = Source(name: "web.yaml", bytes: Array(text.utf8))
  let finding = Finding(code: "test", severity: severity, message, at: place(of: word, in: text), hint: hint)
  return render(Diagnostic(finding, in: source), colour: colour)
}

private func place(of word: String, in text: String) -> Range<Int> {
  let bytes = Array(text.utf8)
  let wanted = Array(word.utf8)
  let start = bytes.indices.first { bytes[$0...].starts(with: wanted) }!
  return start..<start + wanted.count
}

/// What is shown for a range of some bytes.
private func shown(_ bytes: [UInt8], _ range: Range<Int>, hint: String? = nil) -> String {
  render(
    Diagnostic(Finding(code: "test", "wrong", at: range, hint: hint), in: Source(name: "f", bytes: bytes)),
    colour: false)
}

private func shown(_ text: String, _ range: Range<Int>, hint: String? = nil) -> String {
  shown(Array(text.utf8), range, hint: hint)
}

@Suite struct RendererTests {
  static let rules = """
    rules:
      - when: cpu.idel < 10%
        reply: 50%

    """

  @Test func theWordIsMarkedAndTheHintStandsBehind() {
    #expect(
      shown(Self.rules, "cpu.idel", "unknown metric 'cpu.idel'", hint: "did you mean 'cpu.idle'?") == """
        web.yaml:2:11: error: unknown metric 'cpu.idel'
          2 |   - when: cpu.idel < 10%
            |           ^~~~~~~~ did you mean 'cpu.idle'?

        """)
  }

  @Test func withoutAHintThereIsOnlyTheMark() {
    #expect(
      shown(Self.rules, "%", severity: .warning) == """
        web.yaml:2:24: warning: wrong
          2 |   - when: cpu.idel < 10%
            |                        ^

        """)
  }

  @Test func aHintOfSeveralLinesIsIndentedUnderItsFirst() {
    #expect(
      shown(Self.rules, "50%", hint: "write one of\n  50%\n  drain") == """
        web.yaml:3:12: error: wrong
          3 |     reply: 50%
            |            ^~~ write one of
            |                  50%
            |                  drain

        """)
  }

  @Test func coloursAreThoseOfCompilers() {
    #expect(
      shown("a: b", "b", "no", hint: "yes", colour: true)
        == "\u{1B}[1mweb.yaml:1:4: \u{1B}[1;31merror: \u{1B}[0m\u{1B}[1mno\u{1B}[0m\n"
        + "  1 | a: b\n    |    \u{1B}[1;31m^\u{1B}[0m yes\n")
  }

  @Test func notesFollowInOneGutter() {
    let text = "a: 1\n" + String(repeating: "#\n", count: 97) + "b: 2\na: 3\n"
    let source = Source(name: "web.yaml", bytes: Array(text.utf8))
    let other = Source(name: "db.yaml", bytes: Array("\tname: a\n".utf8))
    let diagnostic = Diagnostic(
      Finding(code: "test", "duplicate 'a'", at: text.utf8.count - 5..<text.utf8.count - 4), in: source,
      notes: [.init("first used here", in: source, at: 0..<1), .init("and here", in: other, at: 7..<8)])
    #expect(
      render(diagnostic, colour: false) == """
        web.yaml:100:1: error: duplicate 'a'
          100 | a: 3
              | ^
        web.yaml:1:1: note: first used here
            1 | a: 1
              | ^
        db.yaml:1:8: note: and here
            1 | \tname: a
              | \t      ^

        """)
  }

  @Test func tabsAreCopiedIntoTheMarkLine() {
    #expect(shown("a:\tb\tc", 5..<6) == "f:1:6: error: wrong\n  1 | a:\tb\tc\n    |   \t \t^\n")
  }

  @Test func columnsCountCodePoints() {
    #expect(shown("nämé: größe x", "größe") == "web.yaml:1:7: error: wrong\n  1 | nämé: größe x\n    |       ^~~~~\n")
  }

  struct Place: Sendable {
    let text: String
    let range: Range<Int>
    let expected: String
    init(_ text: String, _ range: Range<Int>, _ expected: String) {
      (self.text, self.range, self.expected) = (text, range, expected)
    }
  }

  static let places = [
    Place("ab\ncd\n", 1..<5, "f:1:2: error: wrong\n  1 | ab\n    |  ^\n"),  // over two lines: the first one's part
    Place("ab\ncd\n", 2..<5, "f:1:3: error: wrong\n  1 | ab\n    |   ^\n"),  // of which nothing is left
    Place("ab\ncd\n", 4..<4, "f:2:2: error: wrong\n  2 | cd\n    |  ^\n"),  // an empty range
    Place("ab\ncd\n", 6..<6, "f:2:3: error: wrong\n  2 | cd\n    |   ^\n"),  // the end, behind the last line feed
    Place("ab\ncd", 5..<5, "f:2:3: error: wrong\n  2 | cd\n    |   ^\n"),  // the end, without one
    Place("ab\ncd", 70..<90, "f:2:3: error: wrong\n  2 | cd\n    |   ^\n"),  // beyond the end
    Place("ab\ncd", 3..<90, "f:2:1: error: wrong\n  2 | cd\n    | ^~\n"),
    Place("ab\n", -4 ..< -2, "f:1:1: error: wrong\n  1 | ab\n    | ^\n"),  // before the start
    Place("", 0..<0, "f:1:1: error: wrong\n  1 |\n    | ^\n"),
    Place("\n\n", 1..<1, "f:2:1: error: wrong\n  2 |\n    | ^\n"),
    Place("a\r\nbc\r\n", 4..<6, "f:2:2: error: wrong\n  2 | bc\n    |  ^\n"),  // CR LF
    Place("a\r\nbc\r\n", 2..<3, "f:1:2: error: wrong\n  1 | a\n    |  ^\n"),  // the line feed of a CR LF
    Place("a\rbc\r", 3..<4, "f:2:2: error: wrong\n  2 | bc\n    |  ^\n"),  // CR
    Place("\u{FEFF}ab", 4..<5, "f:1:2: error: wrong\n  1 | ab\n    |  ^\n"),  // the byte order mark has no column
    Place("\u{FEFF}ab", 0..<0, "f:1:1: error: wrong\n  1 | ab\n    | ^\n"),
  ]

  @Test(arguments: places) func edges(_ place: Place) {
    #expect(shown(place.text, place.range) == place.expected)
  }

  @Test func whatATerminalWouldObeyIsReplacedOneForOne() {
    #expect(
      shown("a\u{1B}[2J\u{9B}\u{202E}b\u{7F}: c", "c")
        == "web.yaml:1:12: error: wrong\n  1 | a\u{FFFD}[2J\u{FFFD}\u{FFFD}b\u{FFFD}: c\n    |            ^\n")
    #expect(
      shown([0x61, 0xFF, 0xE2, 0x82, 0x62, 0x0A], 4..<5)
        == "f:1:5: error: wrong\n  1 | a\u{FFFD}\u{FFFD}\u{FFFD}b\n    |     ^\n")
  }

  @Test func namesMessagesAndHintsAreHarmlessToo() {
    let source = Source(name: "a\u{1B}]0;x\u{7}.yaml", bytes: [0x61])
    let finding = Finding(code: "test", "un\u{8}known\n'\t'", at: 0..<1, hint: "a\u{1B}b\nc")
    #expect(
      render(Diagnostic(finding, in: source), colour: false) == """
        a\u{FFFD}]0;x\u{FFFD}.yaml:1:1: error: un\u{FFFD}known\u{FFFD}'\u{FFFD}'
          1 | a
            | ^ a\u{FFFD}b
            |   c

        """)
  }

  @Test func aVeryLongLineIsShownAroundTheMark() {
    let line = (0..<100).map { "\($0 + 100)é" }.joined()  // 400 code points, 500 bytes
    let middle = shown(line, 250..<253, hint: "here").split(separator: "\n")
    #expect(middle[0] == "f:1:201: error: wrong")
    #expect(middle[1] == "  1 | ..." + (35..<75).map { "\($0 + 100)é" }.joined() + "...")
    #expect(middle[2] == "    |    " + String(repeating: " ", count: 60) + "^~~ here")
    let start = shown(line, 0..<3).split(separator: "\n")
    #expect(start[1] == "  1 | " + (0..<40).map { "\($0 + 100)é" }.joined() + "...")
    #expect(start[2] == "    | ^~~")
    let end = shown(line, 500..<500).split(separator: "\n")
    #expect(end[1] == "  1 | ..." + (60..<100).map { "\($0 + 100)é" }.joined())
    #expect(end[2] == "    |    " + String(repeating: " ", count: 160) + "^")
    let all = shown(line, 0..<500).split(separator: "\n")
    #expect(all[2] == "    | ^" + String(repeating: "~", count: 159))
  }

  @Test func theWidestLineIsShownWhole() {
    let line = String(repeating: "x", count: Excerpt.widestLine)
    #expect(shown(line, 0..<1) == "f:1:1: error: wrong\n  1 | \(line)\n    | ^\n")
    #expect(shown(line + "y", 0..<1).contains("x...\n"))
  }

  @Test func tenThousandFindingsOnOneLongLineAreNotQuadratic() {
    let source = Source(name: "f", bytes: Array(String(repeating: "é", count: 500_000).utf8))
    var output: [UInt8] = []
    let clock = ContinuousClock()
    let time = clock.measure {
      for index in 0..<10_000 {
        render(
          Diagnostic(Finding(code: "test", "wrong", at: index * 100..<index * 100 + 2), in: source), colour: false,
          into: &output)
        output.removeAll(keepingCapacity: true)
      }
    }
    // A line walked for each of them would be 10^10 steps: minutes, not seconds.
    #expect(time < .seconds(20))
  }
}
