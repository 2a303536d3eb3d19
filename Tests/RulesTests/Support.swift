import Diagnostics
import Language
import Metrics
import Testing

@testable import Rules

/// Rule files in memory.
final class MemoryFiles: RuleFiles {
  let files: [String: String]

  init(_ files: [String: String] = [:]) { self.files = files }

  func contents(of path: String, limit: Int) -> FileContents {
    files[path].map { .bytes(Array($0.utf8)) } ?? .missing
  }

  /// One `*` for the last part of the path is all that the tests need.
  func matches(of pattern: String) -> [String] {
    let parts = pattern.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
    return files.keys.filter { $0.hasPrefix(parts[0]) && $0.hasSuffix(parts[1]) }.sorted()
  }
}

/// Loads a rule file that must have no errors.
func ruleSet(_ text: String, _ files: [String: String] = [:]) throws -> RuleSet {
  let outcome = loadRules(Source(name: "rules.yaml", bytes: Array(text.utf8)), in: MemoryFiles(files))
  let errors = outcome.diagnostics.filter { $0.finding.severity == .error }
  return try #require(outcome.ruleSet, "\(errors.map { render($0, colour: false) }.joined())")
}

/// The codes of what is complained about.
func codes(_ text: String, _ files: [String: String] = [:]) -> [String] {
  loadRules(Source(name: "rules.yaml", bytes: Array(text.utf8)), in: MemoryFiles(files)).diagnostics
    .map { $0.finding.code }
}

/// A rule set at work on virtual time, with metric values by name.
struct Bench {
  var judge: Judge

  init(_ text: String) throws { judge = Judge(try ruleSet(text)) }

  /// One sample; a metric that is not named is unknown. Gives the line of each service, in order.
  mutating func lines(at seconds: Double, _ values: [String: Double], settled: Bool = true) -> [String] {
    let references = judge.ruleSet.assembly.references
    let given = references.map { values[$0.text(in: judge.ruleSet.catalogue)] }
    _ = judge.step(given, settled: references.map { _ in settled }, at: .milliseconds(Int(seconds * 1000)))
    return judge.verdicts.map { verdict in
      var line: [UInt8] = []
      verdict.write(judge.ruleSet, withReady: false, into: &line)
      return String(decoding: line, as: UTF8.self)
    }
  }

  /// The line of the only service, without its end.
  mutating func line(at seconds: Double, _ values: [String: Double], settled: Bool = true) -> String {
    String(lines(at: seconds, values, settled: settled)[0].dropLast())
  }

  /// As a reload does it.
  mutating func reload(_ text: String, hasSentWeight: Bool = false) throws {
    judge = Judge(try ruleSet(text), inheriting: judge) { _ in hasSentWeight }
  }
}
