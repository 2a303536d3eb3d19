// What checking an expression gives: a form that can be run, or findings.

import Diagnostics

/// A checked expression. Equal when it means the same: the key by which rules, windows and damping keep their state over
/// a reload.
public struct Checked: Hashable, Sendable {
  /// What its value is.
  public let kind: Kind
  /// Its parts.
  public let term: Term
}

/// What the place needs in which an expression stands.
public enum Expectation: Sendable {
  /// `when:`, `until:`: yes/no.
  case condition
  /// `weight:`: a percent.
  case percent
  /// `maxconn:`: a number.
  case number
  /// `metrics:`: anything.
  case any
}

/// Everything that came out of a check.
public struct CheckOutcome {
  /// The checked form. Absent when there is an error among the findings or a poisoned name was used.
  public let checked: Checked?
  /// All mistakes, in the order of their places in the expression. One inside the definition of a name is reported where the
  /// name is used.
  public let findings: [Finding]
  /// The names in `metrics:` that it uses, directly or through other names, each once, in the order of first use.
  public let usedNames: [String]
}

/// Finds out what an expression means, or everything that is wrong with it.
public func check(_ expression: Expression, expecting: Expectation, in scope: Scope) -> CheckOutcome {
  var checker = Checker(scope, expression)
  let draft = checker.draft(expression.root)
  let checked = draft.flatMap { checker.settle($0, expecting) }
  let findings = checker.sortedFindings()
  let isWrong = findings.contains { $0.severity == .error }
  return CheckOutcome(checked: isWrong ? nil : checked, findings: findings, usedNames: checker.usedNames)
}
