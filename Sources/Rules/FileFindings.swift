// What is wrong with the files themselves: those that cannot be read, and those that are read too often.

import Diagnostics

/// At most so many rules in a file and its fragments: more than anybody reviews, few enough to check in half a second.
public let maximumRuleCount = 10_000

/// At most so many parts in the expressions of all rules, names written out: ten thousand rules have 50 each. A file of
/// few lines could otherwise ask for hundreds of millions, and the daemon would count them instead of answering.
public let maximumPartCount = 500_000

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
  static func tooManyParts(at range: Range<Int>) -> Finding {
    Finding(
      .tooManyParts,
      "the rules have more than \(maximumPartCount) parts, with the definitions of their names written out",
      at: range, hint: "this is the first one too many; many rules share a name that stands for much")
  }
}
