// The rule file: from any bytes to a rule set that can be judged by, or to complaints that can be shown.

import Diagnostics
import Rules

/// The only file there is: what it includes cannot be read.
private final class NoFiles: RuleFiles {
  func contents(of path: String, limit: Int) -> FileContents { .unreadable("no such file or directory") }
  func matches(of pattern: String) -> [String] { [] }
}

extension FuzzTarget {
  static let ruleFile = FuzzTarget(name: "rule-file", largest: 8192) { bytes in
    let outcome = loadRules(Source(name: "rules.yaml", bytes: bytes), in: NoFiles())
    for diagnostic in outcome.diagnostics {
      let text = render(diagnostic, colour: false)
      promise(text.hasSuffix("\n"), "a complaint is whole lines")
      promise(
        !text.utf8.contains { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 || $0 == 0x7F }, "no control bytes in '\(text)'")
    }
    guard let rules = outcome.ruleSet else {
      return promise(!outcome.diagnostics.isEmpty, "a file that is refused is complained about")
    }
    var judge = Judge(rules)
    let references = rules.assembly.references
    var line: [UInt8] = []
    for second in 0..<3 {
      let values = references.indices.map { ($0 + second) % 3 == 0 ? nil : Double($0 * 7 + second * 11) }
      _ = judge.step(values, settled: references.map { _ in true }, at: .seconds(second))
      for verdict in judge.verdicts {
        verdict.write(rules, withReady: second == 1, into: &line)
        promise(line.last == 0x0A && line.count <= 200, "a reply is one line of at most 200 bytes")
        promise(line.dropLast().allSatisfy { $0 >= 0x20 && $0 < 0x7F }, "a reply is printable ASCII")
      }
    }
  } seeds: {
    files(below: "Tests/Fixtures/wrong") { $0.hasSuffix(".yaml") }
      + files(below: "Tests/Fixtures/good") { $0.hasSuffix(".yaml") }
      + files(below: "etc/agentcheckd") { $0.hasSuffix(".yaml") }
  }
}
