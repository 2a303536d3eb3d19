// Tokens to a tree. Operators are parsed by climbing their precedences in the operator table; the grammar itself is in the
// manual, agentcheckd.yaml(5). Calls and references are in a file of their own.

import Diagnostics

/// Reads an expression by recursion, which `deepestNesting` bounds.
struct Parser {
  let text: [UInt8]
  let tokens: [Token]
  private(set) var position = 0
  private var level = 0

  init(_ text: String, _ tokens: [Token]) {
    self.text = Array(text.utf8)
    self.tokens = tokens
  }

  /// The token that is next. The last one, `.end`, stays.
  var token: Token { tokens[position] }

  /// The token behind it.
  var following: Token { tokens[min(position + 1, tokens.count - 1)] }

  /// What was written there.
  func text(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }

  /// Goes past the next token and returns it.
  mutating func take() -> Token {
    let taken = token
    if position < tokens.count - 1 { position += 1 }
    return taken
  }

  /// Goes past this sign, if it is next.
  mutating func take(symbol: String) -> Bool {
    guard token.isSymbol(symbol) else { return false }
    position += 1
    return true
  }

  /// From there to the end of what has been taken.
  func range(from start: Int) -> Range<Int> { start..<max(start, tokens[max(position - 1, 0)].range.upperBound) }

  /// The whole text.
  mutating func whole() throws(Finding) -> Node {
    if case .end = token.form { throw .emptyExpression(at: 0..<text.count) }
    let node = try expression()
    if case .end = token.form { return node }
    throw unexpected()
  }

  /// An expression in parentheses, in a call, or the whole.
  mutating func expression() throws(Finding) -> Node { try expression(atLeast: 0) }

  /// One level deeper.
  mutating func nested<Result>(
    _ read: (inout Parser) throws(Finding) -> Result
  ) throws(Finding) -> Result {
    guard level < deepestNesting else { throw .nestedTooDeeply(at: token.range) }
    level += 1
    defer { level -= 1 }
    return try read(&self)
  }

  /// Operands joined by operators that bind at least so tightly.
  private mutating func expression(atLeast precedence: Int) throws(Finding) -> Node {
    let start = token.range.lowerBound
    var node = try operand(atLeast: precedence)
    while let first = token.infix, first.precedence >= precedence {
      var links: [Link] = []
      while let entry = token.infix, entry.precedence == first.precedence {
        if isComparison(entry), !links.isEmpty { throw try chained(node, links[0], entry) }
        let sign = take()
        let operand = try expression(atLeast: entry.precedence + 1)
        links.append(Link(entry: entry, range: sign.range, operand: operand))
      }
      node = Node(syntax: .chain(node, links), range: range(from: start))
    }
    return node
  }

  /// `a < b < c`, of which the first comparison is read.
  private mutating func chained(_ left: Node, _ first: Link, _ second: OperatorEntry) throws(Finding) -> Finding {
    let sign = take()
    let right = try expression(atLeast: second.precedence + 1)
    let middle = text(first.operand.range)
    let one = "\(text(left.range)) \(first.entry.symbol) \(middle)"
    let other = "\(middle) \(second.symbol) \(text(right.range))"
    let suggestion: String? =
      switch (left.isCondition, first.operand.isCondition, right.isCondition) {
      case (false, false, false): "\(one) and \(other)"
      case (false, false, true) where second.rule == .comparable: "(\(one)) \(second.symbol) \(text(right.range))"
      case (true, false, false) where first.entry.rule == .comparable:
        "\(text(left.range)) \(first.entry.symbol) (\(other))"
      default: nil
      }
    return .chainedComparison(suggestion, at: sign.range)
  }

  /// An operand, with the signs and words before it.
  private mutating func operand(atLeast precedence: Int) throws(Finding) -> Node {
    guard let entry = token.prefix else { return try primary() }
    let sign = take()
    guard entry.precedence >= precedence else { throw .notNeedsParentheses(at: sign.range) }
    let operand = try nested { (parser) throws(Finding) in
      entry.operation == .negate
        ? try parser.operand(atLeast: entry.precedence) : try parser.expression(atLeast: entry.precedence)
    }
    let range = range(from: sign.range.lowerBound)
    // The minus before a literal belongs to the literal: -5 is a number as 5 is, and takes its kind from its neighbours.
    if entry.operation == .negate, case .literal(let literal) = operand.syntax {
      return Node(syntax: .literal(literal.negated), range: range)
    }
    return Node(syntax: .prefix(entry, operand), range: range)
  }

  /// A literal, a call, a reference, or an expression in parentheses.
  private mutating func primary() throws(Finding) -> Node {
    switch token.form {
    case .number(let literal):
      return Node(syntax: .literal(literal), range: take().range)
    case .name(let name):
      return try reference(name)
    case .word(let word):
      if let entry = FunctionEntry.named(word) { return try call(entry) }
      throw operandMissing()
    case .symbol("("):
      let open = take()
      let inner = try nested { (parser) throws(Finding) in try parser.expression() }
      guard take(symbol: ")") else { throw unclosed(open) }
      return Node(syntax: .group(inner), range: range(from: open.range.lowerBound))
    case .text:
      throw .textAsValue(text(token.range), at: token.range)
    case .symbol, .member, .end:
      throw operandMissing()
    }
  }

  private func isComparison(_ entry: OperatorEntry) -> Bool {
    if case .compare = entry.operation { return true }
    return false
  }
}
