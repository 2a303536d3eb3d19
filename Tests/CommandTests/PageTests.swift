import Testing

@testable import agentcheckd

private func page(_ appearance: Appearance = .plain, _ write: (inout Page) -> Void) -> String {
  var page = Page(appearance)
  write(&page)
  return page.text
}

@Suite struct Pages {
  @Test func columnsAreAlignedAndTheLastIsWrapped() {
    let text = page {
      $0.table([
        ["cpu.idle", "98.5%", "percent: doing nothing; time spent waiting for a device is iowait, not idle"],
        ["cpu.busiest", "3%", "percent: short"],
        ["cpu", "", "alone"],
      ])
    }
    #expect(
      text == """
          cpu.idle     98.5%  percent: doing nothing; time spent waiting for a device is
                              iowait, not idle
          cpu.busiest  3%     percent: short
          cpu                 alone

        """)
  }

  @Test func aWideCellHasALineOfItsOwn() {
    let text = page {
      $0.table([
        ["a", "1", "first"],
        ["a name that is wider than a column may ever be", "2", "second"],
        ["abc", "3", "third"],
      ])
    }
    #expect(
      text == """
          a    1  first
          a name that is wider than a column may ever be
               2  second
          abc  3  third

        """)
  }

  @Test func theWidestColumn() {
    let wide = String(repeating: "w", count: Page.widestColumn)
    let blanks = String(repeating: " ", count: Page.widestColumn + 1)
    #expect(page { $0.table([["a", "b"], [Phrase(wide), "c"]]) } == "  a\(blanks)b\n  \(wide)  c\n")
    #expect(page { $0.table([["a", "b"], [Phrase(wide + "w"), "c"]]) } == "  a  b\n  \(wide)w\n     c\n")
  }

  @Test func aLastColumnWithoutRoomBeginsOnTheNextLine() {
    let wide = String(repeating: "w", count: 30)
    let text = page { $0.table([[Phrase(wide), Phrase(wide), "what does not fit behind them any more, by far"]]) }
    #expect(text == "  \(wide)  \(wide)\n      what does not fit behind them any more, by far\n")
  }

  @Test func paragraphsAreWrapped() {
    let words = Array(repeating: "four", count: 40).joined(separator: " ")
    let lines = page { $0.paragraph(Phrase(words), indent: 2, hanging: 6) }.split(separator: "\n")
    #expect(lines.map { $0.count } == [76, 80, 55])
    #expect(lines[0].hasPrefix("  four") && lines[1].hasPrefix("      four"))
  }

  @Test func aLongWordIsNeverCut() {
    let path = "/" + String(repeating: "x", count: 100)
    #expect(page { $0.paragraph(Phrase("see \(path) there")) } == "see\n\(path)\nthere\n")
  }

  @Test func gapsAreSingle() {
    let text = page {
      $0.gap()
      $0.line("one")
      $0.gap()
      $0.gap()
      $0.line("two")
    }
    #expect(text == "one\n\ntwo\n")
  }

  @Test func emphasisIsShownWhereThereIsColour() {
    func write(_ page: inout Page) { page.table([[.bold("a"), "b", .dim("c")]], indent: 0) }
    #expect(page(.plain, write) == "a  b  c\n")
    #expect(
      page(Appearance(isColoured: true), write) == "\u{1B}[1ma\u{1B}[0m  b  \u{1B}[2mc\u{1B}[0m\n")
  }

  @Test func alignmentDoesNotCountColours() {
    let text = page(Appearance(isColoured: true)) { $0.table([[.bold("a"), "b"], ["cc", "d"]], indent: 0) }
    #expect(text == "\u{1B}[1ma\u{1B}[0m   b\ncc  d\n")
  }

  @Test func aTerminalCannotBeCommanded() {
    let evil = Phrase("50% \u{1B}[2J\r\n\u{202E}x\u{7F}")
    #expect(page { $0.line(evil) } == "50% ?[2J???x?\n")
    let stop = "\u{FFFD}"
    #expect(page(Appearance(isUnicode: true)) { $0.line(evil) } == "50% \(stop)[2J\(stop)\(stop)\(stop)x\(stop)\n")
  }

  @Test func whatALocaleHasNotIsReplaced() {
    #expect(page { $0.line("Überlast") } == "?berlast\n")
    #expect(page(Appearance(isUnicode: true)) { $0.line("Überlast") } == "Überlast\n")
  }
}

@Suite struct Appearances {
  struct Row: CustomTestStringConvertible, Sendable {
    let environment: [String: String]
    let isTerminal: Bool
    let expected: Appearance
    var testDescription: String { "\(environment) \(isTerminal)" }
  }

  @Test(arguments: [
    Row(environment: [:], isTerminal: true, expected: Appearance(isColoured: true)),
    Row(environment: [:], isTerminal: false, expected: .plain),
    Row(environment: ["NO_COLOR": "1"], isTerminal: true, expected: .plain),
    Row(environment: ["NO_COLOR": ""], isTerminal: true, expected: Appearance(isColoured: true)),
    Row(environment: ["TERM": "dumb"], isTerminal: true, expected: .plain),
    Row(environment: ["LANG": "C.UTF-8"], isTerminal: false, expected: Appearance(isUnicode: true)),
    Row(environment: ["LANG": "de_DE.utf8"], isTerminal: false, expected: Appearance(isUnicode: true)),
    Row(environment: ["LANG": "de_DE.ISO-8859-1"], isTerminal: false, expected: .plain),
    Row(environment: ["LANG": "C.UTF-8", "LC_ALL": "C"], isTerminal: false, expected: .plain),
    Row(environment: ["LANG": "C", "LC_CTYPE": "C.UTF-8"], isTerminal: false, expected: Appearance(isUnicode: true)),
    Row(environment: ["LANG": "C.UTF-8", "LC_ALL": ""], isTerminal: false, expected: Appearance(isUnicode: true)),
  ])
  func environmentDecides(_ row: Row) {
    #expect(Appearance(isTerminal: row.isTerminal) { row.environment[$0] } == row.expected)
  }
}
