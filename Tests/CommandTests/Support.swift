import Diagnostics
import Rules
import Testing

/// Rule files that are not there.
final class NoFiles: RuleFiles {
  func contents(of path: String, limit: Int) -> FileContents { .unreadable("there are no files here") }
  func matches(of pattern: String) -> [String] { [] }
}

/// The rule set of this text, which has no mistake.
func ruleSet(_ text: String) throws -> RuleSet {
  let outcome = loadRules(Source(name: "rules.yaml", bytes: Array(text.utf8)), in: NoFiles())
  return try #require(
    outcome.ruleSet, "\(outcome.diagnostics.map { render($0, colour: false) }.joined())")
}
