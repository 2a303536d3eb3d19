// A text that somebody wrote, with its name: what every complaint points into.

/// A file's bytes, kept whole for as long as somebody may complain about them.
public final class Source: Sendable {
  /// The name to show, as the user wrote it.
  public let name: String
  /// The contents, as they were read.
  public let bytes: [UInt8]
  /// Its lines, found once.
  public let lines: LineTable

  /// Takes a text and the name to show for it.
  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
    lines = LineTable(bytes)
  }
}
