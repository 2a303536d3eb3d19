import Diagnostics
import Language
import Metrics
import Testing
import YAML

@testable import Rules

/// Every limit of the rule file at its value and one beyond.
@Suite struct LoaderLimitTests {
  struct Row: CustomTestStringConvertible, Sendable {
    let limit: String
    let code: String
    let file: @Sendable (_ beyond: Int) -> String
    var testDescription: String { limit }
  }

  static let rows = [
    Row(limit: "bytes of a file", code: "fileTooLarge") { beyond in
      let rules = "rules: [{when: cpu.idle < 10%, reply: 50%}]\n#"
      return rules + String(repeating: "x", count: YAML.Limits.fileBytes - rules.utf8.count + beyond)
    },
    Row(limit: "rules", code: "tooManyRules") { beyond in
      "rules:\n" + (0..<maximumRuleCount + beyond).map { "  - {name: \($0), reply: up}\n" }.joined()
    },
    Row(limit: "rules of services", code: "tooManyRules") { beyond in
      let own = (0..<maximumRuleCount / 2 + beyond).map { "      - {name: own \($0), reply: up}\n" }.joined()
      let shared = (0..<maximumRuleCount / 2).map { "  - {name: \($0), reply: up}\n" }.joined()
      return "services:\n  web:\n    rules:\n\(own)rules:\n\(shared)"
    },
    Row(limit: "services", code: "tooManyServices") { beyond in
      "services:\n" + (0..<maximumServiceCount + beyond).map { "  s\($0): {agent-send: s\($0)}\n" }.joined()
    },
    Row(limit: "probes", code: "tooManyProbes") { beyond in
      let names = (0..<maximumProbeCount + beyond).map { "q\($0)" }
      return "metrics:\n" + names.map { "  \($0): {tcp: '127.0.0.1:1'}\n" }.joined()
        + "rules:\n" + names.map { "  - {when: not \($0).ok, reply: up}\n" }.joined()
    },
    Row(limit: "bytes of a service's name", code: "badServiceName") { beyond in
      "services:\n  \(String(repeating: "s", count: maximumServiceNameBytes + beyond)):\n"
    },
    Row(limit: "bytes of a rule's name", code: "textTooLong") { beyond in
      "rules: [{name: \(String(repeating: "n", count: 200 + beyond)), reply: up}]\n"
    },
    Row(limit: "bytes of a reason", code: "textTooLong") { beyond in
      "rules: [{reason: \(String(repeating: "ä", count: 100))\(String(repeating: "r", count: beyond)), reply: up}]\n"
    },
    Row(limit: "bytes of agent-send", code: "textTooLong") { beyond in
      "services: {web: {agent-send: \(String(repeating: "a", count: 254 + beyond))}}\n"
    },
    Row(limit: "bytes of an expression", code: "expressionTooLong") { beyond in
      let expression = "cpu.idle < 10%"
      let blanks = String(repeating: " ", count: longestExpression - expression.utf8.count + beyond)
      return "rules: [{name: a, when: 'cpu.idle\(blanks) < 10%', reply: up}]\n"
    },
    Row(limit: "weight", code: "badWord") { "rules: [{reply: \(256 + $0)%}]\n" },
    Row(limit: "computed weight", code: "weightOutOfRange") { "rules: [{weight: \(256 + $0)%}]\n" },
    Row(limit: "computed weight, below", code: "weightOutOfRange") { "rules: [{weight: \(1 - $0)%}]\n" },
    Row(limit: "maxconn", code: "badWord") { "rules: [{reply: maxconn:\(2_147_483_647 + $0)}]\ndefault: maxconn:1\n" },
    Row(limit: "computed maxconn, below", code: "maxconnTooSmall") {
      "rules: [{maxconn: \(1 - $0)}]\ndefault: maxconn:1\n"
    },
    Row(limit: "port", code: "badAddress") { "listen: ':\(65535 + $0)'\n" },
    Row(limit: "port, below", code: "badAddress") { "listen: ':\(1 - $0)'\n" },
    Row(limit: "application's port", code: "notAPort") { "server-port: \(65535 + $0)\n" },
    Row(limit: "application's port, below", code: "notAPort") { "server-port: \(1 - $0)\n" },
    Row(limit: "percentage at a start", code: "notAPercent") { "arrival: {from: \(100 + $0)%}\n" },
    Row(limit: "percentage at a start, below", code: "notAPercent") { "arrival: {from: \(1 - $0)%}\n" },
    Row(limit: "words of a command", code: "notAList") {
      probe("exec: [/bin/true\(String(repeating: ", x", count: mostArguments - 1 + $0))]")
    },
    Row(limit: "bytes of a command's word", code: "textTooLong") {
      probe("exec: [/bin/true, \(String(repeating: "x", count: mostArgumentBytes + $0))]")
    },
    Row(limit: "bytes of a field", code: "textTooLong") {
      probe("exec: /bin/true, field: \(String(repeating: "x", count: mostFieldBytes + $0))")
    },
    Row(limit: "bytes of an expected text", code: "textTooLong") {
      probe("tcp: '127.0.0.1:1', expect: \(String(repeating: "x", count: mostExpectedBytes + $0))")
    },
    Row(limit: "bytes of a text to send", code: "textTooLong") {
      probe("tcp: '127.0.0.1:1', send: \(String(repeating: "x", count: mostSentBytes + $0))")
    },
    Row(limit: "bytes of a host's name", code: "badDestination") {
      probe("tcp: '\(String(repeating: "x", count: 253 + $0)):1'")
    },
    Row(limit: "bytes of a socket's path", code: "badURL") {
      probe("http: 'unix:/\(String(repeating: "x", count: Destination.longestSocketPath - 1 + $0)):/'")
    },
    Row(limit: "bytes of a group's name", code: "textTooLong") {
      "control-group: \(String(repeating: "g", count: Key.longestGroupName + $0))\nrules: [{reply: up}]\n"
    },
    Row(limit: "prefix", code: "badNetwork") { "allow: 10.0.0.1/\(32 + $0)\n" },
  ]

  /// A rule file with this probe.
  private static func probe(_ text: String) -> String {
    "metrics:\n  q: {\(text)}\nrules: [{when: q.ok, reply: 50%}]\n"
  }

  @Test(arguments: rows) func theLimitItselfIsAllowed(_ row: Row) {
    #expect(codes(row.file(0)) == [])
    #expect(codes(row.file(1)) == [row.code])
  }

  /// What is made of texts that may be longer: the name of a rule, words of the user in a message.
  @Test(arguments: [0, 1])
  func textsAreCut(beyond: Int) throws {
    let start = "cpu.idle < 10."
    let condition = start + String(repeating: "0", count: mostNameBytes - start.utf8.count - 1 + beyond) + "%"
    let name = try ruleSet("rules: [{when: \(condition), reply: 50%}]\n").rules[0].name
    #expect(name == String(condition.prefix(mostNameBytes)) && name.utf8.count == mostNameBytes)
    let text = String(repeating: "x", count: String.mostRepeated + beyond)
    #expect(text.shortened == (beyond == 0 ? text : text.prefix(String.mostRepeated - 3) + "..."))
  }

  @Test func rulesOfFragmentsCount() {
    let main = "include: more.yaml\nrules:\n" + (1..<maximumRuleCount).map { "  - {name: \($0), reply: up}\n" }.joined()
    #expect(codes(main, ["more.yaml": "rules: [{name: a, reply: up}]\n"]) == [])
    #expect(codes(main, ["more.yaml": "rules: [{name: a, reply: up}, {name: b, reply: up}]\n"]) == ["tooManyRules"])
  }

  /// A rule that asks what differs from service to service counts once for each, any other once.
  @Test func rulesOfServicesCount() {
    let services = "services:\n" + (1...20).map { "  s\($0): {listen: \":\($0)\"}\n" }.joined()
    func file(_ count: Int) -> String {
      "\(services)rules:\n  - {name: few, when: balancers.count < 2, reply: up}\n"
        + (0..<count).map { "  - {name: \($0), reply: up}\n" }.joined()
    }
    #expect(codes(file(maximumRuleCount - 20)) == [])
    #expect(codes(file(maximumRuleCount - 19)) == ["tooManyRules"])
  }

  /// Few lines can stand for much. A name counts with all of its parts wherever it is used.
  @Test func partsOfRulesCount() {
    func file(_ large: Int, _ small: Int) -> String {
      let hundred = (0..<100).map { _ in "cpu.idle" }.joined(separator: "+")
      return
        "metrics:\n  hundred: \(hundred)\n  thousand: \((0..<10).map { _ in "hundred" }.joined(separator: "+"))\nrules:\n"
        + (0..<large).map { "  - {name: l\($0), when: thousand > 50%, reply: up}\n" }.joined()
        + (0..<small).map { "  - {name: s\($0), when: cpu.idle > 50%, reply: up}\n" }.joined()
    }
    // A thousand metrics, a sign between each two, a constant and a comparison; one metric, a constant and a comparison.
    let (large, small) = (maximumPartCount / 2001, maximumPartCount % 2001 / 3)
    #expect(codes(file(large, small)) == [])
    #expect(codes(file(large, small + 1)) == ["tooManyParts"])
    #expect(codes(file(2 * large, 1)) == ["tooManyParts"])
  }

  /// A rule that is bound to each service counts as often.
  @Test func partsOfBoundRulesCount() {
    let sum = (0..<500).map { _ in "balancers.count" }.joined(separator: "+")
    func file(_ services: Int) -> String {
      "services:\n" + (1...services).map { "  s\($0): {listen: \":\($0)\"}\n" }.joined()
        + "rules: [{name: few, when: \"\(sum.prefix(4000 / 16 * 16 - 1)) < 2\", reply: up}]\n"
    }
    #expect(codes(file(900)) == [])
    #expect(codes(file(1000)) == ["tooManyParts"])
  }

  /// Every duration at both ends and beyond each.
  @Test(
    arguments: Key.all.filter { if case .duration = $0.shape { true } else { false } }.map { "\($0.place):\($0.name)" })
  func durationsHaveEnds(_ key: String) throws {
    let parts = key.split(separator: ":").map { String($0) }
    let entry = try #require(Key.all.first { "\($0.place)" == parts[0] && $0.name == parts[1] })
    guard case .duration(let least, let greatest) = entry.shape else { return }
    func codesOf(_ value: String) -> [String] {
      let line = "\(entry.name): \(value)"
      let text =
        switch entry.place {
        case .rule: "rules: [{weight: 50%, \(line)}]\n"
        case .arrival: "arrival: {\(line)}\n"
        case .probe: "metrics: {q: {tcp: \"127.0.0.1:1\", \(entry.name == "timeout" ? "every: 1d, " : "")\(line)}}\n"
        default: "\(line)\n"
        }
      let harmless = ["shortDamping", "unusedMetric", "timeoutBeyondEvery", "onStopForNothing"]
      return codes(text).filter { !harmless.contains($0) }
    }
    let step = Duration.milliseconds(1)
    #expect(codesOf(durationText(least)) == [])
    #expect(codesOf(durationText(greatest)) == [])
    if least > .zero { #expect(codesOf(durationText(least - step)) == ["durationOutOfRange"]) }
    // Beyond the longest of all durations it is none.
    let isLongest = greatest == .seconds(longestDurationDays * 86400)
    #expect(codesOf(durationText(greatest + step)) == [isLongest ? "durationTooLong" : "durationOutOfRange"])
  }

  /// Thousands of definitions that build on each other, wrong at the far end: one complaint, and no stack that overflows.
  @Test func chainsOfDefinitionsEnd() {
    let chain = (0..<5000).map { "  m\($0): m\($0 + 1) + 1%\n" }.joined()
    #expect(codes("metrics:\n\(chain)  m5000: cpu.idel\n") == ["unknownMetric"])
    #expect(codes("metrics:\n\(chain)  m5000: cpu.idle\n") == ["nestedTooDeeply"])
    #expect(codes("metrics:\n\(chain)  m5000: m0\n") == ["nestedTooDeeply"])
  }
}
