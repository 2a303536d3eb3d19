import Testing

@testable import Rules

/// Tables of (second, values, line), on virtual time.
@Suite struct JudgeTests {
  typealias Table = [(second: Double, values: [String: Double], line: String)]

  private func follow(_ text: String, _ table: Table) throws {
    var bench = try Bench(text)
    for (second, values, line) in table {
      #expect(bench.line(at: second, values) == line, "at \(second) s")
    }
  }

  @Test func theSmallestFile() throws {
    try follow(
      """
      rules:
        - when: cpu.idle < 10%
          reply: 50%
      """,
      [
        (0, ["cpu.idle": 93], "100% up"),
        (1, ["cpu.idle": 9.9], "50% up # cpu.idle < 10%"),
        (2, ["cpu.idle": 10], "100% up"),
        (3, [:], "100% up"),
        (4, ["cpu.idle": 1], "50% up # cpu.idle < 10%"),
        (5, [:], "50% up # cpu.idle < 10%"),
      ])
  }

  @Test func nothingIsSaidBeforeItWasMeasured() throws {
    var bench = try Bench("rules: [{when: cpu.idle < 10%, reply: 50%}]")
    #expect(bench.line(at: 0, [:], settled: false) == "")
    #expect(bench.line(at: 0.2, ["cpu.idle": 5]) == "50% up # cpu.idle < 10%")
    // A service that uses no metric has nothing to wait for.
    var plain = try Bench("default: maxconn:20")
    #expect(plain.line(at: 0, [:], settled: false) == "maxconn:20 up")
  }

  @Test func theMostRestrictiveWordWinsForEachThing() throws {
    try follow(
      """
      rules:
        - {name: half, when: load.1m > 1, reply: "50%"}
        - {name: quarter, when: load.1m > 2, reply: 25% maxconn:20}
        - {name: few, when: load.5m > 1, reply: "maxconn:30,drain"}
        - {name: gone, when: load.15m > 1, reply: fail}
        - {name: worse, when: load.15m > 2, reply: down}
        - {name: stop, when: load.15m > 3, reply: maint}
      default: maxconn:200
      """,
      [
        (0, ["load.1m": 0, "load.5m": 0, "load.15m": 0], "100% maxconn:200 up"),
        (1, ["load.1m": 1.5, "load.5m": 0, "load.15m": 0], "50% maxconn:200 up # half"),
        (2, ["load.1m": 3, "load.5m": 0, "load.15m": 0], "25% maxconn:20 up # quarter"),
        (3, ["load.1m": 3, "load.5m": 2, "load.15m": 0], "25% maxconn:20 drain up # quarter; few"),
        (4, ["load.1m": 0, "load.5m": 2, "load.15m": 1.5], "100% maxconn:30 drain fail # few; gone"),
        (5, ["load.1m": 0, "load.5m": 2, "load.15m": 4], "100% maxconn:30 maint down # few; worse; stop"),
        (6, ["load.1m": 0, "load.5m": 0, "load.15m": 0], "100% maxconn:200 up"),
      ])
  }

  @Test func timesAndHysteresis() throws {
    try follow(
      """
      rules:
        - name: busy
          when: cpu.idle < 10%
          for: 10s
          until: cpu.idle > 25%
          keep-for: 5s
          reply: 50%
      """,
      [
        (0, ["cpu.idle": 5], "100% up"),
        (9.9, ["cpu.idle": 5], "100% up"),
        (10, ["cpu.idle": 5], "50% up # busy"),
        (11, ["cpu.idle": 20], "50% up # busy"),
        (12, ["cpu.idle": 30], "50% up # busy"),
        (16.9, ["cpu.idle": 30], "50% up # busy"),
        (17, ["cpu.idle": 30], "100% up"),
        (18, ["cpu.idle": 20], "100% up"),
      ])
  }

  @Test func computedWordsAreHeldWhileUnknown() throws {
    try follow(
      """
      damping: 0s
      default: maxconn:200
      rules:
        - name: headroom
          weight: curve(cpu.idle, 0% -> 10%, 50% -> 100%)
        - name: limit
          when: load.1m > 1
          maxconn: 100 / load.1m
      """,
      [
        (0, [:], "100% maxconn:200 up"),
        (1, ["cpu.idle": 25, "load.1m": 0.5], "55% maxconn:200 up # headroom"),
        (2, ["cpu.idle": 0, "load.1m": 3], "10% maxconn:33 up # headroom; limit"),
        (3, [:], "10% maxconn:33 up # headroom; limit"),
        (4, ["load.1m": 200], "10% maxconn:1 up # headroom; limit"),
        (5, ["cpu.idle": 100, "load.1m": 0], "100% maxconn:200 up # headroom"),
      ])
  }

  @Test func aDryRunIsLeftOut() throws {
    try follow(
      """
      rules:
        - {name: tried, when: cpu.idle < 50%, reply: "10%", dry-run: true}
        - {name: real, when: cpu.idle < 10%, reply: down}
      """,
      [
        (0, ["cpu.idle": 40], "up"),
        (1, ["cpu.idle": 5], "down # real"),
      ])
  }

  @Test func servicesShareTheFilesRulesAndHaveTheirOwn() throws {
    var bench = try Bench(
      """
      rules:
        - {name: busy, when: cpu.idle < 10%, reply: "50%"}
      default: maxconn:200
      services:
        web:
        db:
          listen: ":9998"
          default: maxconn:20
          rules:
            - {name: full, when: memory.available < 10%, reply: "0%"}
      """)
    let values: [String: Double] = ["cpu.idle": 5, "memory.available": 5]
    #expect(bench.lines(at: 0, values) == ["50% maxconn:200 up # busy\n", "0% maxconn:20 up # full\n"])
  }

  @Test func whatTheRulesNoLongerSpeakOfIsTakenBack() throws {
    var bench = try Bench("rules: [{when: cpu.idle < 10%, reply: 50%}]")
    #expect(bench.line(at: 0, ["cpu.idle": 5]) == "50% up # cpu.idle < 10%")
    try bench.reload("services: {renamed: }", hasSentWeight: true)
    #expect(bench.line(at: 1, [:]) == "100% up")
    // Who has never sent a weight says nothing about it.
    var neutral = try Bench("default: up")
    #expect(neutral.line(at: 0, [:]) == "up")
  }
}
