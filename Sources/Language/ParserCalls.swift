// The calls of the language, and references with their arguments.

import Diagnostics
import Text

extension Parser {
  /// A call of a function, from its name on.
  mutating func call(_ entry: FunctionEntry) throws(Finding) -> Node {
    let name = take()
    guard take(symbol: "(") else {
      if entry.function == .least, position >= 3, case .number = tokens[position - 3].form,
        tokens[position - 2].isSymbol("/")
      {
        throw .perMinute(entry.name, at: name.range)
      }
      throw .functionWithoutParentheses(entry, at: name.range)
    }
    let open = tokens[position - 1]
    let start = name.range.lowerBound
    let syntax = try nested { (parser) throws(Finding) in
      if parser.token.isSymbol(")") {
        throw .wrongArgumentCount(entry, at: start..<parser.token.range.upperBound)
      }
      let first = try parser.expression()
      if entry.function == .curve { return try parser.curve(entry, first, open) }
      if parser.token.isWord(overWord) { return try parser.window(entry, first, open) }
      return try parser.alternatives(entry, first, open, from: start)
    }
    return Node(syntax: syntax, range: range(from: start))
  }

  /// The rest of a call that takes expressions, behind the first one.
  private mutating func alternatives(
    _ entry: FunctionEntry, _ first: Node, _ open: Token, from start: Int
  ) throws(Finding) -> Syntax {
    if entry.window != nil, case .name("for") = token.form {
      throw .operatorExpected(found: "for", advice: "write 'over'", at: token.range)
    }
    guard let wanted = entry.arguments else {
      if case .name(let name) = token.form, name.lowercased() == overWord {
        throw .wordInWrongCase(name, at: token.range)
      }
      let length = token.isSymbol(",") ? following : token
      if case .literal = first.syntax { throw .wrongArgumentCount(entry, at: range(from: start)) }
      if case .number(let literal) = length.form, literal.kind == .seconds {
        throw .overMissing(entry, text(first.range), length: text(length.range), at: first.range)
      }
      if token.isSymbol(")") || token.isSymbol(",") {
        throw .overMissing(entry, text(first.range), length: nil, at: first.range)
      }
      throw unclosed(open)
    }
    var all = [first]
    while take(symbol: ",") { all.append(try expression()) }
    if token.isWord(overWord) { throw .overUnexpected(entry, at: token.range) }
    guard take(symbol: ")") else { throw unclosed(open) }
    guard wanted.contains(all.count) else { throw .wrongArgumentCount(entry, at: range(from: start)) }
    return .call(entry, all)
  }

  /// The length of a window, from `over` on.
  private mutating func window(
    _ entry: FunctionEntry, _ argument: Node, _ open: Token
  ) throws(Finding) -> Syntax {
    let over = take()
    guard let function = entry.window else { throw .overUnexpected(entry, at: over.range) }
    guard case .number(let literal) = token.form else {
      if case .end = token.form { throw .lengthExpected(found: nil, at: over.range) }
      throw .lengthExpected(found: text(token.range), at: token.range)
    }
    let length = try duration(literal, text(token.range), at: token.range)
    guard length > .zero else { throw .windowEmpty(at: token.range) }
    _ = take()
    guard take(symbol: ")") else { throw unclosed(open) }
    return .window(function, argument, length)
  }

  /// The points of a curve, from the first comma on.
  private mutating func curve(
    _ entry: FunctionEntry, _ argument: Node, _ open: Token
  ) throws(Finding) -> Syntax {
    var points: [PointSyntax] = []
    while take(symbol: ",") {
      let x = try coordinate()
      guard take(symbol: "->") else { throw .arrowExpected(found: found, at: tokenOrLast) }
      points.append(PointSyntax(x: x, y: try coordinate()))
    }
    guard take(symbol: ")") else { throw unclosed(open) }
    guard points.count >= 2 else {
      let range = points.first.map { $0.x.range.lowerBound..<$0.y.range.upperBound } ?? argument.range
      throw .tooFewPoints(points.count, entry, at: range)
    }
    return .curve(argument, points)
  }

  /// One side of a curve's point: a literal, perhaps below zero.
  private mutating func coordinate() throws(Finding) -> RangedLiteral {
    let start = token.range.lowerBound
    let isNegative = take(symbol: "-")
    guard case .number(let literal) = token.form else {
      throw .coordinateExpected(found: found, at: tokenOrLast)
    }
    _ = take()
    return RangedLiteral(literal: isNegative ? literal.negated : literal, range: range(from: start))
  }

  /// What is next, as a message shows it; nil at the end.
  private var found: String? {
    if case .end = token.form { return nil }
    return text(tokenOrLast)
  }

  /// Where to point when something else should have come: at the end of the text, at what came last. A name is shown with
  /// its members.
  private var tokenOrLast: Range<Int> {
    if case .end = token.form, position > 0 { return tokens[position - 1].range }
    var end = token.range.upperBound
    for next in tokens[(position + 1)...] {
      guard case .member = next.form, next.range.lowerBound == end else { break }
      end = next.range.upperBound
    }
    return token.range.lowerBound..<end
  }

  /// A name, with its members and arguments.
  mutating func reference(_ name: String) throws(Finding) -> Node {
    let start = take().range.lowerBound
    var parts: [Reference.Part] = []
    while true {
      if case .member(let member) = token.form {
        _ = take()
        parts.append(.member(member))
      } else if token.isSymbol("(") {
        parts.append(try arguments(of: text(range(from: start)), from: start))
      } else {
        return Node(syntax: .reference(Reference(name: name, parts: parts)), range: range(from: start))
      }
    }
  }

  /// What stands in the parentheses behind a name.
  private mutating func arguments(of name: String, from start: Int) throws(Finding) -> Reference.Part {
    let open = take()
    var arguments: [Argument] = []
    if !token.isSymbol(")") {
      repeat { arguments.append(try argument(of: name, from: start, open)) } while take(symbol: ",")
    }
    guard take(symbol: ")") else { throw unclosed(open) }
    return .arguments(arguments, range(from: open.range.lowerBound))
  }

  /// A whole number or a text in quotes.
  private mutating func argument(of name: String, from start: Int, _ open: Token) throws(Finding) -> Argument {
    switch token.form {
    case .text(let text):
      _ = take()
      return .text(text)
    case .number(let literal):
      let written = text(token.range)
      guard literal.isBare, let number = Int(written) else {
        throw .argumentNotWhole(written, at: token.range)
      }
      _ = take()
      return .number(number)
    case .end:
      throw unclosed(open)
    case .name, .word, .member, .symbol:
      throw unquoted(of: name, from: start, open)
    }
  }

  /// Something else than an argument in parentheses behind a name: a text without its quotes, or a function that does not exist.
  private func unquoted(of name: String, from start: Int, _ open: Token) -> Finding {
    guard let close = tokens[position...].firstIndex(where: { $0.isSymbol(")") }) else { return unclosed(open) }
    let inside = open.range.upperBound..<tokens[close].range.lowerBound
    let content = text(inside)
    if case .symbol(let sign) = token.form, sign != "/" { return .argumentNotWhole(content, at: inside) }
    let isWord = !content.utf8.contains { $0.isBlank || $0 == .of("\"") || $0 == .of("(") || $0 == .of(",") }
    if case .member = tokens[close + 1].form, isWord { return .unquotedArgument(name, content, at: inside) }
    if content.utf8.first == .of("/"), isWord { return .unquotedArgument(name, content, at: inside) }
    if FunctionEntry.named(name.lowercased()) != nil {
      return .wordInWrongCase(name, at: start..<open.range.lowerBound)
    }
    return .unknownFunction(name, isWord ? content : nil, at: start..<open.range.lowerBound)
  }
}
