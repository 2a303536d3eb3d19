// What is wrong with a rule: what it says to HAProxy, and when.

import Diagnostics
import Language
import Reply
import Text

extension Finding {
  static func duplicateRuleName(_ name: String, isWritten: Bool, at range: Range<Int>) -> Finding {
    Finding(
      .duplicateRuleName, "two rules of one service are named '\(name.shortened)'", at: range,
      hint: isWritten ? "give one of them another name" : "a rule without a 'name' is named by its 'when': give it one")
  }

  /// `severed` is the key with which the next rule begins, if that was meant to belong to this one.
  static func silentRule(before severed: String?, onLine line: Int?, at range: Range<Int>) -> Finding {
    var hint = "add 'reply: 50%', or 'weight:' or 'maxconn:' with an expression"
    if let severed, let line {
      hint =
        "the '- ' before '\(severed.shortened)' on line \(line) begins a rule of its own: write blanks in its place"
    }
    return Finding(.silentRule, "this rule says nothing to HAProxy", at: range, hint: hint)
  }

  /// What was meant, if this wrong expression is a word of another language or of HAProxy's.
  static func mistakenExpression(_ text: String, as key: String, at range: Range<Int>) -> Finding? {
    for (word, isYes) in truthWords where word == text.lowercased() && (key == "when" || key == "until") {
      return .constantCondition(text, as: key, isYes: isYes, at: range)
    }
    let parsed = ParsedWords(text)
    guard parsed.mistakes.isEmpty, parsed.words.things != .weight else { return nil }
    return .wordsAsExpression(text, parsed.words, as: key, at: range)
  }

  /// `when: true`, `until: no`
  private static func constantCondition(_ word: String, as key: String, isYes: Bool, at range: Range<Int>) -> Finding {
    let hint: String
    switch (key, isYes) {
    case ("until", true): hint = "leave 'until' out: the rule then ends when 'when' no longer holds"
    case ("until", false): hint = "write what ends the rule, as in 'until: cpu.idle > 20%'"
    case (_, true): hint = "leave '\(key)' out: the rule is then always active"
    case (_, false): hint = "write 'dry-run: true' to switch the rule off, or make a comment of it"
    }
    return Finding(.constantCondition, "expected a condition as '\(key)', found '\(word)'", at: range, hint: hint)
  }

  /// Words for HAProxy behind `weight:`, `maxconn:` or `when:`.
  private static func wordsAsExpression(
    _ text: String, _ words: Words, as key: String, at range: Range<Int>
  ) -> Finding {
    let hint: String
    if key == "maxconn", let number = words.maxconn, words.things == .maxconn {
      hint = "write 'maxconn: \(number)', or 'reply: \(text)'"
    } else {
      hint = "write 'reply: \(text)'"
    }
    return Finding(
      .wordsAsExpression, "expected an expression as '\(key)', found HAProxy's words '\(text.shortened)'", at: range,
      hint: hint)
  }

  static func expressionAsWords(_ text: String, at range: Range<Int>) -> Finding {
    Finding(
      .expressionAsWords, "expected HAProxy's words, found the expression '\(text.shortened)'", at: range,
      hint: "a computed weight stands behind 'weight:', a computed limit behind 'maxconn:'")
  }

  static func saidTwice(_ thing: String, by key: String, at range: Range<Int>) -> Finding {
    Finding(
      .saidTwice, "'reply' and '\(key)' both speak of the \(thing)", at: range,
      hint: "keep one of them, or make two rules: the most restrictive word wins")
  }

  static func badWord(_ message: String, hint: String, at range: Range<Int>) -> Finding {
    Finding(.badWord, message, at: range, hint: hint)
  }

  static func dampingWithoutWeight(at range: Range<Int>) -> Finding {
    Finding(
      .dampingWithoutWeight, "'damping' works on a computed 'weight', and this rule has none", at: range,
      hint: "remove it, or use 'for' and 'until' against flapping")
  }

  /// `inPercent` is what was written, with a '%' behind its digits.
  static func weightPlainNumber(_ value: Double, inPercent: String, at range: Range<Int>) -> Finding {
    Finding(
      .weightPlainNumber, "a weight is a share of the server's weight in HAProxy, in percent", at: range,
      hint: computedWeights.contains(value) ? "write '\(inPercent)'" : advice(insteadOfWeight: value))
  }

  static func weightOutOfRange(_ value: Double, at range: Range<Int>) -> Finding {
    Finding(
      .weightOutOfRange,
      "a computed weight is limited to 1% to 256%, this is \(valueText(value, kind: .percent))", at: range,
      hint: advice(insteadOfWeight: value))
  }

  /// What to write for a weight that is none of `computedWeights`.
  private static func advice(insteadOfWeight value: Double) -> String {
    value > 0
      ? "write a percentage from 1% to 256%" : "write 'reply: 0%' in a rule with a 'when' to stop new connections"
  }

  static func maxconnTooSmall(_ text: String, at range: Range<Int>) -> Finding {
    Finding(
      .maxconnTooSmall, "a computed maxconn is at least 1, this is \(text)", at: range,
      hint: "write a number from 1; 'reply: 0%' stops new connections")
  }

  static func maxconnWithoutDefault(_ rule: String, service: String, at range: Range<Int>) -> Finding {
    let owner = service == Service.implicitName ? "" : " of service '\(service)'"
    return Finding(
      .maxconnWithoutDefault, "no 'default'\(owner) takes the maxconn of rule '\(rule.shortened)' back", at: range,
      hint: "HAProxy keeps the last number it was told: add 'default: maxconn:200', with your usual limit")
  }
}

/// The percentages that a computed weight may have: 0% takes a server out of use, which no formula does, and HAProxy's
/// weights end at 256.
let computedWeights = 1.0...256

/// What other languages call yes and no.
private let truthWords = [
  ("true", true), ("yes", true), ("on", true), ("always", true), ("false", false), ("no", false), ("off", false),
  ("never", false),
]
