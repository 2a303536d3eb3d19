// An expression of a rule file, read but not yet understood.

import Diagnostics

/// The deepest nesting of parentheses, calls, signs and `not`, names in `metrics:` included: far beyond what a person can
/// follow, and few enough that everything that walks down an expression may do so by recursion.
public let deepestNesting = 64

/// A parsed expression: an immutable tree in which every part knows where it stood.
public struct Expression {
  /// What was written.
  public let text: String
  /// The same on one line, and with blanks where people put them; names stay names. Reading it gives the same expression.
  public let tidyText: String
  /// The tree.
  let root: Node

  /// Reads an expression. Throws the first mistake; its range counts UTF-8 bytes in `text`.
  public init(parsing text: String) throws(Finding) {
    self.text = text
    let tokens = try Lexer.tokens(of: text)
    tidyText = Language.tidyText(text, tokens)
    var parser = Parser(text, tokens)
    root = try parser.whole()
  }
}
