// What the lexer makes of an expression.

/// A number as it was written, with its unit worked in.
struct Literal: Hashable {
  /// In the base unit of `kind`.
  let value: Double
  /// What the unit says; a number where there is none.
  let kind: Kind
  /// Whether it has no unit.
  let isBare: Bool

  /// The literal 0, which is at home in every kind.
  var isZero: Bool { isBare && value == 0 }

  /// The same below zero.
  var negated: Literal { Literal(value: -value, kind: kind, isBare: isBare) }
}

/// One word, number or sign, and where it stands.
struct Token {
  enum Form: Equatable {
    /// A number with its unit.
    case number(Literal)
    /// A name that the grammar leaves to metrics.
    case name(String)
    /// A word of the grammar: `and`, `over`, `min`.
    case word(String)
    /// A point and what touches it: the `idle` of `cpu.idle`. May be any word, and may begin with a digit.
    case member(String)
    /// What stands in quotes, without them.
    case text(String)
    /// An operator or a sign: `<=`, `(`, `->`.
    case symbol(String)
    /// Nothing is left.
    case end
  }

  /// What it is.
  let form: Form
  /// Its bytes in the text.
  let range: Range<Int>

  /// Whether it is this word of the grammar.
  func isWord(_ word: String) -> Bool { form == .word(word) }

  /// Whether it is this sign.
  func isSymbol(_ symbol: String) -> Bool { form == .symbol(symbol) }

  /// The operator that it is between two operands.
  var infix: OperatorEntry? {
    switch form {
    case .word(let text), .symbol(let text): OperatorEntry.infix(text)
    case .number, .name, .member, .text, .end: nil
    }
  }

  /// The operator that it is before an operand.
  var prefix: OperatorEntry? {
    switch form {
    case .word(let text), .symbol(let text): OperatorEntry.prefix(text)
    case .number, .name, .member, .text, .end: nil
    }
  }
}
