// A text in the tree, as its author meant it: quotes, escapes and folded lines are undone, and can be found again.

import Diagnostics

/// A text, and how it was written.
public struct Scalar {
  /// The way a text is written.
  public enum Style: Sendable {
    /// As it is, without quotes.
    case plain
    /// `'text'`
    case singleQuoted
    /// `"text"`
    case doubleQuoted
    /// The lines below `|`, kept as lines.
    case literal
    /// The lines below `>`, joined with blanks.
    case folded
  }

  /// The text itself.
  public let text: String
  /// How it was written.
  public let style: Style
  /// Its bytes in the source, quotes included. Those of the alias, if it came through one.
  public let range: Range<Int>
  /// The comment that follows a plain scalar on its line, from the `#` to the end of the line: YAML ends a value at
  /// ` #`, which is not always what was meant (`name: disk #1`).
  public let comment: Range<Int>?
  /// What `range` counts in.
  let source: Source
  /// Whether `range` is the alias that this text came through, in which none of its parts can be found.
  let isAlias: Bool

  /// Whether no value was written at all, as in `web:`. An empty text in quotes is a value.
  public var isEmpty: Bool { text.isEmpty && style == .plain }
}
