// A part of an expression while it is being checked: what it is, and what it can still turn out to be.

/// A term whose kind may still be open. A metric with a whole can be asked in its own kind or in percent, and so can a sum of
/// such metrics; the literal 0 can be anything. `term` is always in the natural one of `kinds`; once the neighbours have decided
/// otherwise, it is settled anew.
struct Draft {
  /// The term, in the natural kind.
  var term: Term
  /// What it can be; never empty.
  var kinds: Kinds
  /// Its place in the expression that is being checked.
  var range: Range<Int>
  /// Whether it is a number literal without unit (and not 0), which becomes a percent beside nothing but percents.
  var isBare = false
  /// Whether it is a percent as the product of a number with a percent, as in `50% * cpu.count`.
  var isShareOfNumber = false
  /// How many terms it has, written out.
  var size = 1
  /// How many levels deep it is, written out.
  var depth = 0

  /// The kind that it has unless something decides otherwise.
  var natural: Kind { kinds.natural ?? .number }

  /// The term, in one of `kinds`.
  func settled(as kind: Kind) -> Term { kind == natural ? term : term.settled(as: kind) }
}

extension Term {
  /// The same in another kind: where the kind is still open, which is where only alternatives, sums and the like lie between.
  fileprivate func settled(as kind: Kind) -> Term { Term(form.settled(as: kind), name: name) }
}

extension Form {
  fileprivate func settled(as kind: Kind) -> Form {
    switch self {
    case .constant(let value, _):
      return .constant(value, kind)
    case .metric(let metric):
      return metric.kind == kind ? self : .metric(metric.inPercent)
    case .negate(let term):
      return .negate(term.settled(as: kind))
    case .sum(let first, let rest):
      return .sum(
        first.settled(as: kind), rest.map { Addend(isSubtracted: $0.isSubtracted, term: $0.term.settled(as: kind)) })
    case .least(let terms):
      return .least(terms.map { $0.settled(as: kind) })
    case .greatest(let terms):
      return .greatest(terms.map { $0.settled(as: kind) })
    case .clamp(let term, let low, let high):
      return .clamp(term.settled(as: kind), low: low.settled(as: kind), high: high.settled(as: kind))
    case .choose(let condition, let then, let otherwise):
      return .choose(condition, then: then.settled(as: kind), otherwise: otherwise.settled(as: kind))
    case .curve(let term, let points, _):
      return .curve(term, points, kind)
    case .window(let function, let term, let length):
      // A rate has one kind from the start, and is not asked.
      return function == .rate ? self : .window(function, term.settled(as: kind), over: length)
    case .not, .and, .or, .compare, .product, .known:
      return self
    }
  }
}

extension Metric {
  /// The same, asked in percent of its whole.
  fileprivate var inPercent: Metric {
    let percent = MetricReference(
      source: reference.source, arguments: reference.arguments, metric: reference.metric, inPercent: true)
    return Metric(reference: percent, kind: .percent, text: text)
  }
}
