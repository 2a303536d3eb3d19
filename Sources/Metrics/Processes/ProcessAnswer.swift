// The answers about some processes: now, and one sample ago.

/// What was found out of them.
final class ProcessAnswer: Document {
  private var now: ProcessFacts?
  private var before: ProcessFacts?

  /// Takes an answer.
  func accept(_ facts: ProcessFacts) {
    guard facts.identity != 0 else { return settle(.missing("not all processes have been looked at yet")) }
    before = now
    now = facts
    settle(nil)
  }

  /// The latest answer.
  func latest() throws(Gap) -> ProcessFacts {
    try check()
    guard let now else { throw .absent(.pending, input) }
    return now
  }

  /// Processors that they use, as a number of whole ones.
  func processors() throws(Gap) -> Double {
    let now = try latest()
    guard now.count > 0 else { return 0 }
    guard let before else { throw .absent(.pending, input) }
    guard before.identity == now.identity else { throw .absent(.restarted, input) }
    guard now.moment > before.moment else { throw .unchanged }
    guard now.ticks >= before.ticks else { throw .absent(.restarted, input) }
    let seconds = Double(now.ticks - before.ticks) / Double(ProcessStatistics.ticksPerSecond)
    return seconds / ((now.moment - before.moment) / .seconds(1))
  }
}
