// A mistake, before anybody knows in which file it stands. The rooms that read small texts (an expression, a reply) make
// findings whose range counts in that text; whoever knows where the text stood makes a diagnostic of it.

/// How bad a finding is.
public enum Severity: Sendable {
  /// The file cannot be used.
  case error
  /// The file can be used, but probably does not mean what its author meant. `check --strict` refuses it.
  case warning
}

/// One complaint about a text. A class, because it is thrown through most of the code that reads a rule file: as a value of
/// four texts, the copies alone were a tenth of the released program.
public final class Finding: Error, Equatable {
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

  /// Whether they say the same about the same place.
  public static func == (one: Finding, other: Finding) -> Bool {
    one.code == other.code && one.severity == other.severity && one.message == other.message
      && one.hint == other.hint && one.range == other.range
  }
}
