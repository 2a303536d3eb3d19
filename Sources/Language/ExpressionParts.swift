// What can be found in an expression before it is checked, with the places where it stands.

extension Expression {
  /// The windows in it, with their places as UTF-8 bytes of `text`; not those of the names that it uses.
  public var windows: [(length: Duration, range: Range<Int>)] { root.windows }

  /// The literals whose value the whole may have, with their places as UTF-8 bytes of `text`: the expression itself, the
  /// heights of a curve, the branches of an `if`. Values are in base units.
  public var literalResults: [(value: Double, range: Range<Int>)] { root.literalResults }
}

extension Node {
  fileprivate var windows: [(length: Duration, range: Range<Int>)] {
    switch syntax {
    case .literal, .reference: return []
    case .group(let inner), .prefix(_, let inner), .curve(let inner, _): return inner.windows
    case .chain(let first, let links): return first.windows + links.flatMap { $0.operand.windows }
    case .call(_, let arguments): return arguments.flatMap { $0.windows }
    case .window(_, let argument, let length): return argument.windows + [(length, range)]
    }
  }

  fileprivate var literalResults: [(value: Double, range: Range<Int>)] {
    switch syntax {
    case .literal(let literal): return [(literal.value, range)]
    case .group(let inner): return inner.literalResults
    case .curve(_, let points): return points.map { ($0.y.literal.value, $0.y.range) }
    case .call(let entry, let arguments) where entry.function == .choose:
      return arguments.dropFirst().flatMap { $0.literalResults }
    case .reference, .prefix, .chain, .call, .window: return []
    }
  }
}
