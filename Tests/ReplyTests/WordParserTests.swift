import Reply
import TestSupport
import Testing

@Suite struct WordParserTests {
  @Test(arguments: [
    ("50%", Words(weightPercent: 50)),
    ("0%", Words(weightPercent: 0)),
    ("256%", Words(weightPercent: 256)),
    ("050%", Words(weightPercent: 50)),
    ("drain", Words(administrative: .drain)),
    ("maint", Words(administrative: .maint)),
    ("ready", Words(administrative: .ready)),
    ("up", Words(health: .up)),
    ("down", Words(health: .down)),
    ("fail", Words(health: .fail)),
    ("stopped", Words(health: .stopped)),
    ("maxconn:30", Words(maxconn: 30)),
    ("maxconn:2147483647", Words(maxconn: 2_147_483_647)),
    ("DOWN", Words(health: .down)),
    ("MaxConn:7", Words(maxconn: 7)),
    (",, 50%,maxconn:30\tdrain ,up\n", Words(weightPercent: 50, maxconn: 30, administrative: .drain, health: .up)),
  ])
  func wordsAreUnderstood(_ text: String, _ expected: Words) {
    let parsed = ParsedWords(text)
    #expect(parsed.words == expected)
    #expect(parsed.mistakes == [])
    // And HAProxy agrees, which knows no line ends inside a line.
    let read = HAProxyGrammar(Array((text.filter { $0 != "\n" } + "\n").utf8))
    #expect(read?.words == expected)
    #expect(read?.skipped == [])
  }

  /// Every kind of mistake: the text with the marked bytes in «», and the fact.
  @Test(
    arguments: [
      ("«»", .empty),
      ("« ,\t»", .empty),
      ("«banana»", .unknownWord("banana", suggestion: nil)),
      ("50% «failed»", .unknownWord("failed", suggestion: "fail")),
      ("«Maintenance»", .unknownWord("Maintenance", suggestion: "maint")),
      ("«dwon»", .unknownWord("dwon", suggestion: "down")),
      ("«stop»", .unknownWord("stop", suggestion: "stopped")),
      ("«draining» up", .unknownWord("draining", suggestion: "drain")),
      ("«ü»", .unknownWord("ü", suggestion: nil)),
      ("«%»", .unknownWord("%", suggestion: nil)),
      ("«50%x»", .unknownWord("50%x", suggestion: "50%")),
      ("«5%5%»", .unknownWord("5%5%", suggestion: "5%")),
      ("«+5%»", .unknownWord("+5%", suggestion: "5%")),
      ("«50pct» up", .unknownWord("50pct", suggestion: "50%")),
      ("«50»", .bareNumber(percent: 50)),
      ("«50 %» up", .bareNumber(percent: 50)),
      ("«5000»", .bareNumber(percent: nil)),
      ("«50.5%»", .fractionalPercent(nearest: 51)),
      ("«50.4»", .fractionalPercent(nearest: 50)),
      ("«.5%»", .fractionalPercent(nearest: 1)),
      ("«-5%»", .negativePercent),
      ("«-5»", .negativePercent),
      ("«257%»", .percentTooLarge),
      ("«99999999999999999999%»", .percentTooLarge),
      ("«weight:20»", .absoluteWeight(percent: 20)),
      ("«weight:20%»", .absoluteWeight(percent: 20)),
      ("«WEIGHT=20»", .absoluteWeight(percent: 20)),
      ("«weight:»", .absoluteWeight(percent: nil)),
      ("«maxconn:0»", .zeroMaxconn),
      ("«maxconn:2147483648»", .maxconnTooLarge),
      ("«maxconn:99999999999999999999»", .maxconnTooLarge),
      ("«maxconn: 30» up", .malformedMaxconn(number: 30)),
      ("«maxconn 30» up", .malformedMaxconn(number: 30)),
      ("«maxconn:» up", .malformedMaxconn(number: nil)),
      ("«maxconn»", .malformedMaxconn(number: nil)),
      ("«maxconn=30»", .malformedMaxconn(number: 30)),
      ("«maxconn:-30»", .malformedMaxconn(number: 30)),
      ("«maxconn:+30»", .malformedMaxconn(number: 30)),
      ("«maxconn:many»", .malformedMaxconn(number: nil)),
      ("down «# disk full»", .commentSign),
      ("down«#disk full»", .commentSign),
      ("«# disk full»", .commentSign),
      ("up «down»", .saidTwice(.health, first: 0..<2)),
      ("10% up «20%»", .saidTwice(.weight, first: 0..<3)),
      ("maxconn:1 «maxconn:1»", .saidTwice(.maxconn, first: 0..<9)),
      ("drain «ready»", .saidTwice(.administrative, first: 0..<5)),
    ] as [(String, WordMistake.Fact)])
  func mistakesAreFoundInTheirPlace(_ marked: String, _ fact: WordMistake.Fact) {
    let (text, range) = unmark(marked)
    #expect(ParsedWords(text).mistakes == [WordMistake(fact, at: range)])
  }

  @Test func allMistakesAreFoundAndTheRestIsUnderstood() {
    let parsed = ParsedWords("50 failed down maxconn:0 # x 7")
    #expect(
      parsed.mistakes == [
        WordMistake(.bareNumber(percent: 50), at: 0..<2),
        WordMistake(.unknownWord("failed", suggestion: "fail"), at: 3..<9),
        WordMistake(.zeroMaxconn, at: 15..<24),
        WordMistake(.commentSign, at: 25..<30),
      ])
    #expect(parsed.words == Words(health: .down))
  }

  @Test func everyWordKnowsItsPlace() {
    let parsed = ParsedWords("50%, maxconn:3\tready")
    #expect(parsed.range(of: .weight) == 0..<3)
    #expect(parsed.range(of: .maxconn) == 5..<14)
    #expect(parsed.range(of: .administrative) == 15..<20)
    #expect(parsed.range(of: .health) == nil)
  }

  @Test func printedWordsAreReadBack() {
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<2000 {
      let words = generator.words()
      guard words != Words() else { continue }
      let parsed = ParsedWords("\(words)")
      #expect(parsed.words == words)
      #expect(parsed.mistakes == [])
    }
  }

  /// Whatever is accepted, HAProxy understands alike: no byte soup of word pieces gets through with another meaning.
  @Test func nothingIsAcceptedThatHAProxyReadsOtherwise() {
    var generator = SeededGenerator(seed: 3)
    let pieces = [
      "up", "down", "stopped", "fail", "ready", "drain", "maint", "maxconn:", "weight:", "%", " ", ",", "\t", "#", "0",
      "1",
      "50", "257", "-", "+", ".", ":", "é", "ed", "U",
    ]
    var accepted = 0
    for _ in 0..<50_000 {
      let text = (0..<Int.random(in: 1...5, using: &generator)).map { _ in pieces.randomElement(using: &generator)! }
        .joined()
      let parsed = ParsedWords(text)
      guard parsed.mistakes.isEmpty else { continue }
      accepted += 1
      let read = HAProxyGrammar(Array((text + "\n").utf8))
      #expect(read?.words == parsed.words, "\(text)")
      #expect(read?.skipped == [], "\(text)")
      #expect(read?.shown == nil)
    }
    #expect(accepted > 1000)
  }

  /// Takes «» out and tells where they were, in bytes.
  private func unmark(_ marked: String) -> (String, Range<Int>) {
    let parts = marked.split(omittingEmptySubsequences: false) { "«»".contains($0) }.map(String.init)
    precondition(parts.count == 3)
    let start = parts[0].utf8.count
    return (parts.joined(), start..<start + parts[1].utf8.count)
  }
}
