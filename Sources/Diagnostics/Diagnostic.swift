// A finding in its place.

/// A complaint about a file, ready to be shown.
public struct Diagnostic {
  /// Another place that belongs to the complaint, as in "first used here".
  public struct Note {
    /// What is there.
    public let message: String
    /// The file.
    public let source: Source
    /// The bytes of that file.
    public let range: Range<Int>

    /// A note at a place.
    public init(_ message: String, in source: Source, at range: Range<Int>) {
      self.message = message
      self.source = source
      self.range = range
    }
  }

  /// What is wrong. Its range counts in `source`.
  public let finding: Finding
  /// The file.
  public let source: Source
  /// Other places that belong to it.
  public let notes: [Note]

  /// A finding whose range already counts in `source`.
  public init(_ finding: Finding, in source: Source, notes: [Note] = []) {
    self.finding = finding
    self.source = source
    self.notes = notes
  }
}
