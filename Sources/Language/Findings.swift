// Every sentence about a wrong expression, in one place: lower case, no full stop, the user's text in quotes, and as the hint
// what to write. Grouped as the codes are; those about kinds are in `KindFindings.swift`.

import Diagnostics
import Text

extension Finding {
  /// A finding of this room.
  convenience init(
    _ code: LanguageCode, severity: Severity = .error, _ message: String, at range: Range<Int>, hint: String? = nil
  ) {
    self.init(code: code.rawValue, severity: severity, message, at: range, hint: hint)
  }
}

// MARK: Characters and words

extension Finding {
  static func expressionTooLong(_ count: Int) -> Finding {
    Finding(
      .expressionTooLong, "an expression of \(count) bytes; at most \(longestExpression) are allowed", at: 0..<count,
      hint: "give its parts names under 'metrics:'")
  }

  static func notASCII(_ scalar: Unicode.Scalar, at range: Range<Int>) -> Finding {
    switch scalar {
    case "\u{201C}", "\u{201D}", "\u{201E}", "\u{00AB}", "\u{00BB}":
      return Finding(.smartQuote, "'\(scalar)' is a typographic quote", at: range, hint: "write '\"'")
    case "\u{2018}", "\u{2019}", "\u{201A}", "\u{00B4}":
      return Finding(.smartQuote, "'\(scalar)' is a typographic quote", at: range, hint: "write \"'\"")
    default:
      break
    }
    for (lookalike, ascii) in lookalikes where lookalike == scalar {
      return Finding(.notASCII, "'\(scalar)' is not part of the language", at: range, hint: "write '\(ascii)'")
    }
    if scalar.properties.isWhitespace {
      let code = String(scalar.value, radix: 16, uppercase: true)
      return Finding(.notASCII, "a blank that is none (U+\(code))", at: range, hint: "write an ordinary blank")
    }
    return Finding(
      .notASCII, "'\(scalar)' is not part of the language", at: range, hint: "outside of quotes, only ASCII can stand")
  }

  static func strangeCharacter(_ text: String, at range: Range<Int>) -> Finding {
    guard let byte = text.utf8.first, byte.isPrintable else {
      return Finding(.strangeCharacter, "a control character", at: range, hint: "remove it")
    }
    return Finding(.strangeCharacter, "'\(text)' is not part of the language", at: range)
  }

  static func foreignSymbol(_ text: String, advice: StaticString, at range: Range<Int>) -> Finding {
    Finding(.foreignSymbol, "'\(text)' is not part of the language", at: range, hint: "\(advice)")
  }

  static func unclosedText(at range: Range<Int>) -> Finding {
    Finding(.unclosedText, "a text that does not end", at: range, hint: "close it with the quote that opened it")
  }

  static func memberExpected(at range: Range<Int>) -> Finding {
    Finding(
      .memberExpected, "a point with nothing behind it", at: range,
      hint: "the metric follows without a blank: 'cpu.idle'")
  }

  static func wordInWrongCase(_ word: String, at range: Range<Int>) -> Finding {
    Finding(
      .wordInWrongCase, "'\(word)' is not a word of the language", at: range,
      hint: "case matters: write '\(word.lowercased())'")
  }
}

/// Signs that a word processor or a web page makes of ours.
private let lookalikes: [(lookalike: Unicode.Scalar, ascii: StaticString)] = [
  ("\u{2264}", "<="), ("\u{2265}", ">="), ("\u{2260}", "!="), ("\u{00D7}", "*"), ("\u{00F7}", "/"), ("\u{2212}", "-"),
  ("\u{2013}", "-"), ("\u{2014}", "-"), ("\u{2192}", "->"), ("\u{2227}", "and"), ("\u{2228}", "or"),
  ("\u{00AC}", "not"),
  ("\u{FF05}", "%"), ("\u{2026}", "..."),
]

// MARK: Numbers and durations

extension Finding {
  static func malformedNumber(_ text: String, at range: Range<Int>) -> Finding {
    let digits = text.filter { $0 != "_" }
    let isSeparated = digits != text && digits.utf8.allSatisfy { $0.isDigit }
    return Finding(
      .malformedNumber, "'\(text)' is not a number", at: range,
      hint: isSeparated ? "write '\(digits)'" : "numbers are written '1000' and '0.5'")
  }

  static func numberBeginsWithPoint(_ text: String, at range: Range<Int>) -> Finding {
    Finding(.malformedNumber, "'\(text)' is not a number", at: range, hint: "write '0\(text)'")
  }

  static func numberTooLarge(at range: Range<Int>) -> Finding {
    Finding(.numberTooLarge, "a number too large to count with", at: range)
  }

  static func decimalComma(_ number: String, at range: Range<Int>) -> Finding {
    Finding(.decimalComma, "a comma inside a number", at: range, hint: "write '\(number)'")
  }

  static func unknownUnit(_ unit: String, number: String, meant: String?, at range: Range<Int>) -> Finding {
    let hint: String
    if let meant {
      hint = "write '\(number)\(meant)'"
    } else if unit.lowercased() == "e" {
      hint = "numbers are written out, as in '1000000', or with a unit, as in '1M'"
    } else if unit.utf8.first == .of("%") {
      hint = "write '\(number)% \(unit.dropFirst())'"
    } else if unit == "us" || unit == "ns" {
      hint = "the smallest unit of time is 'ms'"
    } else {
      hint = "units are '%', B k M G T Ki Mi Gi Ti, and ms s m h d"
    }
    return Finding(.unknownUnit, "unknown unit '\(unit)'", at: range, hint: hint)
  }

  /// A unit of bits; `bytes` is the same amount in bytes.
  static func unitOfBits(_ unit: String, bytes: String, at range: Range<Int>) -> Finding {
    Finding(.unknownUnit, "unknown unit '\(unit)'", at: range, hint: "a byte has 8 bits: write '\(bytes)'")
  }

  static func rateInWords(_ word: String, rate: String, at range: Range<Int>) -> Finding {
    Finding(.unknownUnit, "unknown unit '\(word)'", at: range, hint: "write '\(rate)'")
  }

  static func blankBeforeUnit(number: String, unit: String, at range: Range<Int>) -> Finding {
    Finding(.blankBeforeUnit, "a blank between a number and its unit", at: range, hint: "write '\(number)\(unit)'")
  }

  static func rateOfUnit(_ text: String, at range: Range<Int>) -> Finding {
    Finding(
      .rateOfUnit, "'\(text)' is not a rate", at: range, hint: "rates are of bytes or of events: '10MB/s', '100/s'")
  }

  static func badComposition(_ text: String, at range: Range<Int>) -> Finding {
    Finding(
      .badComposition, "'\(text)' is not a duration", at: range,
      hint: "only durations are composed, from large units to small: '1m30s'")
  }

  static func composedWithoutUnit(_ text: String, at range: Range<Int>) -> Finding {
    Finding(.badComposition, "the last part of '\(text)' has no unit", at: range, hint: "write '\(text)s'")
  }

  static func blankInDuration(_ joined: String, at range: Range<Int>) -> Finding {
    Finding(.blankInDuration, "a blank inside a duration", at: range, hint: "write '\(joined)'")
  }

  static func durationMissing(at range: Range<Int>) -> Finding {
    Finding(.durationMissing, "expected a duration", at: range, hint: "as in '90s' or '1m30s'")
  }

  static func durationNegative(_ text: String, at range: Range<Int>) -> Finding {
    Finding(.durationNegative, "'\(text)' is a duration below zero", at: range)
  }

  static func durationWithoutUnit(_ text: String, at range: Range<Int>) -> Finding {
    Finding(.durationWithoutUnit, "'\(text)' has no unit of time", at: range, hint: "write '\(text)s'")
  }

  static func durationExpected(_ text: String, at range: Range<Int>) -> Finding {
    Finding(.durationExpected, "'\(text)' is not a duration", at: range, hint: "as in '90s' or '1m30s'")
  }

  static func durationTooLong(_ text: String, at range: Range<Int>) -> Finding {
    Finding(.durationTooLong, "'\(text)' is too long; at most \(longestDurationDays) days are allowed", at: range)
  }
}

// MARK: Grammar

extension Finding {
  static func emptyExpression(at range: Range<Int>) -> Finding {
    Finding(.emptyExpression, "an empty expression", at: range, hint: "as in 'cpu.idle < 10%'")
  }

  static func nestedTooDeeply(at range: Range<Int>) -> Finding {
    Finding(
      .nestedTooDeeply, "nested more than \(deepestNesting) levels deep", at: range,
      hint: "give its parts names under 'metrics:'")
  }

  static func valueExpected(
    after before: String?, found: String?, at range: Range<Int>, hint: String? = nil
  ) -> Finding {
    guard let found else { return Finding(.valueExpected, "expected a value after '\(before ?? "")'", at: range) }
    let place = before.map { "after '\($0)'" } ?? "first"
    return Finding(.valueExpected, "expected a value \(place), found '\(found)'", at: range, hint: hint)
  }

  static func operatorExpected(found: String?, advice: StaticString?, at range: Range<Int>) -> Finding {
    guard let found else { return Finding(.operatorExpected, "expected more after this", at: range) }
    return Finding(
      .operatorExpected, "expected an operator or the end, found '\(found)'", at: range, hint: advice.map { "\($0)" })
  }

  static func chainedComparison(_ suggestion: String?, at range: Range<Int>) -> Finding {
    Finding(
      .chainedComparison, "comparisons do not chain", at: range,
      hint: suggestion.map { "write '\($0)'" } ?? "conditions are joined by 'and' or 'or'")
  }

  static func notNeedsParentheses(at range: Range<Int>) -> Finding {
    Finding(
      .notNeedsParentheses, "'not' cannot stand behind this operator", at: range,
      hint: "put it in parentheses: '(not ...)'")
  }

  static func unclosedParenthesis(at range: Range<Int>) -> Finding {
    Finding(.unclosedParenthesis, "a parenthesis that nothing closes", at: range, hint: "close it with ')'")
  }

  static func unopenedParenthesis(at range: Range<Int>) -> Finding {
    Finding(
      .unopenedParenthesis, "a parenthesis that nothing opens", at: range, hint: "remove it, or open it with '('")
  }

  static func textAsValue(_ text: String, at range: Range<Int>) -> Finding {
    Finding(
      .textAsValue, "\(text) is a text, and no value", at: range,
      hint: "texts stand only in parentheses behind a name, as in 'filesystem(\"/\").used'")
  }
}

// MARK: Calls

extension Finding {
  /// `argument` is what stands in its parentheses, if that could be the argument of a metric.
  static func unknownFunction(_ name: String, _ argument: String?, at range: Range<Int>) -> Finding {
    var meant = closest(to: name, among: functions.map { $0.name })
    for (foreign, ours) in foreignFunctions where foreign == name.lowercased() { meant = ours }
    let all = functions.map { $0.name }.joined(separator: ", ")
    let metric = argument.map { "; if it is a metric, write '\(name)(\"\($0)\")'" } ?? ""
    let hint = meant.map { "did you mean '\($0)'?" } ?? "functions are \(all)\(metric)"
    return Finding(.unknownFunction, "unknown function '\(name)'", at: range, hint: hint)
  }

  static func functionWithoutParentheses(_ entry: FunctionEntry, at range: Range<Int>) -> Finding {
    Finding(
      .functionWithoutParentheses, "'\(entry.name)' is a function", at: range, hint: "it is written \(entry.usage)")
  }

  static func wrongArgumentCount(_ entry: FunctionEntry, at range: Range<Int>) -> Finding {
    Finding(
      .wrongArgumentCount, "wrong number of arguments for '\(entry.name)'", at: range,
      hint: "it is written \(entry.usage)"
    )
  }

  static func overMissing(
    _ entry: FunctionEntry, _ argument: String, length: String?, at range: Range<Int>
  ) -> Finding {
    Finding(
      .overMissing, "'\(entry.name)' needs to know how far to look back", at: range,
      hint: "write '\(entry.name)(\(argument) over \(length ?? "30s"))'")
  }

  static func overUnexpected(_ entry: FunctionEntry, at range: Range<Int>) -> Finding {
    Finding(.overUnexpected, "'over' cannot stand here", at: range, hint: "'\(entry.name)' is written \(entry.usage)")
  }

  static func lengthExpected(found: String?, at range: Range<Int>) -> Finding {
    Finding(
      .lengthExpected,
      found.map { "expected a duration after 'over', found '\($0)'" } ?? "expected a duration after 'over'",
      at: range, hint: "as in 'over 30s'")
  }

  static func windowEmpty(at range: Range<Int>) -> Finding {
    Finding(.windowEmpty, "a window of no length", at: range, hint: "as in 'over 30s'")
  }

  static func coordinateExpected(found: String?, at range: Range<Int>) -> Finding {
    Finding(
      .coordinateExpected,
      found.map { "expected a number in a curve's point, found '\($0)'" } ?? "expected a curve's point",
      at: range, hint: "points are written out, as in '40% -> 100%'")
  }

  static func arrowExpected(found: String?, at range: Range<Int>) -> Finding {
    Finding(
      .arrowExpected,
      found.map { "expected '->' in a curve's point, found '\($0)'" } ?? "expected '->' in a curve's point",
      at: range, hint: "as in '40% -> 100%'")
  }

  static func tooFewPoints(_ count: Int, _ entry: FunctionEntry, at range: Range<Int>) -> Finding {
    let message = count == 0 ? "a curve without points" : "a curve with only one point"
    return Finding(.tooFewPoints, message, at: range, hint: "two at least, as in '\(entry.usage)'")
  }

  static func pointsNotRising(at range: Range<Int>) -> Finding {
    Finding(
      .pointsNotRising, "the points of a curve have to rise from left to right", at: range,
      hint: "sort them by what stands before '->', each once")
  }

  static func clampUpsideDown(at range: Range<Int>) -> Finding {
    Finding(
      .clampUpsideDown, "the highest value is below the lowest", at: range, hint: "write 'clamp(x, lowest, highest)'")
  }
}
