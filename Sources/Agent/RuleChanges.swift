// Rules that become active or inactive without a word of theirs in a reply: those in dry run, and those that a stricter one
// hides. All others are told with the reply that they change.

import Rules

/// Remembers what each rule did in the sample before.
struct RuleChanges {
  private var spoke: [Bool]
  private var wasHeard: [Bool]

  /// Goes on from the states that a judge has.
  init(_ judge: Judge) {
    spoke = judge.states.map { $0.speaks }
    wasHeard = spoke.map { _ in false }
    listen(to: judge)
  }

  /// Compares with the states after a sample, and tells the log what no reply tells.
  mutating func look(at judge: Judge, _ values: [Double?], verdictsHaveChanged: Bool, _ log: Log) {
    var hasChanged = false
    for index in spoke.indices where judge.states[index].speaks != spoke[index] { hasChanged = true }
    guard hasChanged || verdictsHaveChanged else { return }
    let before = wasHeard
    listen(to: judge)
    for index in spoke.indices where judge.states[index].speaks != spoke[index] {
      spoke[index].toggle()
      guard !before[index], !wasHeard[index] else { continue }
      log.notice(judge.announcement(ofRule: index, values))
    }
  }

  /// Marks the rules whose words are in a reply.
  private mutating func listen(to judge: Judge) {
    for index in wasHeard.indices { wasHeard[index] = false }
    for verdict in judge.verdicts {
      for speaker in verdict.speakers { wasHeard[speaker] = true }
    }
  }
}
