// Where rule files come from. This room touches no file: whoever loads a rule set hands over one of these.

/// What reading a file gave.
public enum FileContents: Equatable, Sendable {
  /// All of it.
  case bytes([UInt8])
  /// There is none of this name.
  case missing
  /// It is a directory.
  case directory
  /// Why it cannot be read, in the system's words.
  case unreadable(String)
}

/// The files that a rule set is loaded from.
public protocol RuleFiles: AnyObject {
  /// The contents of a file, at most `limit` bytes and one more, so that a larger one can be told.
  func contents(of path: String, limit: Int) -> FileContents
  /// The files that match a pattern of glob(7), sorted bytewise. Empty where none does.
  func matches(of pattern: String) -> [String]
}
