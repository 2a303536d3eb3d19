// Which metrics are unknown at present, told to the log once when it begins and once when it ends.

import Kernel
import Language
import Metrics
import Rules

/// Remembers what the log has been told.
struct UnknownMetrics {
  private let names: [String]
  private var told: [Bool]

  /// Nothing is unknown yet, but what was before the reload.
  init(_ rules: RuleSet, after previous: UnknownMetrics?) {
    names = rules.assembly.references.map { $0.text(in: rules.catalogue) }
    told = names.map { name in
      guard let previous, let before = previous.names.firstIndex(of: name) else { return false }
      return previous.told[before]
    }
  }

  /// Compares with what is known of the latest sample.
  mutating func look(at readings: Readings, _ sampler: Sampler, _ log: Log) {
    for index in told.indices {
      let isUnknown = readings.values[index] == nil && readings.settled[index]
      guard isUnknown != told[index] else { continue }
      told[index] = isUnknown
      // A metric that is asked in two ways is one metric to whoever reads the log.
      if let twin = names[..<index].firstIndex(of: names[index]), told[twin] == isUnknown { continue }
      if isUnknown {
        log.warning("\(names[index]) is unknown: \(sampler.absenceText(of: index) ?? "no value")")
      } else {
        log.notice("\(names[index]) is known again")
      }
    }
  }
}
