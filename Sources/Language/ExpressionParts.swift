// What can be found in an expression with the place where it stands, for complaints that need more than one expression.
// Ranges count UTF-8 bytes of the expression's text. What stands under the names that it uses is not part of it.

extension Expression {
  /// The literals whose value the whole may have: the expression itself, the heights of a curve, the branches of an `if`.
  /// Values are in base units.
  public var literalResults: [(value: Double, range: Range<Int>)] { root.literalResults }

  /// The number without a unit that the whole is, signs and parentheses around it aside, and where its digits stand.
  public var plainNumber: (value: Double, range: Range<Int>)? { root.plainNumber }

  /// The windows, the outer one before the inner.
  public var windows: [(length: Duration, range: Range<Int>)] {
    var found: [(length: Duration, range: Range<Int>)] = []
    root.visit { node in
      if case .window(_, _, let length) = node.syntax { found.append((length, node.range)) }
    }
    return found
  }
}

extension Scope {
  /// The metrics that an expression asks for by their own names.
  public func metrics(in expression: Expression) -> [(metric: Metric, range: Range<Int>)] {
    var found: [(metric: Metric, range: Range<Int>)] = []
    expression.root.visit { node in
      guard case .reference(let reference) = node.syntax,
        case .metric(let metric, _, _) = resolve(reference, "", at: node.range)
      else { return }
      found.append((metric, node.range))
    }
    return found
  }
}

extension Node {
  fileprivate var literalResults: [(value: Double, range: Range<Int>)] {
    switch syntax {
    case .literal(let literal): return [(literal.value, range)]
    case .group(let inner): return inner.literalResults
    case .prefix(let entry, let inner) where entry.operation == .negate:
      return inner.literalResults.map { (-$0.value, range.lowerBound..<$0.range.upperBound) }
    case .curve(_, let points): return points.map { ($0.y.literal.value, $0.y.range) }
    case .call(let entry, let arguments) where entry.function == .choose:
      return arguments.dropFirst().flatMap { $0.literalResults }
    case .reference, .prefix, .chain, .call, .window: return []
    }
  }

  fileprivate var plainNumber: (value: Double, range: Range<Int>)? {
    switch syntax {
    case .literal(let literal) where literal.isBare: (literal.value, range)
    case .group(let inner): inner.plainNumber
    case .prefix(let entry, let inner) where entry.operation == .negate:
      inner.plainNumber.map { (-$0.value, $0.range) }
    default: nil
    }
  }

  /// Hands over itself and then everything in it, from left to right.
  fileprivate func visit(_ body: (Node) -> Void) {
    body(self)
    switch syntax {
    case .literal, .reference: break
    case .group(let inner), .prefix(_, let inner), .window(_, let inner, _), .curve(let inner, _): inner.visit(body)
    case .call(_, let arguments): for argument in arguments { argument.visit(body) }
    case .chain(let first, let links):
      first.visit(body)
      for link in links { link.operand.visit(body) }
    }
  }
}
