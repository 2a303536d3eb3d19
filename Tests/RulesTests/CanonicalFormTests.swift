import Diagnostics
import Language
import TestSupport
import Testing

@testable import Rules

/// `check --print`: what is printed means the same, and printing that prints the same.
@Suite struct CanonicalFormTests {
  @Test(arguments: GoodFiles.all) func theCanonicalFormMeansTheSame(_ file: GoodFiles.File) throws {
    let original = try #require(file.load().ruleSet)
    let printed = original.canonicalForm
    let again = try ruleSet(printed)
    #expect(meaning(again) == meaning(original))
    #expect(again.canonicalForm == printed)
  }

  @Test func everythingIsSpelledOut() throws {
    let set = try ruleSet("rules:\n  - when: cpu.idle<10%\n    reply: DRAIN, 50%\n")
    #expect(
      set.canonicalForm == """
        listen:
          - ':9999'
        # allow: everyone
        interval: 1s
        stale: 3s
        ready-for: 1m
        agent-send-timeout: 200ms
        paths:
          proc: /proc
          sys: /sys
        rules:
          - name: cpu.idle < 10%
            when: cpu.idle < 10%
            for: 0s
            keep-for: 0s
            reply: 50% drain
            reason: cpu.idle < 10%
            unknown: hold
            dry-run: false
        default: 100% up

        """)
  }

  /// Whatever a name consists of, it comes back, and the file is one that YAML can read.
  @Test func anyTextSurvives() throws {
    let alphabet: [Unicode.Scalar] = [
      "a", "Z", "0", " ", " ", "'", "\"", "\\", ":", "#", "-", "?", "*", "&", "!", "|", ">", "%", "@", "`", "[", "]",
      "{",
      "}", ",", "~", ".", "ä", "中", "\u{1F600}", "\u{85}", "\u{A0}", "\u{2028}", "\u{FEFF}", "\u{301}", "\u{9F}",
    ]
    var generator = WarningPropertyTests.Generator(random: SeededGenerator(seed: 3))
    for _ in 0..<2000 {
      var name = String.UnicodeScalarView()
      for _ in 0...generator.below(12) { name.append(alphabet[generator.below(alphabet.count)]) }
      let escaped = name.map { scalar in
        let digits = String(scalar.value, radix: 16)
        return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      }.joined()
      guard let wanted = String(name).trimmedForTest else { continue }
      let original = try ruleSet("rules: [{name: \"\(escaped)\", reply: 50%}]\n")
      #expect(Array(original.rules[0].name.unicodeScalars) == Array(wanted.unicodeScalars))
      let again = try ruleSet(original.canonicalForm)
      #expect(Array(again.rules[0].name.unicodeScalars) == Array(wanted.unicodeScalars))
    }
  }

  @Test(arguments: [
    ("cpu.idle<10%", "cpu.idle < 10%"), ("  cpu . idle", nil), ("not(cpu.idle<-10%)", "not (cpu.idle < -10%)"),
    ("a\n  and\tb", "a and b"), ("-load.1m - -3*(2+ 1)>0", "-load.1m - -3 * (2 + 1) > 0"),
    ("min( cpu.idle ,cpu.user )<3%", "min(cpu.idle, cpu.user) < 3%"),
    ("filesystem ( \"/a  b\" ) .used > 1%", nil), ("filesystem(\"/a  b\").used>1%", "filesystem(\"/a  b\").used > 1%"),
    ("curve(cpu.idle,0%->-5,40%->100)>if(a,b,-1)", "curve(cpu.idle, 0% -> -5, 40% -> 100) > if(a, b, -1)"),
    ("avg(max(a,(b))over 1m30s)>-(3)", "avg(max(a, (b)) over 1m30s) > -(3)"),
    ("time.between( '22:30','05:15')or a", "time.between('22:30', '05:15') or a"),
  ])
  func expressionsAreTidied(written: String, tidy: String?) throws {
    guard let tidy else {
      #expect(throws: Finding.self) { try Expression(parsing: written) }
      return
    }
    #expect(try Expression(parsing: written).tidyText == tidy)
    #expect(try Expression(parsing: tidy).tidyText == tidy)
  }

  @Test(arguments: [
    "0s", "1ms", "200ms", "1s", "1m30s", "1h", "365d", "1d2h3m4s5ms", "0.000001ms", "1s0.5ms", "999.999999ms",
  ])
  func durationsSurvive(text: String) throws {
    let duration = try parseDuration(text)
    #expect(durationText(duration) == text)
  }
}

extension String {
  /// Without blanks at its ends; absent where nothing is left.
  fileprivate var trimmedForTest: String? {
    let trimmed = trimmed
    return trimmed.isEmpty ? nil : trimmed
  }
}

/// Everything that a rule set means, in lines.
func meaning(_ set: RuleSet) -> [String] {
  var lines = ["\(set.interval) \(set.stale) \(set.readyFor) \(set.agentSendTimeout) \(set.roots)"]
  for metric in set.declaredMetrics {
    switch metric.meaning {
    case .expression(let text): lines.append("metric \(metric.name) = \(text)")
    case .probe(let probe):
      lines.append(
        "metric \(metric.name) = \(probe.question) \(probe.field ?? "-") \(probe.expect ?? "-") \(probe.unit) \(probe.every)"
          + " \(probe.timeout) \(probe.stale)")
    }
  }
  func shown(_ computed: Computed?) -> String {
    computed.map { "\($0.text): \($0.checked.kind) \($0.checked)" } ?? "-"
  }
  for rule in set.rules {
    lines.append("rule '\(rule.name)' of \(rule.service ?? "all") because '\(rule.reason)' dry \(rule.isDryRun)")
    lines.append("  when \(shown(rule.when)) until \(shown(rule.until)) \(rule.timing)")
    lines.append("  \(rule.words) weight \(shown(rule.weight)) maxconn \(shown(rule.maxconn))")
    if rule.weight != nil { lines.append("  damping \(rule.damping)") }
  }
  for service in set.services {
    let allow = service.allow.map { "\($0.blocks)" } ?? "everyone"
    lines.append("service '\(service.name)' at \(service.addresses) for \(allow) by \(service.agentSend ?? "-")")
    lines.append("  rules \(service.rules) \(service.defaults) reads \(service.references)")
  }
  return lines
}
