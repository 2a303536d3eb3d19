// The parsed form: what was written, before anybody asks what it means. Immutable, and every part knows where it stood.

/// A part of a parsed expression.
final class Node {
  /// What it is.
  let syntax: Syntax
  /// Its bytes in the expression's text.
  let range: Range<Int>

  init(syntax: Syntax, range: Range<Int>) {
    self.syntax = syntax
    self.range = range
  }
}

extension Node {
  /// Whether its form alone tells that it is yes/no.
  var isCondition: Bool {
    switch syntax {
    case .group(let inner): inner.isCondition
    case .prefix(let entry, _): entry.operation == .not
    case .chain(_, let links): links[0].entry.rule.givesYesNo
    case .call(let entry, _): entry.function == .known
    case .literal, .reference, .window, .curve: false
    }
  }
}

/// What a node is.
enum Syntax {
  case literal(Literal)
  case reference(Reference)
  /// In parentheses. Kept, because nesting is counted by them.
  case group(Node)
  /// `not x`, `-x`
  case prefix(OperatorEntry, Node)
  /// Operands joined by operators of one precedence: `a + b - c`. A comparison has one link.
  case chain(Node, [Link])
  /// `min(a, b)`, `clamp(x, low, high)`, `if(c, a, b)`, `known(x)`: as many as the table says.
  case call(FunctionEntry, [Node])
  /// `avg(x over 30s)`
  case window(WindowFunction, Node, Duration)
  /// `curve(x, a -> b, c -> d)`
  case curve(Node, [PointSyntax])
}

/// An operator in a chain, and the operand behind it.
struct Link {
  let entry: OperatorEntry
  /// Where the operator stood.
  let range: Range<Int>
  let operand: Node
}

/// A point of a curve as written.
struct PointSyntax {
  let x: RangedLiteral
  let y: RangedLiteral
}

/// A literal and its place.
struct RangedLiteral {
  let literal: Literal
  let range: Range<Int>
}

/// Something by name, as in `filesystem("/var").used`.
struct Reference {
  /// What stands before the first point or parenthesis.
  let name: String
  /// What follows it.
  let parts: [Part]

  enum Part {
    case member(String)
    case arguments([Argument], Range<Int>)
  }
}
