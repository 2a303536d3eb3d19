import Diagnostics
import Language
import Metrics
import Testing
import Text

@testable import Rules

/// What a rule file means beyond its rules: files and fragments, services, defaults.
@Suite struct LoaderTests {
  static let busy = "{name: busy, when: cpu.idle < 10%, reply: 50%}"

  @Test func whatIsLeftOutHasADefault() throws {
    let set = try ruleSet("rules: [\(Self.busy)]\n")
    #expect(set.interval == .seconds(1))
    #expect(set.stale == .seconds(3))
    #expect(set.readyFor == .seconds(60))
    #expect(set.agentSendTimeout == .milliseconds(200))
    #expect(set.roots == Roots())
    #expect(set.services.map { $0.name } == ["default"])
    #expect(set.services[0].addresses == [InternetAddress(.every, port: 9999)])
    #expect(set.services[0].allow == nil)
    #expect(set.rules[0].timing == RuleTiming())
    #expect(set.rules[0].reason == "busy")
    #expect(set.rules[0].damping == .seconds(10))
    #expect(try ruleSet("interval: 2s\n").stale == .seconds(6))
    #expect(try ruleSet("interval: 2s\nstale: 1s\n").stale == .seconds(1))
    #expect(
      try ruleSet("damping: 20s\nrules: [{weight: 20%}, {weight: 30%, damping: 5s}]\n").rules.map { $0.damping }
        == [.seconds(20), .seconds(5)])
  }

  /// The rules, and the default that is sent while none is active.
  @Test(arguments: [
    ("rules: [{reply: up}]", "up"),
    ("rules: [{reply: 50%}]", "100% up"),
    ("rules: [{weight: 50%}]", "100% up"),
    ("rules: [{reply: 50%, dry-run: true}]", "up"),
    ("rules: [{reply: 50%}]\ndefault: 80%", "80% up"),
    ("rules: [{reply: maxconn:30}]\ndefault: maxconn:200", "maxconn:200 up"),
    ("rules: [{reply: drain}]\ndefault: down", "down"),
    ("default: ready", "ready up"),
  ])
  func defaultsAreFilledIn(file: String, line: String) throws {
    #expect(try ruleSet(file + "\n").services[0].defaults.description == line)
  }

  @Test func aServicesDefaultReplacesThingByThing() throws {
    let set = try ruleSet(
      """
      rules: [{reply: 50% maxconn:30}]
      default: 90% maxconn:200
      services:
        a:
        b: {listen: ":1", default: maxconn:100}
        c: {listen: ":2", default: 80% down, rules: [{name: c, reply: stopped}]}
      """)
    #expect(
      set.services.map { $0.defaults.description } == [
        "90% maxconn:200 up", "90% maxconn:100 up", "80% maxconn:200 down",
      ])
  }

  @Test func aMaxconnHasToBeTakenBack() {
    #expect(codes("rules: [{reply: maxconn:30}]\n") == ["maxconnWithoutDefault"])
    #expect(codes("rules: [{maxconn: 20 * cpu.count}]\n") == ["maxconnWithoutDefault"])
    #expect(codes("rules: [{reply: maxconn:30, dry-run: true}]\n") == [])
    // Once for each rule, though two services lack the default, and not for the one that has it.
    let services = "services: {a: , b: {listen: ':1'}, c: {listen: ':2', default: maxconn:9}}\n"
    #expect(codes("rules: [{reply: maxconn:30}]\n\(services)") == ["maxconnWithoutDefault"])
    // A default with a mistake may be meant to.
    #expect(codes("default: maxconn\nrules: [{reply: maxconn:30}]\n") == ["badWord"])
  }

  @Test func servicesShareTheRulesOfTheFile() throws {
    let set = try ruleSet(
      """
      listen: ":7"
      allow: 10.0.0.0/8
      rules: [\(Self.busy)]
      services:
        a:
        b: {listen: [":8", "127.0.0.1:9"], allow: 192.0.2.1, agent-send: b, rules: [{when: load.1m > 4, reply: 1%}]}
        c: {agent-send: c}
      """)
    #expect(set.services.map { $0.rules } == [[0], [0, 1], [0]])
    #expect(set.rules.map { $0.service } == [nil, "b"])
    #expect(set.services.map { $0.addresses.map { "\($0)" } } == [[":7"], [":8", "127.0.0.1:9"], [":7"]])
    #expect(set.services.map { $0.agentSend } == [nil, "b", "c"])
    #expect(set.services.map { $0.allow?.blocks.map { "\($0)" } } == [["10.0.0.0/8"], ["192.0.2.1"], ["10.0.0.0/8"]])
    #expect(set.services.map { $0.references.count } == [1, 2, 1])
  }

  @Test(arguments: [
    ("a: , b: ", ["sharedAddress"]),
    ("a: , b: {agent-send: b}", []),
    ("a: {agent-send: b}, b: {agent-send: b}", ["sharedAgentSend"]),
    ("a: {agent-send: b}, b: {agent-send: b, listen: ':1'}", []),
    ("a: {listen: [':1', ':2']}, b: {listen: [':3', ':2']}", ["sharedAddress"]),
    ("a: {listen: [':1', ':2']}, b: {listen: [':1', ':2']}", ["sharedAddress"]),
    ("a: {listen: ':1'}, b: {listen: '127.0.0.1:1'}", []),
    ("a: , b: , c: ", ["sharedAddress", "sharedAddress"]),
    ("a: , b: {listen: 7}", ["badAddress"]),
    ("a: , b: {listen: {}}", ["wrongShape"]),
  ])
  func addressesAreSharedByAgentSend(services: String, expected: [String]) {
    #expect(codes("services: {\(services)}\n") == expected)
  }

  @Test func rulesWithoutANameAreNamed() throws {
    let set = try ruleSet(
      """
      rules:
        - reply: up
        - {when: cpu.idle<10%, reply: up}
        - {name: " third ", reply: up}
      services:
        a: {listen: ":1", rules: [{reply: up}]}
        b: {listen: ":2", rules: [{reply: up}]}
      """)
    #expect(set.rules.map { $0.name } == ["rule 1", "cpu.idle < 10%", "third", "rule 4", "rule 4"])
  }

  @Test(arguments: [
    ("rules: [{name: a, reply: up}, {name: a, reply: up}]", ["duplicateRuleName"]),
    ("rules: [{when: cpu.idle < 1%, reply: up}, {when: cpu.idle<1%, reply: up}]", ["duplicateRuleName"]),
    ("rules: [{name: rule 2, reply: up}, {reply: up}]", ["duplicateRuleName"]),
    ("rules: [{name: a, reply: up}]\nservices: {s: {rules: [{name: a, reply: up}]}}", ["duplicateRuleName"]),
    ("services: {s: {rules: [{name: a, reply: up}]}, t: {listen: ':1', rules: [{name: a, reply: up}]}}", []),
    // Shared by two services, complained about once.
    ("rules: [{name: a, reply: up}, {name: a, reply: up}]\nservices: {s: , t: {listen: ':1'}}", ["duplicateRuleName"]),
  ])
  func namesAreUniqueWithinAService(file: String, expected: [String]) {
    #expect(codes(file + "\n") == expected)
  }

  // MARK: Fragments

  @Test func fragmentsAreAddedInTheOrderOfThePatterns() throws {
    let set = try ruleSet(
      """
      include: [z.yaml, conf.d/*.yaml, a.yaml]
      rules: [{name: main, reply: up}]
      """,
      [
        "a.yaml": "rules: [{name: a, reply: up}]", "z.yaml": "rules: [{name: z, reply: up}]",
        "conf.d/2.yaml": "rules: [{name: two, reply: up}]", "conf.d/10.yaml": "rules: [{name: ten, reply: up}]",
        "conf.d/none.txt": "nonsense", "conf.d/empty.yaml": "", "conf.d/comments.yaml": "# nothing yet\n",
      ])
    #expect(set.rules.map { $0.name } == ["main", "z", "ten", "two", "a"])
  }

  @Test func namesMayStandInAnyFile() throws {
    let set = try ruleSet(
      "include: b.yaml\nmetrics: {one: two}\nrules: [{when: three < 10%, reply: up}]\n",
      ["b.yaml": "metrics: {two: cpu.idle, three: one}\nservices: {s: {rules: [{when: one < 5%, reply: down}]}}"])
    #expect(set.services.map { $0.name } == ["s"])
    #expect(set.declaredMetrics.map { $0.name } == ["one", "two", "three"])
  }

  @Test func pathsAreRelativeToTheFile() {
    let files = MemoryFiles(["etc/conf.d/a.yaml": "rules: [{nam: a, reply: up}]"])
    for include in ["conf.d/*.yaml", "./conf.d/a.yaml", "conf.d/a.yaml"] {
      let source = Source(name: "etc/rules.yaml", bytes: Array("include: \(include)\n".utf8))
      let found = loadRules(source, in: files).diagnostics
      #expect(found.map { $0.finding.code } == ["unknownKey"])
      #expect(found.map { $0.source.name } == ["etc/conf.d/a.yaml"])
    }
    let source = Source(name: "etc/rules.yaml", bytes: Array("include: /a.yaml\n".utf8))
    #expect(loadRules(source, in: MemoryFiles(["/a.yaml": ""])).ruleSet != nil)
  }

  @Test(arguments: [
    ("include: a.yaml", ["unreadableInclude"]),
    ("include: a*.yaml", []),
    ("include: [b.yaml, b.yaml]", ["includedTwice"]),
    ("include: [b.yaml, 'b*.yaml']", ["includedTwice"]),
    ("include: rules.yaml", ["includesItself"]),
    ("include: '*.yaml'", ["includesItself"]),
    ("include: []", ["emptyList"]),
    ("include: ''", ["unreadableInclude"]),
    ("include: c.yml", ["keyNotInFragment", "keyNotInFragment"]),
    ("include: d.yml", ["wrongShape"]),
    ("include: e.yml", ["unclosedQuote"]),
  ])
  func includesAreChecked(file: String, expected: [String]) {
    let files = [
      "b.yaml": "rules: [{name: b, reply: up}]", "rules.yaml": "", "c.yml": "interval: 1s\ninclude: b.yaml",
      "d.yml": "- a", "e.yml": "rules: \"",
    ]
    #expect(codes(file + "\n", files) == expected)
  }

  @Test func bothPlacesOfADuplicateAreShown() throws {
    let outcome = loadRules(
      Source(name: "rules.yaml", bytes: Array("include: [a.yaml, b.yaml]\n".utf8)),
      in: MemoryFiles([
        "a.yaml": "metrics: {x: cpu.idle}\nrules: [{name: r, when: x < 1%, reply: up}]\nservices: {s: }",
        "b.yaml": "metrics: {x: cpu.busy}\nrules: [{name: r, reply: up}]\nservices: {s: }",
      ]))
    #expect(
      outcome.diagnostics.map { "\($0.finding.code) \($0.source.name) \($0.notes.map { $0.source.name })" } == [
        #"duplicateMetric b.yaml ["a.yaml"]"#, #"duplicateRuleName b.yaml ["a.yaml"]"#,
        #"duplicateService b.yaml ["a.yaml"]"#,
      ])
  }

  @Test func aFileThatCannotBeReadIsToldOnce() {
    let missing = loadRules(from: "no.yaml", in: MemoryFiles())
    #expect(missing.ruleSet == nil)
    #expect(missing.diagnostics.map { $0.finding.code } == ["unreadableFile"])
    #expect(missing.diagnostics[0].finding.message == "cannot read 'no.yaml': no such file or directory")
    let folder = loadRules(from: "fragments", in: FolderFiles(WrongFileTests.folder))
    #expect(folder.diagnostics.map { $0.finding.message } == ["cannot read 'fragments': it is a directory"])
    #expect(folder.diagnostics[0].finding.hint == "name a rule file in it")
  }

  // MARK: One complaint for one mistake

  @Test(arguments: [
    // What is missing of `metrics:` is not known.
    ("metrcs: {queue: load.1m}\nrules: [{when: queue > 5, reply: up}]", ["unknownKey"]),
    ("metrics: [queue]\nrules: [{when: queue > 5, reply: up}]", ["wrongShape"]),
    ("metrics: {queue-length: load.1m}\nrules: [{when: queue-length > 5, reply: up}]", ["nameMalformed"]),
    ("metrics: {queue: }\nrules: [{when: queue > 5, reply: up}]", ["emptyValue"]),
    ("metrics: {queue: [1]}\nrules: [{when: queue > 5, reply: up}]", ["wrongShape"]),
    ("include: a.yaml\nrules: [{when: queue > 5, reply: up}]", ["unreadableInclude"]),
    ("rules: [{when: queue > 5, reply: up}]\nmetrics: \"", ["unclosedQuote"]),
    // But a slip of the hand shows.
    ("metrcs: {queue: load.1m}\nrules: [{when: cpu.idel < 5%, reply: up}]", ["unknownKey", "unknownMetric"]),
    (
      "metrics: {memory: load.1m}\nrules: [{when: memory > 5 or memory.usd > 1G, reply: up}]",
      ["nameIsBuiltIn", "unknownMetric"]
    ),
    // What a rule with a wrong key says is not known, nor what one says that is cut short.
    ("rules: [{when: cpu.idle < 5%, rely: up}]", ["unknownKey"]),
    ("rules: [{when: cpu.idle < 5%, damping: 1m, wait: 5%}]", ["unknownKey"]),
    ("rules:\n  - when: cpu.idle < 5%\n    reply: \"", ["unclosedQuote"]),
    // Definitions that use wrong ones.
    ("metrics: {a: b + 1%, b: c, c: cpu.idel}\nrules: [{when: a < 5%, reply: up}]", ["unknownMetric"]),
    ("metrics: {a: b + 1%, b: c, c: a}\nrules: [{when: a < 5%, reply: up}]", ["cyclicDefinition"]),
    ("metrics: {a: a}\nrules: [{when: a < 5%, reply: up}]", ["cyclicDefinition"]),
    ("metrics: {a: b + memory.total, b: cpu.idle}\nrules: [{when: a < 5%, reply: up}]", ["mixedKinds"]),
    ("metrics: {a: \"max(b, c)\", b: cpu.idle, c: b < 1%}\nrules: [{when: a < 5%, reply: up}]", ["kindUnsuited"]),
  ])
  func consequencesAreNotComplainedAbout(file: String, expected: [String]) {
    #expect(codes(file + "\n") == expected)
  }
}
