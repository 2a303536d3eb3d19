// The values that an expression can take because they are written in it.

extension Expression {
  /// The literals whose value the whole may have, with their places as UTF-8 bytes of `text`: the expression itself, the
  /// heights of a curve, the branches of an `if`. Values are in base units.
  public var literalResults: [(value: Double, range: Range<Int>)] { root.literalResults }
}

extension Node {
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
