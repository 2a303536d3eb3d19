// A mistake, before anybody knows in which file it stands. The rooms that read small texts (an expression, a reply) make
// findings whose range counts in that text; whoever knows where the text stood makes a diagnostic of it.

/// How bad a finding is.
public enum Severity: Sendable {
  /// The file cannot be used.
  case error
  /// The file can be used, but probably does not mean what its author meant. `check --strict` refuses it.
  case warning
}

/// One complaint about a text.
public struct Finding: Error, Equatable {
  /// Which complaint, of the room's list of them: the key by which tests prove that each one is shown in a golden file.
  public let code: String
  /// Error or warning.
  public let severity: Severity
  /// What is wrong: lower case, no full stop, the user's text in quotes.
  public let message: String
  /// What to do about it, shown under the mark: `did you mean 'cpu.idle'?`.
  public let hint: String?
  /// The exact bytes that are wrong, as offsets in the text that was read.
  public let range: Range<Int>

  /// A finding about the bytes of `range`.
  public init(
    code: String, severity: Severity = .error, _ message: String, at range: Range<Int>, hint: String? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.range = range
    self.hint = hint
  }
}
