// What can be said about a checked expression without running it.

import Language

extension Term {
  /// Hands over every metric in it.
  func visitMetrics(_ visit: (Metric) -> Void) {
    if case .metric(let metric) = form { visit(metric) }
    for child in children { child.visitMetrics(visit) }
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
