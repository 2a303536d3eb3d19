// Going through the parts of a checked form.

extension Term {
  /// The terms that it is made of, from left to right.
  public var children: [Term] {
    switch form {
    case .constant, .metric: []
    case .negate(let term), .not(let term), .known(let term), .curve(let term, _, _), .window(_, let term, _): [term]
    case .and(let terms), .or(let terms), .least(let terms), .greatest(let terms): terms
    case .compare(_, let left, let right): [left, right]
    case .sum(let first, let rest): [first] + rest.map { $0.term }
    case .product(let first, let factors): [first] + factors.map { $0.term }
    case .clamp(let term, let low, let high): [term, low, high]
    case .choose(let condition, let then, let otherwise): [condition, then, otherwise]
    }
  }

  /// Adds the metrics in it that are not there yet.
  fileprivate func collect(into metrics: inout [Metric]) {
    if case .metric(let metric) = form, !metrics.contains(metric) { metrics.append(metric) }
    for child in children { child.collect(into: &metrics) }
  }
}

extension Checked {
  /// What has to be measured for it, each once, in the order in which it is asked for.
  public var metrics: [Metric] {
    var metrics: [Metric] = []
    term.collect(into: &metrics)
    return metrics
  }
}
