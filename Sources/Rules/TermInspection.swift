// What can be said about a checked expression without running it.

import Language

extension Term {
  /// Its direct parts.
  var parts: [Term] {
    switch form {
    case .constant, .metric: []
    case .negate(let part), .not(let part), .known(let part): [part]
    case .curve(let part, _, _), .window(_, let part, _): [part]
    case .and(let parts), .or(let parts), .least(let parts), .greatest(let parts): parts
    case .compare(_, let one, let other): [one, other]
    case .sum(let first, let rest): [first] + rest.map { $0.term }
    case .product(let first, let rest): [first] + rest.map { $0.term }
    case .clamp(let value, let low, let high): [value, low, high]
    case .choose(let condition, let then, let otherwise): [condition, then, otherwise]
    }
  }

  /// Hands over every metric in it.
  func visitMetrics(_ visit: (Metric) -> Void) {
    if case .metric(let metric) = form { visit(metric) }
    for part in parts { part.visitMetrics(visit) }
  }

  /// The values that it takes because they are written in it: itself, with a sign or none, the points of a curve, the branches of an `if`.
  var constantResults: [Double] {
    switch form {
    case .constant(let value, _): [value]
    case .negate(let part): part.constantResults.map { -$0 }
    case .curve(_, let points, _): points.map { $0.y }
    case .choose(_, let then, let otherwise): then.constantResults + otherwise.constantResults
    default: []
    }
  }
}
