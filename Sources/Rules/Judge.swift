// A rule set at work: the states of its rules, its windows and its damped weights, moved on by one sample at a time.
// Pure: the values and the time come in, verdicts come out. A sample allocates nothing; a changed line may.

import Language
import Reply

/// The running form of a rule set.
public struct Judge {
  /// What is judged by.
  public let ruleSet: RuleSet
  /// The state of each rule of the rule set.
  public private(set) var states: [RuleState]
  /// The reply of each service of the rule set.
  public private(set) var verdicts: [Verdict]
  private var machine: Machine
  private var weights: [DampedWeight]
  /// The last known value of each computed maxconn: an unknown one changes nothing.
  private var maxconns: [Int?]
  /// When the daemon started.
  private let startedAt: Duration
  /// What stands above the rules of each service.
  private var directions: [Direction?]
  /// What each rule says while it speaks; absent in a dry run.
  private var spoken: [Words?]
  private let plans: [RulePlan]

  /// Begins, or goes on from the rule set before a reload: what did not change keeps its state. `hasSentWeight` says of a
  /// service's index whether a weight was ever sent from where it is, by another service or process perhaps. `startedAt` is
  /// when the daemon started, for `arrival:`.
  public init(
    _ ruleSet: RuleSet, inheriting previous: Judge? = nil, startedAt: Duration = .zero,
    hasSentWeight: (Int) -> Bool = { _ in false }
  ) {
    self.ruleSet = ruleSet
    self.startedAt = previous?.startedAt ?? startedAt
    directions = [Direction?](repeating: nil, count: ruleSet.services.count)
    plans = ruleSet.rules.map { RulePlan($0) }
    machine = Machine(ruleSet.assembly, every: ruleSet.interval, inheriting: previous?.machine)
    states = [RuleState](repeating: RuleState(), count: plans.count)
    weights = ruleSet.rules.map { DampedWeight(damping: $0.damping) }
    maxconns = [Int?](repeating: nil, count: plans.count)
    spoken = [Words?](repeating: nil, count: plans.count)
    verdicts = ruleSet.services.enumerated().map { index, service in
      Verdict(hasSentWeight: hasSentWeight(index), ruleCount: service.rules.count)
    }
    if let previous { inherit(from: previous) }
  }

  /// One sample: `values` and `settled` have an element for each of the assembly's references.
  /// Returns whether a verdict has changed.
  public mutating func step(_ values: [Double?], settled: [Bool], at now: Duration) -> Bool {
    machine.feed(values, at: now)
    for index in plans.indices { stepRule(index, values, at: now) }
    var changed = false
    for index in verdicts.indices {
      let service = ruleSet.services[index]
      var isMeasured = true
      for reference in service.references where !settled[reference] { isMeasured = false }
      if compose(index, isMeasured: isMeasured, at: now) { changed = true }
    }
    return changed
  }

  /// From now on this stands above the rules of each service; absent, nothing does. Returns whether a verdict has changed.
  public mutating func direct(_ directions: [Direction?], at now: Duration) -> Bool {
    guard directions != self.directions else { return false }
    self.directions = directions
    var changed = false
    for index in verdicts.indices {
      if compose(index, isMeasured: verdicts[index].isMeasured, at: now) { changed = true }
    }
    return changed
  }

  private mutating func compose(_ index: Int, isMeasured: Bool, at now: Duration) -> Bool {
    let service = ruleSet.services[index]
    let spoken = self.spoken
    return verdicts[index].compose(
      service, isMeasured: isMeasured, limit: service.arrival?.limit(at: now, daemonStartedAt: startedAt),
      direction: directions[index], spoken: { spoken[$0] })
  }

  private mutating func stepRule(_ index: Int, _ values: [Double?], at now: Duration) {
    let plan = plans[index]
    let when = plan.when.map { Truth(machine.run($0, values)) } ?? .yes
    let until = plan.until.map { Truth(machine.run($0, values)) }
    states[index].step(plan.timing, when: when, until: until, at: now)
    var words = plan.words
    if let weight = plan.weight {
      words.weightPercent = weights[index].sample(machine.run(weight, values), at: now, interval: ruleSet.interval)
    }
    if let maxconn = plan.maxconn {
      if let number = machine.run(maxconn, values) { maxconns[index] = Words.maxconn(computed: number) }
      words.maxconn = maxconns[index]
    }
    spoken[index] = states[index].speaks && !plan.isDryRun ? words : nil
  }

  /// The comparisons that decide a condition, with their present numbers.
  func explanation(of condition: Condition, _ values: [Double?]) -> String {
    Language.explanation(of: condition.checked, in: machine, values)
  }

  /// For each rule whose words a service says, its name and the comparisons behind it: those that have made it active,
  /// in the sample in which it became so, and afterwards those that keep it active.
  /// `cpu saturated: idle 4.2% is < 10%`.
  public func explanationsOfSpeakers(_ service: Int, _ values: [Double?], at now: Duration) -> [String] {
    verdicts[service].speakers.map { index in
      let rule = ruleSet.rules[index]
      let isNew = states[index].changedAt == now
      guard let decisive = isNew ? rule.when : decisiveCondition(ofRule: index) else { return rule.name }
      return "\(rule.name): \(explanation(of: decisive, values))"
    }
  }

  /// The comparisons that have made a rule active or inactive, in the sample in which it became so. Absent for a rule
  /// without a condition.
  public func explanationOfChange(ofRule index: Int, _ values: [Double?]) -> String? {
    let rule = ruleSet.rules[index]
    let decisive = states[index].speaks ? rule.when : rule.until ?? rule.when
    return decisive.map { explanation(of: $0, values) }
  }

  /// The condition that decides about the next step of a rule: what keeps an active one where it is, is its way out.
  func decisiveCondition(ofRule index: Int) -> Condition? {
    let rule = ruleSet.rules[index]
    return states[index].speaks ? rule.until ?? rule.when : rule.when
  }

  /// What a rule says while it speaks, computed words as they are at present.
  func presentWords(ofRule index: Int) -> Words {
    var words = plans[index].words
    if plans[index].weight != nil { words.weightPercent = weights[index].percent }
    if plans[index].maxconn != nil { words.maxconn = maxconns[index] }
    return words
  }
}

/// What a sample needs of a rule: plain data, so that 10,000 of them are walked through without counting references.
private struct RulePlan {
  let when: Program?
  let until: Program?
  let weight: Program?
  let maxconn: Program?
  let timing: RuleTiming
  let words: Words
  let isDryRun: Bool

  init(_ rule: Rule) {
    when = rule.when?.program
    until = rule.until?.program
    weight = rule.weight?.program
    maxconn = rule.maxconn?.program
    timing = rule.timing
    words = rule.words
    isDryRun = rule.isDryRun
  }
}

// Reload: what did not change keeps its state.

extension Judge {
  /// A rule keeps its state by the checked form of its conditions within its service, a damped weight by its expression.
  /// Of several that are the same, the first takes the state of the first, and so on.
  private mutating func inherit(from previous: Judge) {
    let before = previous.ruleSet.rules
    var rulesBefore = indices(of: before) { RuleIdentity($0) }
    var weightsBefore = indices(of: before) { ComputedIdentity($0, $0.weight) }
    var maxconnsBefore = indices(of: before) { ComputedIdentity($0, $0.maxconn) }
    for (index, rule) in ruleSet.rules.enumerated() {
      if let before = rulesBefore[RuleIdentity(rule)]?.popFirst() {
        states[index] = previous.states[before]
      }
      if let before = weightsBefore[ComputedIdentity(rule, rule.weight)]?.popFirst() {
        weights[index] = previous.weights[before]
        weights[index].damping = rule.damping
      }
      if let before = maxconnsBefore[ComputedIdentity(rule, rule.maxconn)]?.popFirst() {
        maxconns[index] = previous.maxconns[before]
      }
    }
  }
}

private struct RuleIdentity: Hashable {
  let service: String?
  let when: Checked?
  let until: Checked?
  let unknown: UnknownPolicy

  init(_ rule: Rule) {
    service = rule.service
    when = rule.when?.checked
    until = rule.until?.checked
    unknown = rule.timing.unknown
  }
}

private struct ComputedIdentity: Hashable {
  let service: String?
  let checked: Checked?

  init(_ rule: Rule, _ computed: Computed?) {
    service = rule.service
    checked = computed?.checked
  }
}

/// The places of rules by their identity, in order.
private func indices<Identity: Hashable>(
  of rules: [Rule], by identity: (Rule) -> Identity
) -> [Identity: ArraySlice<Int>] {
  Dictionary(grouping: rules.indices) { identity(rules[$0]) }.mapValues { ArraySlice($0) }
}
