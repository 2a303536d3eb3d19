// What has been heard of a probe. Attempts end when they end, and a sample takes what is known then: the last attempt's
// word, or, after one that failed, the last value for as long as the probe's `stale` says.

import Language

/// The last attempt of a probe, and the last values that were had.
final class ProbeHistory: Document {
  let probe: Probe
  private let fields: [ProbeField]
  private var latest: ProbeFacts?
  /// When the last attempt has ended.
  private(set) var endedAt = Duration.zero
  private var value: (number: Double, since: Duration)?
  private var status: (number: Double, since: Duration)?

  init(_ probe: Probe) {
    self.probe = probe
    fields = ProbeField.all(of: probe.question)
    super.init(.probe(probe))
  }

  /// An attempt has ended.
  func accept(_ facts: ProbeFacts, at now: Duration) {
    latest = facts
    endedAt = now
    if let number = facts.value { value = (number, now) }
    if let number = facts.status { status = (Double(number), now) }
  }

  /// Whether a metric, by its place in the shape, is the value.
  func isValue(_ metric: Int) -> Bool { fields[metric] == .value }

  /// Whether a metric, by its place in the shape, is the yes or no of the last attempt.
  func isOK(_ metric: Int) -> Bool { fields[metric] == .ok }

  /// What a metric of this probe is, by its place in the shape.
  func formula(of metric: Int) -> Formula {
    let field = fields[metric]
    return { () throws(Gap) in
      guard let facts = self.latest else { throw .absent(.pending, self.input) }
      switch field {
      case .ok: return facts.isFine ? 1 : 0
      case .duration: return facts.duration / .seconds(1)
      case .value: if let value = facts.value { return value }
      case .status: if let status = facts.status { return Double(status) }
      }
      throw self.missing(facts.reason)
    }
  }

  /// Why a metric of this probe is no, or says nothing new; absent where the last attempt was fine.
  var failure: String? { latest.flatMap { $0.isFine ? nil : $0.reason } }

  /// What a metric is said to be after an attempt that has not told: what it was, until that is stale.
  func lastValue(of metric: Int, at now: Duration) -> Double? {
    let last: (number: Double, since: Duration)? =
      switch fields[metric] {
      case .value: value
      case .status: status
      case .ok, .duration: nil
      }
    guard let last, now - last.since < probe.stale else { return nil }
    return last.number
  }
}
