import Diagnostics
import Foundation
import Testing

@testable import Agent
@testable import Rules

/// Every rule file that we show to people is right: no mistake, no warning.
@Suite struct ExamplesTests {
  private static var installed: [String] {
    let etc = ManualTests.root.appending(path: "etc/agentcheckd")
    let names = FileManager.default.enumerator(atPath: etc.path())?.compactMap { $0 as? String } ?? []
    // A folder `NAME.d` holds the fragments that NAME.yaml includes.
    return names.filter { $0.hasSuffix(".yaml") && !$0.contains(".d/") }.map { etc.appending(path: $0).path() }.sorted()
  }

  @Test func thereAreExamples() { #expect(Self.installed.count >= 5) }

  @Test(arguments: installed)
  func anInstalledFileIsRight(path: String) {
    let outcome = loadRules(from: path, in: DiskFiles())
    let about = outcome.diagnostics.filter { $0.finding.code != "no-such-instance" }
    #expect(about.isEmpty, "\(about.map { render($0, colour: false) }.joined())")
    #expect(outcome.ruleSet != nil)
  }

  /// The default file answers `up` and nothing else, and what it offers to uncomment is right, too.
  @Test func theDefaultFileIsNeutralAndItsRulesWork() throws {
    let text = try ManualTests.text("etc/agentcheckd/agentcheckd.yaml")
    let neutral = loadRules(Source(name: "default", bytes: Array(text.utf8)), in: DiskFiles())
    let service = try #require(neutral.ruleSet?.services.first)
    #expect(service.rules.isEmpty && service.defaults.description == "up")

    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0.hasPrefix("# metrics:") })
    let uncommented = lines.enumerated().map { index, line -> Substring in
      guard index >= start, line.hasPrefix("#") else { return line }
      let body = line.dropFirst(2)
      // Sentences between the two blocks stay comments.
      return body.first?.isUppercase == true ? line : body
    }.joined(separator: "\n")
    let whole = loadRules(Source(name: "uncommented", bytes: Array(uncommented.utf8)), in: DiskFiles())
    #expect(whole.diagnostics.isEmpty, "\(whole.diagnostics.map { render($0, colour: false) }.joined())")
    #expect(whole.ruleSet?.rules.count == 4)
  }

  /// The rule files in the README and in the manual pages.
  @Test(arguments: ["README.md", "man/agentcheckd.yaml.5", "man/agentcheckd.8"])
  func aShownFileIsRight(page: String) throws {
    let blocks = try yamlBlocks(of: page)
    #expect(page == "man/agentcheckd.8" || !blocks.isEmpty)
    for block in blocks {
      let outcome = loadRules(Source(name: page, bytes: Array(block.utf8)), in: DiskFiles())
      let errors = outcome.diagnostics.filter {
        $0.finding.severity == .error && $0.finding.code != RuleCode.unreadableInclude.rawValue
      }
      #expect(errors.isEmpty, "\(errors.map { render($0, colour: false) }.joined())\n\(block)")
    }
  }

  /// Blocks that are whole rule files: in Markdown ```yaml, in a manual page a display behind the mark `checked: file`.
  private func yamlBlocks(of page: String) throws -> [String] {
    let isManual = page.hasPrefix("man/")
    var blocks: [String] = []
    var block: [Substring]?
    var isMarked = !isManual
    for line in try ManualTests.text(page).split(separator: "\n", omittingEmptySubsequences: false) {
      if let begun = block {
        if line == (isManual ? ".Ed" : "```") {
          if isMarked { blocks.append(begun.joined(separator: "\n")) }
          block = nil
          isMarked = !isManual
        } else {
          block = begun + [line]
        }
      } else if line == ".\\\" checked: file" {
        isMarked = true
      } else if isManual ? line.hasPrefix(".Bd -literal") : line == "```yaml" {
        block = []
      }
    }
    return blocks.map { $0.replacing("\\e", with: "\\").replacing("\\(aq", with: "'").replacing("\\&", with: "") }
  }
}
