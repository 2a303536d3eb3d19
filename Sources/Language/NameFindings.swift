// Every sentence about names: what does not exist, what it may have been meant to be, and what stands in its parentheses.

import Diagnostics
import Text

extension Finding {
  static func unknownMetric(_ text: String, hint: String?, at range: Range<Int>) -> Finding {
    Finding(.unknownMetric, "unknown metric '\(text)'", at: range, hint: hint)
  }

  /// What somebody divides by who writes a rate with a blank, or per minute.
  static func perMinute(_ name: String, at range: Range<Int>) -> Finding {
    unknownMetric(name, hint: "rates are per second, and touch their number: '10MB/s', '100/s'", at: range)
  }

  static func nameInWrongCase(_ text: String, meant: String, at range: Range<Int>) -> Finding {
    Finding(.nameInWrongCase, "unknown metric '\(text)'", at: range, hint: "case matters: write '\(meant)'")
  }

  static func yesNoWord(_ word: String, at range: Range<Int>) -> Finding {
    Finding(
      .yesNoWord, "'\(word)' is not a value", at: range,
      hint: "a yes/no metric is a condition by itself: 'queue.ok', 'not queue.ok'")
  }

  static func memberMissing(_ source: String, choices: String, at range: Range<Int>) -> Finding {
    Finding(.memberMissing, "'\(source)' is not a metric by itself", at: range, hint: choices)
  }

  static func memberOfName(_ name: String, at range: Range<Int>) -> Finding {
    Finding(
      .memberOfName, "'\(name)' stands for an expression, and nothing can follow it", at: range,
      hint: "write '\(name)' alone")
  }

  static func argumentMissing(_ source: String, suggestion: String, at range: Range<Int>) -> Finding {
    Finding(.argumentMissing, "'\(source)' needs to know which one", at: range, hint: "write '\(suggestion)'")
  }

  static func argumentUnwanted(_ source: String, suggestion: String, at range: Range<Int>) -> Finding {
    Finding(.argumentUnwanted, "'\(source)' takes nothing in parentheses", at: range, hint: "write '\(suggestion)'")
  }

  static func argumentWrong(_ source: String, wants: String, suggestion: String, at range: Range<Int>) -> Finding {
    Finding(
      .argumentWrong, "'\(source)' takes \(wants) in parentheses", at: range, hint: "write it as in '\(suggestion)'")
  }

  static func pathNotFromRoot(_ source: String, _ path: String, at range: Range<Int>) -> Finding {
    Finding(
      .argumentWrong, "'\(source)' takes an absolute path", at: range,
      hint: "write it from the root: '\(source)\(argumentText([.text("/" + path)]))'")
  }

  static func argumentNotWhole(_ text: String, at range: Range<Int>) -> Finding {
    Finding(
      .argumentWrong, "'\(text)' cannot stand in parentheses behind a name", at: range,
      hint: "expected a whole number or a text in quotes")
  }

  static func timesWrong(_ text: String, suggestion: String, at range: Range<Int>) -> Finding {
    Finding(
      .argumentWrong, "'\(text)' takes two times of day", at: range,
      hint: "from 00:00 to 23:59, as in '\(suggestion)'")
  }

  static func unquotedArgument(_ name: String, _ content: String, at range: Range<Int>) -> Finding {
    Finding(.unquotedArgument, "a text without quotes", at: range, hint: "write '\(name)(\"\(content)\")'")
  }

  /// `path` leads from the name back to itself; `metric` is a built-in metric that could be meant by it.
  static func cyclicDefinition(_ path: [String], metric: String?, at range: Range<Int>) -> Finding {
    let hint =
      path.count > 2
      ? "it leads back to itself: \(path.joined(separator: ", then "))" : metric.map { "did you mean '\($0)'?" }
    return Finding(.cyclicDefinition, "'\(path[0])' is defined by itself", at: range, hint: hint)
  }

  static func expansionTooLarge(at range: Range<Int>) -> Finding {
    Finding(
      .expansionTooLarge, "more than \(largestExpansion) parts, with the definitions of its names written out",
      at: range)
  }

  static func expansionTooDeep(at range: Range<Int>) -> Finding {
    Finding(
      .nestedTooDeeply, "nested more than \(deepestNesting) levels deep, with the definitions of its names written out",
      at: range)
  }

  static func nameMalformed(_ name: String, at range: Range<Int>) -> Finding {
    let repaired = String(decoding: name.utf8.map { $0.isNamePart ? $0 : .of("_") }, as: UTF8.self)
    let isClose = name.utf8.first?.isNameStart == true && name.utf8.allSatisfy { $0 < 0x80 }
    let hint = isClose ? "write '\(repaired)'" : nil
    return Finding(
      .nameMalformed, "'\(name)' is not a name: a letter, then letters, digits and '_'", at: range, hint: hint)
  }

  static func nameIsWord(_ name: String, at range: Range<Int>) -> Finding {
    Finding(.nameIsWord, "'\(name)' is a word of the expression language", at: range, hint: "choose another name")
  }

  static func nameIsBuiltIn(_ name: String, at range: Range<Int>) -> Finding {
    Finding(.nameIsBuiltIn, "'\(name)' is built in and cannot be defined anew", at: range, hint: "choose another name")
  }
}
