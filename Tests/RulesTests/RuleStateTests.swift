import Testing

@testable import Rules

/// Tables of (second, when, until) → state, that can be checked by eye. `?` is unknown; the state is `-` inactive,
/// `p` pending, `A` active, `l` leaving.
@Suite struct RuleStateTests {
  struct Row: CustomTestStringConvertible {
    let name: String
    let timing: RuleTiming
    let hasUntil: Bool
    let table: [(second: Double, when: Character, until: Character, state: Character)]
    var testDescription: String { name }
  }

  @Test(arguments: [
    Row(
      name: "without times it follows its condition", timing: RuleTiming(), hasUntil: false,
      table: [(0, "n", " ", "-"), (1, "y", " ", "A"), (2, "y", " ", "A"), (3, "n", " ", "-")]),
    Row(
      name: "for: a break begins anew", timing: RuleTiming(activeAfter: .seconds(10)), hasUntil: false,
      table: [
        (0, "y", " ", "p"), (9, "y", " ", "p"), (9.5, "n", " ", "-"), (10, "y", " ", "p"), (19.9, "y", " ", "p"),
        (20, "y", " ", "A"), (21, "n", " ", "-"),
      ]),
    Row(
      name: "for: samples far apart", timing: RuleTiming(activeAfter: .seconds(10)), hasUntil: false,
      table: [(0, "y", " ", "p"), (3600, "y", " ", "A")]),
    Row(
      name: "until: hysteresis", timing: RuleTiming(), hasUntil: true,
      table: [
        (0, "n", "n", "-"), (1, "y", "n", "A"), (2, "n", "n", "A"), (3, "n", "y", "-"), (4, "n", "n", "-"),
      ]),
    Row(
      name: "until holds together with when: not begun", timing: RuleTiming(), hasUntil: true,
      table: [(0, "y", "y", "-"), (1, "y", "n", "A"), (2, "y", "y", "-"), (3, "y", "y", "-")]),
    Row(
      name: "until breaks a pending rule", timing: RuleTiming(activeAfter: .seconds(5)), hasUntil: true,
      table: [(0, "y", "n", "p"), (4, "y", "y", "-"), (5, "y", "n", "p"), (10, "y", "n", "A")]),
    Row(
      name: "keep-for: back to active when until breaks", timing: RuleTiming(keepFor: .seconds(10)), hasUntil: true,
      table: [
        (0, "y", "n", "A"), (1, "n", "y", "l"), (10, "n", "y", "l"), (10.5, "n", "n", "A"), (11, "n", "y", "l"),
        (20.9, "n", "y", "l"), (21, "n", "y", "-"),
      ]),
    Row(
      name: "keep-for without until", timing: RuleTiming(keepFor: .seconds(10)), hasUntil: false,
      table: [(0, "y", " ", "A"), (1, "n", " ", "l"), (5, "y", " ", "A"), (6, "n", " ", "l"), (16, "n", " ", "-")]),
    Row(
      name: "hold: unknown changes nothing", timing: RuleTiming(), hasUntil: false,
      table: [(0, "?", " ", "-"), (1, "y", " ", "A"), (2, "?", " ", "A"), (3, "n", " ", "-"), (4, "?", " ", "-")]),
    Row(
      name: "hold: unknown time does not count", timing: RuleTiming(activeAfter: .seconds(10)), hasUntil: false,
      table: [
        (0, "y", " ", "p"), (4, "y", " ", "p"), (24, "?", " ", "p"), (25, "y", " ", "p"), (29, "y", " ", "p"),
        (30, "y", " ", "A"),
      ]),
    Row(
      name: "hold: nor while leaving", timing: RuleTiming(keepFor: .seconds(10)), hasUntil: true,
      table: [
        (0, "y", "n", "A"), (1, "n", "y", "l"), (101, "n", "?", "l"), (110, "n", "y", "l"), (111, "n", "y", "-"),
      ]),
    Row(
      name: "inactive: unknown is the way out", timing: RuleTiming(unknown: .inactive), hasUntil: true,
      table: [(0, "?", "n", "-"), (1, "y", "n", "A"), (2, "y", "?", "-"), (3, "?", "?", "-")]),
    Row(
      name: "active: unknown is the way in", timing: RuleTiming(activeAfter: .seconds(2), unknown: .active),
      hasUntil: true,
      table: [(0, "?", "n", "p"), (2, "?", "?", "A"), (3, "n", "?", "A"), (4, "n", "y", "-")]),
  ])
  func statesFollowTheTable(row: Row) {
    var state = RuleState()
    for (second, when, until, expected) in row.table {
      state.step(row.timing, when: truth(when), until: row.hasUntil ? truth(until) : nil, at: .seconds(second))
      #expect(letter(state.phase) == expected, "at \(second) s")
      #expect(state.speaks == (expected == "A" || expected == "l"), "at \(second) s")
    }
  }

  @Test func theChangeIsDated() {
    var state = RuleState()
    state.step(RuleTiming(), when: .no, until: nil, at: .seconds(5))
    #expect(state.changedAt == .seconds(5))
    state.step(RuleTiming(), when: .yes, until: nil, at: .seconds(7))
    state.step(RuleTiming(), when: .yes, until: nil, at: .seconds(9))
    #expect(state.changedAt == .seconds(7))
  }

  private func truth(_ letter: Character) -> Truth { letter == "y" ? .yes : letter == "n" ? .no : .unknown }

  private func letter(_ phase: RuleState.Phase) -> Character {
    switch phase {
    case .inactive: "-"
    case .pending: "p"
    case .active: "A"
    case .leaving: "l"
    }
  }
}
