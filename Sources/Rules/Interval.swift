// The values that an expression can have, as far as can be told without running it.

import Language

/// All numbers from one end to the other, each end included or not, but for a few.
struct Interval: Equatable {
  /// One end.
  struct End: Equatable {
    let value: Double
    let isIncluded: Bool
  }
  var lower: End
  var upper: End
  /// Numbers that are left out.
  private var holes: [Double] = []

  static let everything = Interval(from: -.infinity, to: .infinity)
  static let notNegative = Interval(from: 0, to: .infinity)

  /// From one value to another, both included.
  init(from lower: Double, to upper: Double) {
    self.lower = End(value: lower, isIncluded: true)
    self.upper = End(value: upper, isIncluded: true)
  }

  /// Only yes, or only no.
  init(yes: Bool) { self.init(from: yes ? 1 : 0, to: yes ? 1 : 0) }

  /// The values for which a comparison with a constant holds.
  init(_ comparison: Comparison, _ value: Double) {
    self = .everything
    switch comparison {
    case .less: upper = End(value: value, isIncluded: false)
    case .lessOrEqual: upper = End(value: value, isIncluded: true)
    case .greater: lower = End(value: value, isIncluded: false)
    case .greaterOrEqual: lower = End(value: value, isIncluded: true)
    case .equal: self = Interval(from: value, to: value)
    case .notEqual: holes = [value]
    }
  }

  /// Whether no number lies in it.
  var isEmpty: Bool {
    guard lower.value == upper.value else { return lower.value > upper.value }
    return !lower.isIncluded || !upper.isIncluded || holes.contains(lower.value)
  }

  /// What lies in both.
  func intersected(with other: Interval) -> Interval {
    var result = self
    result.holes += other.holes
    if other.lower.value > lower.value || (other.lower.value == lower.value && !other.lower.isIncluded) {
      result.lower = other.lower
    }
    if other.upper.value < upper.value || (other.upper.value == upper.value && !other.upper.isIncluded) {
      result.upper = other.upper
    }
    return result
  }

  /// What lies in either, and between them.
  func spanning(_ other: Interval) -> Interval {
    Interval(from: min(lower.value, other.lower.value), to: max(upper.value, other.upper.value))
  }
}

extension Term {
  /// Bounds of its values. A measured quantity is never negative; a share of time is at most 100%. What somebody else has
  /// written into a file, or a probe has answered, may be anything. What is not known to be bounded is unbounded, so that
  /// nothing is concluded from it.
  func interval(in catalogue: Catalogue) -> Interval {
    switch form {
    case .constant(let value, _):
      return Interval(from: value, to: value)
    case .metric(let metric):
      let source = catalogue.sources[metric.reference.source]
      if metric.kind == .yesNo { return Interval(from: 0, to: 1) }
      if source.isProbe || source.metrics[metric.reference.metric].name == "value" { return .everything }
      let isShare = metric.kind == .percent && !metric.reference.inPercent
      return isShare ? Interval(from: 0, to: 100) : .notNegative
    case .negate(let part):
      let bounds = part.interval(in: catalogue)
      return Interval(from: -bounds.upper.value, to: -bounds.lower.value)
    case .least(let parts):
      let bounds = parts.map { $0.interval(in: catalogue) }
      return Interval(
        from: bounds.map { $0.lower.value }.min() ?? -.infinity, to: bounds.map { $0.upper.value }.min() ?? .infinity)
    case .greatest(let parts):
      let bounds = parts.map { $0.interval(in: catalogue) }
      return Interval(
        from: bounds.map { $0.lower.value }.max() ?? -.infinity, to: bounds.map { $0.upper.value }.max() ?? .infinity)
    case .choose(_, let then, let otherwise):
      return then.interval(in: catalogue).spanning(otherwise.interval(in: catalogue))
    case .curve(_, let points, _):
      let heights = points.map { $0.y }
      return Interval(from: heights.min() ?? -.infinity, to: heights.max() ?? .infinity)
    case .window(.rate, _, _):
      return .everything
    case .window(_, let part, _):
      return part.interval(in: catalogue)
    case .not, .and, .or, .compare, .sum, .product, .clamp, .known:
      return .everything
    }
  }
}
