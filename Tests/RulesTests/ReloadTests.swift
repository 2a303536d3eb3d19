import Testing

@testable import Rules

/// What did not change keeps its state over a reload.
@Suite struct ReloadTests {
  private func file(when: String = "cpu.idle < 10%", rest: String = "for: 10s\n    reply: 50%") -> String {
    """
    rules:
      - when: \(when)
        \(rest)
    """
  }

  @Test func aRuleInTheMiddleOfItsForGoesOn() throws {
    var bench = try Bench(file())
    #expect(bench.line(at: 0, ["cpu.idle": 5]) == "100% up")
    try bench.reload(file(when: "cpu.idle  <  10"))
    #expect(bench.line(at: 9, ["cpu.idle": 5]) == "100% up")
    #expect(bench.line(at: 10, ["cpu.idle": 5]) == "50% up # cpu.idle < 10")
  }

  @Test func aChangedForIsJudgedAgainstTheTimeHeld() throws {
    var bench = try Bench(file())
    #expect(bench.line(at: 0, ["cpu.idle": 5]) == "100% up")
    try bench.reload(file(rest: "name: other\n    for: 3s\n    reply: 20%"))
    #expect(bench.line(at: 4, ["cpu.idle": 5]) == "20% up # other")
  }

  @Test func namesAreExpandedBeforeComparing() throws {
    var bench = try Bench(file())
    _ = bench.line(at: 0, ["cpu.idle": 5])
    try bench.reload("metrics: {spare: cpu.idle}\n" + file(when: "spare < 10%"))
    #expect(bench.line(at: 10, ["cpu.idle": 5]) == "50% up # spare < 10%")
  }

  @Test func aChangedConditionBeginsAnew() throws {
    var bench = try Bench(file())
    _ = bench.line(at: 0, ["cpu.idle": 5])
    try bench.reload(file(when: "cpu.idle < 11%"))
    #expect(bench.line(at: 10, ["cpu.idle": 5]) == "100% up")
    #expect(bench.line(at: 20, ["cpu.idle": 5]) == "50% up # cpu.idle < 11%")
  }

  @Test func aRuleHeldByUntilStays() throws {
    let text = file(rest: "until: cpu.idle > 50%\n    reply: 50%")
    var bench = try Bench(text)
    _ = bench.line(at: 0, ["cpu.idle": 5])
    try bench.reload(text + "\n    reason: still busy")
    #expect(bench.line(at: 1, ["cpu.idle": 30]) == "50% up # still busy")
    #expect(bench.line(at: 2, ["cpu.idle": 51]) == "100% up")
  }

  @Test func aWindowKeepsItsSamples() throws {
    let text = "metrics: {mean: avg(cpu.idle over 10s)}\n" + file(when: "mean < 50%", rest: "reply: 50%")
    var bench = try Bench(text)
    for second in 0..<5 { _ = bench.line(at: Double(second), ["cpu.idle": 100]) }
    try bench.reload(text + "\n  - {when: load.1m > 100, reply: down}")
    // The mean of five times 100 and one 0 is above 50; without the old samples it would be 0.
    #expect(bench.line(at: 5, ["cpu.idle": 0, "load.1m": 0]) == "100% up")
  }

  @Test func aDampedWeightGoesOnFromWhereItIs() throws {
    let text = "rules:\n  - {name: follow, weight: cpu.idle}"
    var bench = try Bench(text)
    #expect(bench.line(at: 0, ["cpu.idle": 100]) == "100% up # follow")
    #expect(bench.line(at: 1, ["cpu.idle": 10]) == "91% up # follow")
    try bench.reload(text.replacing("follow", with: "renamed"))
    let line = bench.line(at: 2, ["cpu.idle": 10])
    #expect(line.hasSuffix("% up # renamed") && line != "10% up # renamed" && line != "100% up # renamed")
  }

  @Test func twoRulesWithOneConditionKeepTheirOrder() throws {
    let text = """
      rules:
        - {name: a, when: cpu.idle < 10%, for: 1s, reply: 50%}
        - {name: b, when: cpu.idle < 10%, for: 20s, reply: 20%}
      """
    var bench = try Bench(text)
    _ = bench.line(at: 0, ["cpu.idle": 5])
    #expect(bench.line(at: 10, ["cpu.idle": 5]) == "50% up # a")
    try bench.reload(text)
    #expect(bench.line(at: 11, ["cpu.idle": 5]) == "50% up # a")
    #expect(bench.line(at: 20, ["cpu.idle": 5]) == "20% up # b")
  }
}
