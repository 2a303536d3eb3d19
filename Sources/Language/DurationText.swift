// Durations, which keys and windows have: exact, bounded, always with a unit.

import Diagnostics

/// The longest duration that a key or a window may have, in days. More is a slip of the hand, and every instant that is
/// computed with it must fit.
public let longestDurationDays = 366

/// Reads a duration as keys have it: `90s`, `1m30s`, `100ms`, `0s`. Anything else is a finding that says what to write, for as far
/// as that can be guessed. Exact to the nanosecond.
public func parseDuration(_ text: String) throws(Finding) -> Duration {
  let all = 0..<text.utf8.count
  let tokens: [Token]
  do throws(Finding) {
    tokens = try Lexer.tokens(of: text)
  } catch {
    // What signs mean in an expression helps nobody here: `1:30`
    throw error.code == LanguageCode.foreignSymbol.rawValue ? .durationExpected(text, at: all) : error
  }
  switch tokens[0].form {
  case .end:
    throw .durationMissing(at: all)
  case .symbol("-"):
    throw .durationNegative(text, at: all)
  case .number(let literal):
    let duration = try duration(literal, text, at: all)
    if tokens.count == 2 { return duration }
    if case .number(let rest) = tokens[1].form, rest.kind == .seconds, tokens.count == 3 {
      throw .blankInDuration(text.filter { $0 != " " && $0 != "\t" }, at: all)
    }
    throw .durationExpected(text, at: all)
  case .name, .word, .member, .text, .symbol:
    throw .durationExpected(text, at: all)
  }
}

/// The duration that a literal is.
func duration(_ literal: Literal, _ text: String, at range: Range<Int>) throws(Finding) -> Duration {
  guard literal.kind == .seconds else {
    throw literal.isBare ? .durationWithoutUnit(text, at: range) : .durationExpected(text, at: range)
  }
  guard literal.value <= Double(longestDurationDays) * 86400 else { throw .durationTooLong(text, at: range) }
  return .nanoseconds(Int64((literal.value * 1e9).rounded()))
}

extension Duration {
  /// In seconds, rounded to what a Double holds.
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
