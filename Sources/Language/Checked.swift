import Diagnostics

// What checking an expression gives: a form that can be run, or findings.

/// A checked expression. Equal when it means the same: the key by which rules, windows and damping keep their state over
/// a reload.
public struct Checked: Hashable, Sendable, CustomStringConvertible {
  /// What its value is.
  public let kind: Kind
  /// Its parts.
  public let term: Term
  public var description: String { fatalError() }
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
  /// All mistakes, in the order of their places in the expression. One inside the definition of a name is
  /// reported where the name is used.
  public let findings: [Finding]
  /// The names in `metrics:` that it uses, directly or through other names, each once, in the order of first use.
  public let usedNames: [String]
}

public func check(_ expression: Expression, expecting: Expectation, in scope: Scope) -> CheckOutcome { fatalError() }

public func checkName(_ name: String, in scope: Scope) -> Finding? { fatalError() }
