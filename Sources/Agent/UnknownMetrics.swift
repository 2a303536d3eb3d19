// Which metrics are unknown at present, told to the log once when it begins and once when it ends.

import Kernel
import Language
import Metrics
import Rules

/// Remembers what the log has been told.
struct UnknownMetrics {
  private let names: [String]
  /// Of each, the first of the same name: a metric that is asked in two ways is one metric to whoever reads the log.
  private let first: [Int]
  private var told: [Bool]

  /// Nothing is unknown yet, but what was before the reload.
  init(_ rules: RuleSet, after previous: UnknownMetrics?) {
    names = rules.assembly.references.map { $0.text(in: rules.catalogue) }
    var places: [String: Int] = [:]
    first = names.indices.map { [names] index in
      let place = places[names[index]] ?? index
      places[names[index]] = place
      return place
    }
    var toldBefore: Set<String> = []
    if let previous {
      for (name, told) in zip(previous.names, previous.told) where told { toldBefore.insert(name) }
    }
    told = names.map { toldBefore.contains($0) }
  }

  /// Compares with what is known of the latest sample.
  mutating func look(at readings: Readings, _ sampler: Sampler, _ log: Log) {
    for index in told.indices {
      let isUnknown = readings.values[index] == nil && readings.settled[index]
      guard isUnknown != told[index] else { continue }
      told[index] = isUnknown
      if first[index] < index, told[first[index]] == isUnknown { continue }
      if isUnknown {
        log.warning("\(names[index]) is unknown: \(sampler.absenceText(of: index) ?? "no value")")
      } else {
        log.notice("\(names[index]) is known again")
      }
    }
  }
}
