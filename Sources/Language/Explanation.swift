// Why a condition holds or does not, with numbers: the comparisons that made it so, and no others.

/// The comparisons that decided a condition, in the user's names and in people's units: `idle 93.1% is not < 10%`,
/// `memory.available 512M is < 1G`, `queue is unknown`. Several are joined by `and`. For showing, not for every sample.
public func explanation(of condition: Checked, in machine: Machine, _ values: [Double?]) -> String {
  var explainer = Explainer(machine: machine, values: values)
  explainer.explain(condition.term)
  return explainer.parts.joined(separator: " and ")
}

/// Collects the parts of an explanation.
private struct Explainer {
  let machine: Machine
  let values: [Double?]
  var parts: [String] = []

  private func value(_ term: Term) -> Double? { machine.value(of: term, values) }

  mutating func explain(_ term: Term) {
    switch term.form {
    case .and(let terms), .or(let terms):
      // Those that are as the whole is are those that made it so: all of a yes for 'and', each no for a no.
      let outcome = value(term)
      for part in terms where value(part) == outcome { explain(part) }
    case .not(let inner):
      explain(inner)
    case .compare(let comparison, let left, let right):
      add(comparison, left, right, holds: value(term))
    case .choose(let condition, let then, let otherwise):
      explain(condition)
      if let outcome = value(condition) { explain(outcome != 0 ? then : otherwise) }
    case .known(let inner):
      add(inner.enclosedText + (value(term) == 1 ? " is known" : " is unknown"))
    case .constant, .metric, .negate, .sum, .product, .least, .greatest, .clamp, .curve, .window:
      add("\(term.enclosedText) is \(valueText(value(term), kind: term.kind))")
    }
  }

  /// One comparison. What is unknown is named; what is written out needs no number beside it.
  private mutating func add(_ comparison: Comparison, _ left: Term, _ right: Term, holds: Double?) {
    guard let holds else {
      for side in [left, right] where value(side) == nil { add("\(side.enclosedText) is unknown") }
      return
    }
    let verb = holds != 0 ? "is" : "is not"
    add("\(shown(left, beside: right)) \(verb) \(comparison.symbol) \(shown(right, beside: left))")
  }

  /// A side with its value, exactly if it would otherwise look like the other side.
  private func shown(_ side: Term, beside other: Term) -> String {
    if case .constant(let constant, let kind) = side.form { return literalText(constant, kind: kind) }
    var text = valueText(value(side), kind: side.kind)
    if let own = value(side), let its = value(other), own != its, text == valueText(its, kind: other.kind) {
      text = literalText(own, kind: side.kind)
    }
    return "\(side.enclosedText) \(text)"
  }

  private mutating func add(_ part: String) {
    if !parts.contains(part) { parts.append(part) }
  }
}
