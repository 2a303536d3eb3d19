// The operators: one table, which the lexer, the parser, the checker, the printer and the manual read.

/// What an operator does.
public enum Operator: Hashable, Sendable {
  case or
  case and
  case not
  case compare(Comparison)
  case add
  case subtract
  case multiply
  case divide
  case negate
}

/// What an operator asks of the kinds of its operands.
public enum KindRule: Sendable {
  /// Yes/no on all sides, and a yes/no of it.
  case conditions
  /// A common kind that has an order, and a yes/no of it.
  case ordered
  /// A common kind, and a yes/no of it.
  case comparable
  /// A common kind, which is also the result's. Not yes/no.
  case common
  /// What `multiplications` says.
  case product
  /// What `divisions` says.
  case quotient
}

extension KindRule {
  /// Whether what comes out is a yes/no.
  var givesYesNo: Bool {
    switch self {
    case .conditions, .ordered, .comparable: true
    case .common, .product, .quotient: false
    }
  }
}

/// A row of the operator table.
public struct OperatorEntry: Sendable {
  /// How it is written.
  public let symbol: String
  /// What it is.
  public let operation: Operator
  /// How tightly it binds: a larger number binds tighter, and operators of one number are worked out from left to right.
  public let precedence: Int
  /// Whether it stands before its one operand instead of between two.
  public let isPrefix: Bool
  /// What it does with kinds.
  public let rule: KindRule
  /// A line for the manual.
  public let help: String

  init(
    _ symbol: String, _ operation: Operator, _ precedence: Int, prefix: Bool = false, _ rule: KindRule, _ help: String
  ) {
    self.symbol = symbol
    self.operation = operation
    self.precedence = precedence
    self.isPrefix = prefix
    self.rule = rule
    self.help = help
  }
}

/// All operators, from loose to tight.
public let operators: [OperatorEntry] = [
  .init("or", .or, 1, .conditions, "yes if either is; unknown does not matter beside a yes"),
  .init("and", .and, 2, .conditions, "yes if both are; unknown does not matter beside a no"),
  .init("not", .not, 3, prefix: true, .conditions, "yes for no, no for yes"),
  .init("<", .compare(.less), 4, .ordered, "less than; comparisons do not chain"),
  .init("<=", .compare(.lessOrEqual), 4, .ordered, "at most"),
  .init(">", .compare(.greater), 4, .ordered, "more than"),
  .init(">=", .compare(.greaterOrEqual), 4, .ordered, "at least"),
  .init("==", .compare(.equal), 4, .comparable, "exactly equal"),
  .init("!=", .compare(.notEqual), 4, .comparable, "not exactly equal"),
  .init("+", .add, 5, .common, "sum"),
  .init("-", .subtract, 5, .common, "difference"),
  .init("*", .multiply, 6, .product, "product; a percent takes a share of the other side"),
  .init("/", .divide, 6, .quotient, "quotient; unknown when divided by zero"),
  .init("-", .negate, 7, prefix: true, .common, "the same below zero"),
]

extension OperatorEntry {
  /// The operator that is written like this between two operands.
  static func infix(_ symbol: String) -> OperatorEntry? {
    for entry in operators where !entry.isPrefix && entry.symbol == symbol { return entry }
    return nil
  }

  /// The operator that is written like this before its operand.
  static func prefix(_ symbol: String) -> OperatorEntry? {
    for entry in operators where entry.isPrefix && entry.symbol == symbol { return entry }
    return nil
  }

  /// The row of an operator.
  static func of(_ operation: Operator) -> OperatorEntry {
    for entry in operators where entry.operation == operation { return entry }
    preconditionFailure("an operator is missing in the table")
  }
}

/// What two kinds give when they are multiplied or divided. `nil` is any quantity, the same wherever it stands in the row.
public struct ProductRule: Sendable {
  /// The left side.
  public let left: Kind?
  /// The right side.
  public let right: Kind?
  /// The result.
  public let result: Kind?
  /// Whether the percent takes a share, so that 50% of 8G is 4G: the product of the numbers by 100.
  public let isShare: Bool

  init(_ left: Kind?, _ right: Kind?, gives result: Kind?, isShare: Bool = false) {
    self.left = left
    self.right = right
    self.result = result
    self.isShare = isShare
  }

  /// The kind that these give under this rule, or nil where the rule is not about them.
  func result(of one: Kind, _ other: Kind) -> Kind? {
    var any: Kind?
    for (wanted, found) in [(left, one), (right, other)] {
      if let wanted {
        guard wanted == found else { return nil }
      } else {
        guard found != .yesNo, any == nil || any == found else { return nil }
        any = found
      }
    }
    return result ?? any
  }
}

/// What `*` gives; the first row that fits, read in both directions, decides. A number times a percent is a percent,
/// so that `load.1m / cpu.count * 100%` is one.
public let multiplications: [ProductRule] = [
  .init(.number, nil, gives: nil),
  .init(.percent, nil, gives: nil, isShare: true),
  .init(.bytesPerSecond, .seconds, gives: .bytes),
  .init(.perSecond, .seconds, gives: .number),
]

/// What `/` gives; the first row that fits decides.
public let divisions: [ProductRule] = [
  .init(nil, .number, gives: nil),
  .init(nil, nil, gives: .number),
  .init(.bytes, .seconds, gives: .bytesPerSecond),
  .init(.number, .seconds, gives: .perSecond),
]

/// The kind of a product or quotient and whether it is a share, or nil where these kinds do not go together.
func productRule(_ left: Kind, _ right: Kind, isDivision: Bool) -> (kind: Kind, isShare: Bool)? {
  for rule in isDivision ? divisions : multiplications {
    if let kind = rule.result(of: left, right) { return (kind, rule.isShare) }
    if !isDivision, let kind = rule.result(of: right, left) { return (kind, rule.isShare) }
  }
  return nil
}
