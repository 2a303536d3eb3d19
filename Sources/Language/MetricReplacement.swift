// A checked form in which metrics are others of the same kind.

extension Checked {
  /// The same with each metric replaced. The new one has the kind of the old one.
  public func replacingMetrics(_ change: (Metric) -> Metric) -> Checked {
    Checked(kind: kind, term: term.replacingMetrics(change))
  }
}

extension Metric {
  /// The same metric of something else.
  public func with(arguments: [Argument]) -> Metric {
    let new = MetricReference(
      source: reference.source, arguments: arguments, metric: reference.metric, inPercent: reference.inPercent)
    return Metric(reference: new, kind: kind, text: text)
  }
}

extension Term {
  fileprivate func replacingMetrics(_ change: (Metric) -> Metric) -> Term {
    func all(_ terms: [Term]) -> [Term] { terms.map { $0.replacingMetrics(change) } }
    func one(_ term: Term) -> Term { term.replacingMetrics(change) }
    let new: Form =
      switch form {
      case .constant: form
      case .metric(let metric): .metric(change(metric))
      case .negate(let term): .negate(one(term))
      case .not(let term): .not(one(term))
      case .known(let term): .known(one(term))
      case .and(let terms): .and(all(terms))
      case .or(let terms): .or(all(terms))
      case .least(let terms): .least(all(terms))
      case .greatest(let terms): .greatest(all(terms))
      case .compare(let comparison, let left, let right): .compare(comparison, one(left), one(right))
      case .sum(let first, let rest):
        .sum(one(first), rest.map { Addend(isSubtracted: $0.isSubtracted, term: one($0.term)) })
      case .product(let first, let rest):
        .product(one(first), rest.map { Factor(isDivisor: $0.isDivisor, term: one($0.term)) })
      case .clamp(let term, let low, let high): .clamp(one(term), low: one(low), high: one(high))
      case .choose(let condition, let then, let otherwise):
        .choose(one(condition), then: one(then), otherwise: one(otherwise))
      case .curve(let term, let points, let kind): .curve(one(term), points, kind)
      case .window(let function, let term, let length): .window(function, one(term), over: length)
      }
    return Term(new, name: name)
  }
}
