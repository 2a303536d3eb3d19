import Diagnostics
import Language
import Metrics
import Testing

@testable import Rules

/// Warnings must be right: one that cries wolf is switched off. Each row is a rule's `when` and `until`, and the codes of
/// what is said about it.
@Suite struct WarningTests {
  struct Row: CustomTestStringConvertible, Sendable {
    let when: String
    let until: String?
    let codes: [RuleCode]
    var testDescription: String { until.map { "\(when) until \($0)" } ?? when }
    init(_ when: String, until: String? = nil, _ codes: RuleCode...) {
      (self.when, self.until, self.codes) = (when, until, codes)
    }
  }

  static let rows = [
    // Bounds of one quantity.
    Row("cpu.idle < 10% and cpu.idle > 20%", .neverHolds),
    Row("cpu.idle < 10% and cpu.idle >= 10%", .neverHolds),
    Row("cpu.idle <= 10% and cpu.idle >= 10%"),
    Row("cpu.idle < 10% or cpu.idle > 20%"),
    Row("10% > cpu.idle and 20% < cpu.idle", .neverHolds),
    Row("not (cpu.idle >= 10% or cpu.idle <= 20%)", .neverHolds),
    Row("not (cpu.idle >= 20% or cpu.idle <= 10%)"),
    Row("cpu.idle < 10% and cpu(0).idle > 20%"),
    Row("avg(cpu.idle over 10s) < 10% and avg(cpu.idle over 20s) > 20%"),
    Row("avg(cpu.idle over 10s) < 10% and avg(cpu.idle over 10s) > 20%", .neverHolds),
    Row("cpu.idle < 10% and (load.1m > 4 or cpu.idle > 20%)"),
    Row("cpu.idle < 10% and (cpu.idle > 30% or cpu.idle > 20%)", .neverHolds),
    // The same quantity asked in two ways is two quantities: the whole may change.
    Row("memory.available < 1G and memory.available > 50%"),
    // What cannot be.
    Row("cpu.idle > 100%", .neverHolds),
    Row("cpu.idle >= 100%"),
    Row("load.1m < 0", .neverHolds),
    Row("load.1m <= 0"),
    Row("load.1m > 400%"),
    Row("-load.1m > 1", .neverHolds),
    Row("load.1m - load.5m < 0"),
    Row("rate(load.tasks over 1m) < 0/s"),
    Row("min(cpu.idle, load.1m / cpu.count * 100%) > 100%", .neverHolds),
    Row("max(cpu.idle, load.1m / cpu.count * 100%) > 100%"),
    Row("if(load.1m > 4, 10%, 20%) > 20%", .neverHolds),
    Row("if(load.1m > 4, 10%, 20%) >= 20%"),
    Row("curve(cpu.idle, 0% -> 1, 50% -> 5) > 5", .neverHolds),
    Row("curve(cpu.idle, 0% -> 1, 50% -> 5) > 4"),
    Row("clamp(load.1m, 1, 3) > 3"),
    // Yes and no.
    Row("filesystem(\"/\").mounted and not filesystem(\"/\").mounted", .neverHolds),
    Row("filesystem(\"/\").mounted and not filesystem(\"/var\").mounted"),
    Row("known(cpu.idle) and not known(cpu.idle)", .neverHolds),
    Row("load.1m > load.5m and not load.1m > load.5m", .neverHolds),
    // Equality.
    Row("cpu.idle == 10%", .equalityOfMeasured),
    Row("not cpu.idle != 10%", .equalityOfMeasured),
    Row("cpu.idle == 0% or cpu.busy == 100%"),
    Row("load.running == 3"),
    Row("filesystem(\"/\").mounted == filesystem(\"/var\").mounted"),
    Row("avg(load.running over 10s) == 3", .equalityOfMeasured),
    // Hysteresis.
    Row("cpu.idle < 10%", until: "cpu.idle > 20%"),
    Row("cpu.idle < 10%", until: "cpu.idle >= 10%"),
    Row("cpu.idle < 10%", until: "cpu.idle > 5%", .untilOverlapsWhen),
    Row("cpu.idle <= 10%", until: "cpu.idle >= 10%", .untilOverlapsWhen),
    Row("cpu.idle < 10% and load.1m > 4", until: "cpu.idle > 5%", .untilOverlapsWhen),
    Row("cpu.idle < 10% and load.1m > 4", until: "cpu.idle > 20% or load.1m < 3"),
    Row("cpu.idle < 10% or load.1m > 4", until: "cpu.idle > 20% and load.1m < 3"),
    Row("cpu.idle < 10% or load.1m > 4", until: "cpu.idle > 20%"),
    Row("load.1m > 4 and filesystem(\"/\").mounted", until: "load.1m > 2 and not filesystem(\"/\").mounted"),
    Row("load.1m > 4 and filesystem(\"/\").mounted", until: "load.1m > 2", .untilOverlapsWhen),
    Row("cpu.idle < 10%", until: "avg(cpu.idle over 10s) > 5%"),
    Row("filesystem(\"/\").mounted", until: "filesystem(\"/\").mounted", .untilOverlapsWhen),
    // Windows.
    Row("avg(cpu.idle over 500ms) < 10%", .shortWindow),
    Row("avg(cpu.idle over 1s) < 10%"),
    Row("avg(min(cpu.idle over 100ms) over 10s) < 10%", .shortWindow),
  ]

  @Test(arguments: rows) func warningsAreExact(_ row: Row) {
    let until = row.until.map { "\n    until: \($0)" } ?? ""
    #expect(codes("rules:\n  - when: \(row.when)\(until)\n    reply: 50%\n") == row.codes.map { $0.rawValue })
  }

  /// A condition is looked at if it can hold in so many ways and no more.
  @Test(arguments: [0, 1])
  func conditionsHaveALimit(beyond: Int) {
    let ways = { (count: Int) in [String](repeating: "cpu.idle > 100%", count: count).joined(separator: " or ") }
    // 64 is 2 * 32 and 65 is 5 * 13.
    let product = beyond == 0 ? "(\(ways(2))) and (\(ways(32)))" : "(\(ways(5))) and (\(ways(13)))"
    for condition in [ways(Conjunction.limit + beyond), product] {
      #expect(codes("rules:\n  - {when: \(condition), reply: 50%}\n") == (beyond == 0 ? ["neverHolds"] : []))
    }
  }

  @Test func aHostIsAskedOnceForEachThing() {
    let file = """
      metrics:
        busy: disk("sdb").utilization
      rules:
        - {name: a, when: 'busy > 90% and disk("sdb").queue > 4', reply: 50%}
        - {name: b, when: 'disk("sda").queue > 4 or conntrack.used > 80%', reply: 50%}
        - {name: c, when: 'conntrack.used > 90% or network("eth7").up', reply: 50%}
        - {name: d, when: 'filesystem("/srv").used > 90% or filesystem("/opt").used > 90%', reply: 50%}
        - {name: e, when: 'disk("/dev/sda").queue > 4 or cpu(1).idle < 1% or cpu(2).idle < 1%', reply: 50%}
      """
    let outcome = loadRules(
      Source(name: "rules.yaml", bytes: Array(file.utf8)), in: MemoryFiles(), on: PlainHost())
    #expect(
      outcome.diagnostics.map { $0.finding.message } == [
        "this host has no disk 'sdb'; it has 'sda'",
        "'conntrack.used' has no percent on this host: no limit is set",
        "this host has no interface 'eth7'; it has 'eth0'",
        "this host has no path '/opt'; file systems are mounted at '/', '/var'",
        "this host has no processor 2; it has 0 to 1",
      ])
    #expect(codes(file) == [])
  }

  @Test func nothingIsSaidAboutNames() {
    let unused = "metrics: {idle: cpu.idle, also: idle}\nrules: [{when: load.1m > 4, reply: 50%}]\n"
    #expect(codes(unused) == ["unusedMetric", "unusedMetric"])
    let used = "metrics: {idle: cpu.idle, also: idle}\nrules: [{when: also < 4, reply: 50%, dry-run: true}]\n"
    #expect(codes(used) == [])
    // What a rule with a mistake would use is not known.
    #expect(codes("metrics: {idle: cpu.idle}\nrules: [{when: idle <, reply: 50%}]\n") == ["valueExpected"])
  }

  @Test(arguments: [
    ("reply: maxconn:30", "reply: 50%", 1), ("maxconn: 20 * cpu.count", "reply: 50%", 1),
    ("reply: maxconn:30", "reply: maxconn:20", 0), ("reply: maxconn:30", "maxconn: 20 * cpu.count", 0),
    ("reply: 50%", "reply: maxconn:30", 0), ("{reply: maxconn:30, dry-run: true}", "reply: 50%", 0),
    ("reply: maxconn:30", "{reply: maxconn:30, dry-run: true}", 1),
  ])
  func aMaxconnThatIsLeftBehindIsTold(before: String, after: String, count: Int) throws {
    func load(_ rule: String) throws -> RuleSet {
      let isDefaulted = rule.contains("maxconn") && !rule.contains("dry-run")
      let rule = rule.hasPrefix("{") ? rule : "{\(rule)}"
      return try ruleSet("\(isDefaulted ? "default: maxconn:200\n" : "")rules: [\(rule)]\n")
    }
    let warnings = reloadWarnings(from: try load(before), to: try load(after))
    #expect(warnings.count == count)
    for warning in warnings { #expect(warning.hasPrefix("service 'default' no longer speaks of maxconn")) }
  }
}
