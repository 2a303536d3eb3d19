// What each metric was in the last minutes: of every few seconds the least and the greatest value, in memory that is laid
// out once. Whoever looks at a daemon sees where a value comes from, and a sample costs two comparisons.

import Kernel
import Language
import Rules

/// The histories of the metrics of one rule set.
final class MetricHistories {
  /// How many spans are kept: as many as a line of a terminal has room for beside a name and a value.
  static let slots = 60
  /// How long a span is at least: 60 of them are five minutes.
  static let shortestSpan = Duration.seconds(5)

  /// How long a span is: as long as the interval, where that is longer, so that each span has a value.
  let span: Duration
  /// The names of the metrics, in order, by which they are known again after a reload.
  private let names: [String]
  /// For each metric its spans, each at its number modulo `slots`: the least value, then the greatest; no number where
  /// there was none.
  private var values: [Float]
  /// Of all spans since boot, which one the latest sample was in; absent before the first.
  private var present: Int64?

  /// Begins with what metrics of the same names have in an earlier one, where spans are as long there.
  init(_ rules: RuleSet, after previous: MetricHistories?) {
    span = max(Self.shortestSpan, rules.interval)
    names = rules.assembly.references.map { "\($0.text(in: rules.catalogue))\($0.inPercent ? " %" : "")" }
    values = [Float](repeating: .nan, count: names.count * Self.slots * 2)
    guard let previous, previous.span == span else { return }
    present = previous.present
    var places: [String: Int] = [:]
    for (place, name) in previous.names.enumerated() { places[name] = place }
    for (index, name) in names.enumerated() {
      guard let place = places[name] else { continue }
      let (start, before) = (index * Self.slots * 2, place * Self.slots * 2)
      for offset in 0..<(Self.slots * 2) { values[start + offset] = previous.values[before + offset] }
    }
  }

  /// A sample: a value for each metric, absent where it is unknown.
  func add(_ sample: [Double?], at now: Duration) {
    let number = Int64(now / span)
    if present != number { clear(through: number) }
    present = number
    let slot = Int(number % Int64(Self.slots))
    for index in names.indices {
      guard let value = sample[index] else { continue }
      let place = (index * Self.slots + slot) * 2
      let short = Float(value)
      if !(values[place] <= short) { values[place] = short }
      if !(values[place + 1] >= short) { values[place + 1] = short }
    }
  }

  /// Forgets what stands where the spans up to this one will be.
  private func clear(through number: Int64) {
    guard let present, number > present else { return }
    for stale in max(present + 1, number - Int64(Self.slots) + 1)...number {
      let slot = Int(stale % Int64(Self.slots))
      for index in names.indices {
        values[(index * Self.slots + slot) * 2] = .nan
        values[(index * Self.slots + slot) * 2 + 1] = .nan
      }
    }
  }

  /// The spans of a metric, the oldest first, up to the present one: the least and the greatest value, absent where there
  /// was none. Spans before the first value are left out.
  func spans(of index: Int) -> [(least: Double, greatest: Double)?] {
    guard let present else { return [] }
    var spans: [(least: Double, greatest: Double)?] = []
    for number in (present - Int64(Self.slots) + 1)...present {
      let place = (index * Self.slots + Int((number + Int64(Self.slots)) % Int64(Self.slots))) * 2
      if !values[place].isNaN {
        spans.append((Double(values[place]), Double(values[place + 1])))
      } else if !spans.isEmpty {
        spans.append(nil)
      }
    }
    return spans
  }
}
