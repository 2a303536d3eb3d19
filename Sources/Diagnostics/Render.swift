// What a person sees of a diagnostic.

/// A diagnostic as lines of text, each with its line feed: the place and what is wrong, the line of the file, a mark
/// under the exact word with the hint behind it, then the notes in the same shape. Whatever the file contains, the
/// only control characters in the result are tabs, line feeds and, with `colour`, ANSI colours of our own.
public func render(_ diagnostic: Diagnostic, colour: Bool) -> String {
  ""
}

/// Diagnostics in the order of their files: files as they first appear in the list, then by place. Those of one place
/// keep their order.
public func sorted(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
  diagnostics
}

/// How many there are: `2 errors, 1 warning`.
public func summary(_ diagnostics: [Diagnostic]) -> String {
  ""
}
