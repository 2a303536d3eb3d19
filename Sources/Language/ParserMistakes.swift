// What is wrong when the parser cannot go on: the guess that tells its author most.

import Diagnostics

extension Parser {
  /// No value where one has to be. At the end of the text, the mark goes under what wanted one.
  func operandMissing() -> Finding {
    let before = position > 0 ? text(tokens[position - 1].range) : nil
    if case .end = token.form, position > 0 {
      return .valueExpected(after: before, found: nil, at: tokens[position - 1].range)
    }
    let hint: String? =
      switch token.form {
      case .symbol("/") where position == 0: "a path stands in quotes behind a name, as in 'file(\"/run/lag\").value'"
      case .symbol("+"): "remove it"
      case .symbol where token.infix?.rule.givesYesNo == true && (before == "and" || before == "or"):
        "each side is a condition of its own, as in 'x < 1 or x > 2'"
      default: nil
      }
    return .valueExpected(after: before, found: text(token.range), at: token.range, hint: hint)
  }

  /// A parenthesis that nothing closes, or something in the way of what would.
  func unclosed(_ open: Token) -> Finding {
    if case .end = token.form { return .unclosedParenthesis(at: open.range) }
    return unexpected()
  }

  /// Something where only an operator, or the end, can stand.
  func unexpected() -> Finding {
    let found = text(token.range)
    let last = position > 0 ? tokens[position - 1] : token
    if case .name(let name) = last.form, name.lowercased() != name, isGrammarWord(name.lowercased()) {
      return .wordInWrongCase(name, at: last.range)
    }
    switch token.form {
    case .symbol(")"):
      return .unopenedParenthesis(at: token.range)
    case .symbol(","):
      if case .number = last.form, case .number = following.form, last.range.upperBound == token.range.lowerBound,
        following.range.lowerBound == token.range.upperBound
      {
        let range = last.range.lowerBound..<following.range.upperBound
        return .decimalComma("\(text(last.range)).\(text(following.range))", at: range)
      }
    case .name(let name):
      if name.lowercased() != name, isGrammarWord(name.lowercased()) { return .wordInWrongCase(name, at: token.range) }
      if name == "is" || name == "equals" {
        return .foreignSymbol(
          name, advice: "write '=='; a yes/no metric stands alone, or behind 'not'", at: token.range)
      }
      for (word, advice) in foreignWords where word == name.lowercased() {
        return .operatorExpected(found: found, advice: advice, at: token.range)
      }
    case .number(let literal):
      if case .number(let before) = last.form, before.kind == .seconds, literal.kind == .seconds {
        return .blankInDuration(text(last.range) + found, at: last.range.lowerBound..<token.range.upperBound)
      }
      return .operatorExpected(found: found, advice: "a comparison is written 'cpu.idle < 10%'", at: token.range)
    case .word("not"):
      return .operatorExpected(found: found, advice: "write 'and not'", at: token.range)
    case .word(overWord):
      return .operatorExpected(
        found: found, advice: "a look back is written 'avg(x over 10s)', or with 'min', 'max', 'rate'",
        at: token.range)
    case .text, .member, .word, .symbol, .end:
      break
    }
    if case .end = token.form { return .operatorExpected(found: nil, advice: nil, at: last.range) }
    return .operatorExpected(found: found, advice: nil, at: token.range)
  }
}

/// Words that people write behind a value, and what they mean by them.
private let foreignWords: [(word: String, advice: StaticString)] = [
  ("for", "write 'for:', a key of the rule, on a line of its own"),
  ("until", "write 'until:', a key of the rule, on a line of its own"),
  ("then", "write 'reply:', a key of the rule, on a line of its own"),
  ("below", "write '<'"), ("under", "write '<'"), ("less", "write '<' for 'less than'"), ("lt", "write '<'"),
  ("above", "write '>'"), ("exceeds", "write '>'"), ("gt", "write '>'"),
  ("greater", "write '>' for 'greater than'"), ("more", "write '>' for 'more than'"),
]
