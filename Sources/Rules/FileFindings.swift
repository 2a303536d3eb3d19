// What is wrong with the files themselves: those that cannot be read, and those that are read too often.

import Diagnostics

/// At most so many rules in a file and its fragments: more than anybody reviews, few enough to check in half a second.
public let maximumRuleCount = 10_000

extension Finding {
  static func unreadableFile(_ name: String, why: String, hint: String?) -> Finding {
    Finding(.unreadableFile, "cannot read '\(name)': \(why)", at: 0..<0, hint: hint)
  }

  static func unreadableInclude(_ name: String, why: String, hint: String, at range: Range<Int>) -> Finding {
    Finding(.unreadableInclude, "cannot include '\(name)': \(why)", at: range, hint: hint)
  }

  static func includedTwice(_ name: String, at range: Range<Int>) -> Finding {
    Finding(
      .includedTwice, "'\(name)' is included twice", at: range, hint: "remove one of the two, or narrow the pattern")
  }

  static func includesItself(_ name: String, at range: Range<Int>) -> Finding {
    Finding(
      .includesItself, "'\(name)' includes itself", at: range,
      hint: "remove it, or keep what is to be included in another directory")
  }

  static func tooManyRules(at range: Range<Int>) -> Finding {
    Finding(
      .tooManyRules, "more than \(maximumRuleCount) rules", at: range,
      hint: "this is the first one too many; one rule can compute a 'weight' or a 'maxconn' for many cases")
  }
}
