// Which rules are active, told to the log when it changes: also of rules whose words are hidden by those of others, and of
// rules in dry run, whose words nobody hears.

import Rules

/// Remembers what the log has been told.
struct RuleChanges {
  private var told: [Bool]

  /// What is so now is known.
  init(_ judge: Judge) { told = judge.states.map { $0.speaks } }

  /// Compares with the latest sample. A rule without a condition is always active, and not worth a line.
  mutating func look(at judge: Judge, _ values: [Double?], _ log: Log) {
    let states = judge.states
    for index in told.indices where told[index] != states[index].speaks {
      told[index] = states[index].speaks
      guard let explanation = judge.explanationOfChange(ofRule: index, values) else { continue }
      let rule = judge.ruleSet.rules[index]
      var message = "rule '\(rule.name)'"
      if let service = rule.service { message += " of service '\(service)'" }
      if rule.isDryRun { message += " (dry run)" }
      message += told[index] ? " is active: " : " is no longer active: "
      log.info(message + explanation)
    }
  }
}
