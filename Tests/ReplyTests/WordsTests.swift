import Reply
import TestSupport
import Testing

@Suite struct WordsTests {
  @Test(arguments: [
    ("50%", "80%", "50%"),
    ("0%", "maxconn:30", "0% maxconn:30"),
    ("maxconn:30", "maxconn:200", "maxconn:30"),
    ("ready", "drain", "drain"),
    ("drain", "maint", "maint"),
    ("up", "stopped", "stopped"),
    ("fail", "stopped", "fail"),
    ("down", "fail", "down"),
    ("100% up", "50% drain", "50% drain up"),
    ("10% maxconn:9 ready down", "20% maxconn:3 maint up", "10% maxconn:3 maint down"),
  ])
  func theMostRestrictiveWordWins(_ one: String, _ other: String, _ result: String) {
    #expect(words(one).combined(with: words(other)) == words(result))
    #expect(words(other).combined(with: words(one)) == words(result))
  }

  @Test func combiningIsCommutativeAssociativeIdempotent() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<2000 {
      let (a, b, c) = (generator.words(), generator.words(), generator.words())
      #expect(a.combined(with: b) == b.combined(with: a))
      #expect(a.combined(with: b).combined(with: c) == a.combined(with: b.combined(with: c)))
      #expect(a.combined(with: a) == a)
      #expect(a.combined(with: Words()) == a)
      #expect(a.combined(with: b).things == a.things.union(b.things))
    }
  }

  @Test(arguments: [
    ("down", "100% up", "100% down"),
    ("50%", "100% maxconn:200 up", "50% maxconn:200 up"),
    ("50%", "10%", "50%"),
    ("drain", "ready up", "drain up"),
  ])
  func defaultsSpeakOnlyWhereNothingIsSaid(_ said: String, _ defaults: String, _ result: String) {
    #expect(words(said).filled(from: words(defaults)) == words(result))
  }

  @Test func whatContributedIsKnown() {
    let sent = words("10% drain down")
    #expect(words("10% up").things(agreeingWith: sent) == .weight)
    #expect(words("20% drain down").things(agreeingWith: sent) == [.administrative, .health])
    #expect(words("maxconn:5").things(agreeingWith: sent) == [])
    #expect(Words().things(agreeingWith: Words()) == [])
  }

  @Test(arguments: [
    (-3.0, 1), (0, 1), (0.99, 1), (1, 1), (29.999, 29), (30, 30), (2_147_483_646.5, 2_147_483_646),
    (1e300, 2_147_483_647),
  ])
  func computedMaxconnIsRoundedDownAndAtLeastOne(_ value: Double, _ maxconn: Int) {
    #expect(Words.maxconn(computed: value) == maxconn)
  }
}

/// The words of a text without mistakes.
func words(_ text: String) -> Words {
  let parsed = ParsedWords(text)
  precondition(parsed.mistakes.isEmpty, "'\(text)' has mistakes")
  return parsed.words
}
