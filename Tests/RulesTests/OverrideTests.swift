import Reply
import TestSupport
import Testing

@testable import Rules

private let anna = Override.Author(userID: 1000, name: "anna")

/// `every`, or the name of a service, as a scope.
private func scope(_ text: String) -> Override.Scope { text == "every" ? .every(except: []) : .service(text) }

private func override(_ words: String, _ of: String = "every", because reason: String? = nil, until seconds: Int? = nil)
  -> Override
{
  let expiry = seconds.map {
    Override.Expiry(instant: .seconds($0), wall: .seconds(1000 + $0), length: .seconds($0))
  }
  return Override(
    ParsedWords(words).words, of: scope(of), by: anna, because: reason, since: .seconds(1000), until: expiry)
}

/// Which override holds, thing by thing and service by service.
@Suite struct OverrideTests {
  struct Row: Sendable, CustomTestStringConvertible {
    /// `WORDS @SERVICE` forces, `-SERVICE` releases, `+SECOND` is when time has come so far.
    let steps: [String]
    /// What stands above `web` and `db`.
    let web: String, db: String
    var testDescription: String { steps.joined(separator: ", ") }
  }

  @Test(arguments: [
    Row(steps: ["0% @every"], web: "0%", db: "0%"),
    Row(steps: ["0% @web"], web: "0%", db: ""),
    Row(steps: ["0% @web", "drain @web"], web: "0% drain", db: ""),
    Row(steps: ["0% drain @web", "50% @web"], web: "50% drain", db: ""),
    Row(steps: ["0% @web", "50% down @every"], web: "50% down", db: "50% down"),
    Row(steps: ["0% down @every", "50% @web"], web: "50% down", db: "0% down"),
    Row(steps: ["0% @every", "-every"], web: "", db: ""),
    Row(steps: ["0% @every", "50% @web", "-web"], web: "", db: "0%"),
    Row(steps: ["0% @every", "-web", "drain @every"], web: "drain", db: "0% drain"),
    Row(steps: ["0% @every", "-web", "20% @every"], web: "20%", db: "20%"),
    Row(steps: ["0% @every 100", "50% @web 10", "+9"], web: "50%", db: "0%"),
    Row(steps: ["0% @every 100", "50% @web 10", "+10"], web: "0%", db: "0%"),
    Row(steps: ["0% @every 100", "50% @web 10", "+100"], web: "", db: ""),
    Row(steps: ["0% @web 10", "0% @web", "+99"], web: "0%", db: ""),
    Row(steps: ["0% @gone", "-gone"], web: "", db: ""),
  ])
  func theLatestWordHolds(_ row: Row) throws {
    var table = OverrideTable()
    for step in row.steps {
      if step.hasPrefix("+") {
        _ = table.expire(at: .seconds(Int(step.dropFirst())!))
      } else if step.hasPrefix("-") {
        _ = try table.release(step == "-every" ? nil : String(step.dropFirst()))
      } else {
        let parts = step.split(separator: "@")
        let target = parts[1].split(separator: " ")
        try table.force(override(String(parts[0]), String(target[0]), until: target.count > 1 ? Int(target[1]) : nil))
      }
    }
    #expect(table.direction(of: "web")?.words.description ?? "" == row.web)
    #expect(table.direction(of: "db")?.words.description ?? "" == row.db)
    #expect(table.nextExpiry == table.overrides.compactMap { $0.expiry?.instant }.min())
  }

  @Test func nothingIsReleasedInSilence() throws {
    var table = OverrideTable()
    #expect(throws: OverrideTable.Refusal.nothing) { _ = try table.release(nil) }
    try table.force(override("0%", "web"))
    #expect(throws: OverrideTable.Refusal.nothing) { _ = try table.release("db") }
    let ended = try table.release("web")
    #expect(ended == [override("0%", "web")])
    try table.force(override("0%"))
    _ = try table.release("web")
    #expect(throws: OverrideTable.Refusal.nothing) { _ = try table.release("web") }
  }

  @Test func aTableHasALimit() throws {
    var table = OverrideTable()
    for number in 0..<OverrideTable.mostOverrides { try table.force(override("0%", "s\(number)")) }
    let full = table
    #expect(throws: OverrideTable.Refusal.tooMany) { try table.force(override("0%", "one-more")) }
    #expect(table == full)
    // Another word in the place of one is no more than there were, and one of all replaces them.
    try table.force(override("10%", "s3"))
    try table.force(override("10%"))
    #expect(table.overrides.count == 1)
    for number in 0..<OverrideTable.mostReleased { _ = try table.release("s\(number)") }
    #expect(throws: OverrideTable.Refusal.tooManyReleased) { _ = try table.release("one-more") }
  }

  /// In another boot the wall clock decides, but never for longer than the time that was asked for.
  @Test(arguments: [
    (passed: 10, rest: 90), (passed: 0, rest: 100), (passed: 100, rest: 0), (passed: 5000, rest: 0),
    // Set back by a day.
    (passed: -86400, rest: 100),
  ])
  func anExpirySurvivesAReboot(passed: Int, rest: Int) throws {
    var table = OverrideTable()
    try table.force(override("0%", until: 100))
    let carried = table.carried(now: .seconds(7), wallNow: .seconds(1000 + passed))
    #expect(carried.nextExpiry == .seconds(7 + rest))
  }

  /// Whatever was forced and released, in any order: what stands above a service is what the latest words about it say.
  @Test func anyHistoryMeansWhatItSays() throws {
    var generator = SeededGenerator(seed: 11)
    let names = ["web", "db", "cache"]
    let words = ["0%", "50%", "drain", "maint", "maxconn:5", "down", "up 10%", "ready maxconn:9"]
    for _ in 0..<300 {
      var table = OverrideTable()
      var expected: [String: [(words: Words, ofAll: Bool)]] = [:]
      for _ in 0..<12 {
        let name = generator.next() % 3 == 0 ? "every" : names[Int(generator.next() % 3)]
        if generator.next() % 4 == 0 {
          _ = try? table.release(name == "every" ? nil : name)
          for service in names where name == "every" || name == service { expected[service] = [] }
        } else {
          let said = words[Int(generator.next() % UInt64(words.count))]
          try table.force(override(said, name))
          for service in names where name == "every" || name == service {
            expected[service, default: []].append((ParsedWords(said).words, name == "every"))
          }
        }
      }
      for service in names {
        var wanted = Words()
        for said in (expected[service] ?? []).reversed() { wanted = wanted.filled(from: said.words) }
        #expect(table.direction(of: service)?.words ?? Words() == wanted)
      }
      for override in table.overrides { #expect(override.words != Words()) }
    }
  }
}

/// Overrides, last words and arrivals in the line that HAProxy reads.
@Suite struct DirectionTests {
  static let rules = """
    rules:
      - {name: busy, when: cpu.idle < 10%, reply: "50%"}
      - {name: gone, when: load.1m > 9, reply: down}
    """

  @Test(arguments: [
    (nil, 5.0, "50% up # busy"),
    ("0%", 90.0, "0% up # forced by anna: bad disk"),
    // Replaced, not composed: an operator may also say more than the rules.
    ("80%", 5.0, "80% up # forced by anna: bad disk"),
    // The same word, but it is the operator's.
    ("50%", 5.0, "50% up # forced by anna: bad disk"),
    ("drain", 5.0, "50% drain up # forced by anna: bad disk; busy"),
    ("maxconn:7", 90.0, "100% maxconn:7 up # forced by anna: bad disk"),
    ("ready", 90.0, "100% ready up # forced by anna: bad disk"),
    ("stopped", 5.0, "50% stopped # forced by anna: bad disk; busy"),
  ])
  func anOverrideReplacesThingByThing(words: String?, idle: Double, line: String) throws {
    var bench = try Bench(Self.rules)
    var table = OverrideTable()
    if let words { try table.force(override(words, because: "bad disk")) }
    #expect(bench.line(at: 1, ["cpu.idle": idle, "load.1m": 0], settled: false) == "")
    _ = bench.judge.direct([table.direction(of: "default")], at: .seconds(1))
    #expect(bench.line(at: 1, [:], settled: false) == "", "nothing is said before it was measured")
    #expect(bench.line(at: 2, ["cpu.idle": idle, "load.1m": 0]) == line)
    // It is taken back, the weight with 100%.
    let hasNews = bench.judge.direct([nil], at: .seconds(3))
    #expect(hasNews == (words != nil))
    #expect(bench.line(at: 3, ["cpu.idle": 90, "load.1m": 0]) == "100% up")
  }

  @Test func aForcedWeightOfAServiceWithoutWeightsIsTakenBack() throws {
    var bench = try Bench("rules: [{name: gone, when: load.1m > 9, reply: down}]")
    #expect(bench.line(at: 0, ["load.1m": 0]) == "up")
    let forced = Direction(Words(weightPercent: 0), reasons: ["forced by anna"])
    var hasNews = bench.judge.direct([forced], at: .seconds(1))
    #expect(hasNews && bench.line(at: 1, ["load.1m": 0]) == "0% up # forced by anna")
    hasNews = bench.judge.direct([forced], at: .seconds(1))
    #expect(!hasNews)
    _ = bench.judge.direct([nil], at: .seconds(2))
    #expect(bench.line(at: 2, ["load.1m": 0]) == "100% up")
  }

  /// Whose words they are: (on-stop, forced, what is said).
  @Test(arguments: [
    ("0%", nil, "0% up # leaving"), ("drain", "50%", "50% drain up # leaving; forced by anna"),
    ("0%", "50%", "0% up # leaving; forced by anna"),
    ("100% ready", "0% maint", "0% maint up # leaving; forced by anna"),
    ("down", "up", "50% down # leaving; forced by anna; busy"),
  ])
  func lastWordsStandAboveAll(onStop: String, forced: String?, line: String) throws {
    var bench = try Bench(Self.rules)
    _ = bench.line(at: 1, ["cpu.idle": 5, "load.1m": 0])
    let above = forced.map { Direction(ParsedWords($0).words, reasons: ["forced by anna"]) }
    _ = bench.judge.direct([.leaving(ParsedWords(onStop).words, over: above)], at: .seconds(2))
    #expect(bench.line(at: 2, ["cpu.idle": 5, "load.1m": 0]) == line)
  }
}

@Suite struct ArrivalTests {
  @Test(arguments: [
    (0, 10), (1, 10), (16, 10), (17, 15), (150, 55), (299, 95), (300, 100), (301, 100), (600, 190), (819, 255),
    (820, nil), (100_000, nil), (-5, 10),
  ])
  func theLimitRisesInSteps(second: Int, limit: Int?) {
    let arrival = Arrival(fromPercent: 10, over: .seconds(300), after: .daemon)
    #expect(arrival.limit(at: .seconds(5000 + second), daemonStartedAt: .seconds(5000)) == limit)
    let host = Arrival(fromPercent: 10, over: .seconds(300), after: .host)
    #expect(host.limit(at: .seconds(second), daemonStartedAt: .seconds(5000)) == limit)
  }

  @Test(arguments: [
    Arrival(fromPercent: 100, over: .seconds(9), after: .host), .init(fromPercent: 1, over: .zero, after: .host),
  ])
  func thereMayBeNone(_ arrival: Arrival) { #expect(arrival.limit(at: .zero, daemonStartedAt: .zero) == nil) }

  /// The limit never falls, and is never below the floor.
  @Test func theLimitIsMonotonic() {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<100 {
      let floor = 1 + Int(generator.next() % 100)
      let arrival = Arrival(fromPercent: floor, over: .seconds(1 + Int(generator.next() % 86400)), after: .host)
      var before = floor
      for step in 0..<200 {
        let limit = arrival.limit(at: arrival.over * step / 66, daemonStartedAt: .zero) ?? 256
        #expect(limit >= before && (limit - floor) % 5 == 0 || limit == 256)
        before = limit
      }
    }
  }

  static let file = """
    damping: 0s
    arrival: {from: 20%, over: 100s, after: host}
    rules:
      - {name: headroom, weight: cpu.idle}
      - {name: half, when: load.1m > 1, reply: "50%"}
      - {name: none, when: load.1m > 2, reply: "0%"}
    """

  @Test func theSmallerWordWins() throws {
    var bench = try Bench(Self.file)
    for (second, idle, load, line) in [
      (0.0, 90.0, 0.0, "20% up # arriving"), (50, 90, 0, "60% up # arriving"), (50, 30, 0, "30% up # headroom"),
      (50, 90, 1.5, "50% up # half"), (50, 90, 3, "0% up # none"), (10, 90, 1.5, "25% up # arriving"),
      (99, 100, 0, "95% up # arriving"), (100, 100, 0, "100% up # headroom"), (125, 200, 0, "120% up # arriving"),
      (1000, 200, 0, "200% up # headroom"),
    ] {
      #expect(bench.line(at: second, ["cpu.idle": idle, "load.1m": load]) == line, "at \(second) s")
    }
  }

  /// An operator has the last word, and a reload does not begin anew.
  @Test func forcedWordsAndReloads() throws {
    var bench = try Bench("arrival: {}")
    #expect(bench.line(at: 0, [:]) == "10% up # arriving")
    _ = bench.judge.direct([Direction(Words(weightPercent: 70), reasons: ["forced by anna"])], at: .zero)
    #expect(bench.line(at: 1, [:]) == "70% up # forced by anna")
    _ = bench.judge.direct([nil], at: .zero)
    #expect(bench.line(at: 150, [:]) == "55% up # arriving")
    try bench.reload("arrival: {from: 30%}\ndefault: 60%")
    #expect(bench.line(at: 60, [:]) == "40% up # arriving")
    #expect(bench.line(at: 150, [:]) == "60% up")
    try bench.reload("default: up", hasSentWeight: true)
    #expect(bench.line(at: 150, [:]) == "100% up")
  }

  /// A reload does not count as a start of the daemon.
  @Test func theDaemonsStartIsKept() throws {
    let set = try ruleSet("arrival: {after: daemon}")
    var judge = Judge(set, startedAt: .seconds(1000))
    _ = judge.step([], settled: [], at: .seconds(1000))
    #expect(judge.verdicts[0].words.weightPercent == 10)
    judge = Judge(set, inheriting: judge, startedAt: .seconds(9999))
    _ = judge.step([], settled: [], at: .seconds(1150))
    #expect(judge.verdicts[0].words.weightPercent == 55)
  }

  @Test func aServiceHasItsOwn() throws {
    let set = try ruleSet(
      """
      arrival: {over: 1m}
      server-port: 80
      services:
        web:
        db: {listen: ":9998", arrival: {from: 50%, after: daemon}, server-port: 5432}
        log: {listen: ":9997", arrival: {over: 0s}}
      """)
    #expect(
      set.services.map { $0.arrival } == [
        Arrival(fromPercent: 10, over: .seconds(60), after: .host),
        Arrival(fromPercent: 50, over: .seconds(300), after: .daemon),
        Arrival(fromPercent: 10, over: .zero, after: .host),
      ])
    #expect(set.services.map { $0.serverPort } == [80, 5432, 80])
    #expect(set.services.map { $0.defaults.weightPercent } == [100, 100, 100])
  }
}
