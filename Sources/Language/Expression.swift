import Diagnostics

/// A parsed expression: an immutable tree in which every part knows where it stood.
public struct Expression {
  /// What was written.
  public let text: String

  /// Reads an expression. The finding's range counts UTF-8 bytes in `text`.
  public init(parsing text: String) throws(Finding) { fatalError() }
}
