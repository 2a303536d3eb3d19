// What the log is told of probes: when one begins to fail, and why, and when it is fine again; not each attempt.

import Language
import Metrics

/// Remembers how each probe stood.
struct ProbeNews {
  private let log: Log
  private var failing: Set<Probe> = []

  /// Nothing is known to fail.
  init(_ log: Log) { self.log = log }

  /// An attempt has ended.
  mutating func look(at probe: Probe, _ facts: ProbeFacts) {
    if facts.isFine {
      if failing.remove(probe) != nil { log.notice("probe '\(probe.shape.name)' is fine again") }
    } else if failing.insert(probe).inserted {
      log.warning("probe '\(probe.shape.name)' fails: \(probe.question.subject): \(facts.reason)")
    }
  }
}
