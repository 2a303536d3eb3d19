// Everything wrong with a rule file and its fragments, collected while it is read: reading goes on after a mistake, so
// that one run shows them all.

import Diagnostics
import YAML

/// The complaints about one rule file and its fragments so far.
final class Complaints {
  private(set) var diagnostics: [Diagnostic] = []
  /// Whether the file cannot be used.
  private(set) var hasErrors = false

  /// A finding that already counts in the source.
  func add(_ finding: Finding, in source: Source, notes: [Diagnostic.Note] = []) {
    diagnostics.append(Diagnostic(finding, in: source, notes: notes))
    if finding.severity == .error { hasErrors = true }
  }

  /// A value of the wrong shape; nothing, where a finding about its syntax has been made already.
  func addWrongShape(of what: String, expected: Shape, found: Node, in source: Source) {
    if !found.isBroken { add(.wrongShape(of: what, expected: expected, found: found), in: source) }
  }

  /// A finding that counts in the text of a scalar. An empty one is shown where the scalar stands.
  func add(_ finding: Finding, in text: PlacedText, notes: [Diagnostic.Note] = []) {
    let range = text.text.isEmpty ? text.range : text.scalar.place(finding.range)
    add(finding.moved(to: range), in: text.source, notes: notes)
  }
}

/// A scalar and the file in which it stands.
struct PlacedText {
  let scalar: Scalar
  let source: Source

  /// What it says.
  var text: String { scalar.text }
  /// All of it.
  var range: Range<Int> { scalar.range }
}

extension Finding {
  /// The same finding at another place, and with another hint where one is given.
  func moved(to range: Range<Int>, hint: String? = nil) -> Finding {
    Finding(code: code, severity: severity, message, at: range, hint: hint ?? self.hint)
  }
}
