import Foundation
import Metrics
import Testing
import YAML

@testable import Language
@testable import Rules
@testable import agentcheckd

/// The manual pages name everything that the code knows.
@Suite struct ManualTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// The lines of a page that begin with one macro, without it.
  private func items(_ page: String, _ macro: String) throws -> Set<String> {
    Set(
      try Self.text(page).split(separator: "\n").filter { $0.hasPrefix(macro) }
        .map { $0.dropFirst(macro.count).trimmingCharacters(in: .whitespaces) })
  }

  @Test func everyKeyIsExplained() throws {
    let items = try items("man/agentcheckd.yaml.5", ".It Ic ")
    for key in Key.all { #expect(items.contains(key.name), "\(key.name) in \(key.place)") }
  }

  @Test func everyDefaultIsSaid() throws {
    let page = try Self.text("man/agentcheckd.yaml.5")
    for key in Key.all {
      guard let standard = key.standard else { continue }
      #expect(page.contains(standard), "\(key.name): \(standard)")
    }
  }

  @Test func everyMetricIsExplainedAndNoOther() throws {
    var known: Set<String> = []
    for source in Catalogue.host.sources {
      for metric in source.metrics {
        let argument =
          switch source.argument {
          case .none, .number(_, optional: true): ""
          case .number(let label, _), .text(let label, _), .path(let label, _), .numberOrText(let label, _):
            "(\(label))"
          case .times: ""
          }
        known.insert("\(source.name)\(argument).\(metric.name)")
      }
    }
    let items = try items("man/agentcheckd.yaml.5", ".It Ic ").filter { $0.contains(".") }
    #expect(items == known)
  }

  @Test func everyCommandAndOptionIsExplained() throws {
    let page = try Self.text("man/agentcheckd.8")
    for command in App.commands where !command.isHidden {
      #expect(page.contains(".It Ic \(command.name)"), "\(command.name)")
      for option in command.options where option.name != "help" {
        // mdoc writes the first dash itself.
        #expect(
          page.contains("Fl -\(option.name)")
            || option.letter.map { page.contains("Fl \(Unicode.Scalar($0))") } == true,
          "\(command.name) --\(option.name)")
      }
    }
  }

  @Test func everyLimitIsSaid() throws {
    let items = try items("man/agentcheckd.yaml.5", ".It ")
    for (thing, limit) in [
      ("a file", "\(YAML.Limits.fileBytes) bytes"),
      ("nesting of a file", "\(YAML.Limits.levels) levels"),
      ("values of a file", "\(YAML.Limits.values),"),
      ("rules, fragments included", "\(maximumRuleCount)"),
      ("services, fragments included", "\(maximumServiceCount)"),
      ("an expression", "\(longestExpression) bytes"),
      ("nesting of an expression", "\(deepestNesting) levels,"),
      ("parts of an expression", "\(largestExpansion),"),
      ("Ic name , reason", "\(mostNameBytes) bytes"),
      ("name of a service", "\(maximumServiceNameBytes) bytes"),
      ("a window", "\(longestDurationDays)d; \(mostWindowEntries) samples,"),
    ] {
      #expect(items.contains { "\($0) ".hasPrefix("\(thing) Ta \(limit) ") }, "\(thing): \(limit)")
    }
  }

  /// The limits of every key stand at the key, in the form in which the page has them.
  @Test func everyLimitOfAKeyIsSaid() throws {
    let lines = try Self.text("man/agentcheckd.yaml.5").split(separator: "\n")
    for key in Key.all {
      let limit: String
      switch key.shape {
      case .duration(let least, let greatest): limit = "\(durationText(least)) to \(durationText(greatest))"
      case .text(let maximumBytes): limit = "\(maximumBytes) bytes"
      default: continue
      }
      let said = lines.indices.filter { lines[$0] == ".It Ic \(key.name)" }.map { start in
        lines[(start + 1)...].prefix { !$0.hasPrefix(".It Ic ") }
      }
      #expect(said.contains { $0.contains("Limits: \(limit)") }, "\(key.name) in \(key.place): \(limit)")
    }
  }

  @Test(arguments: ["man/agentcheckd.8", "man/agentcheckd.yaml.5"])
  func mandocHasNothingToSay(page: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/mandoc")
    process.arguments = ["-Tlint", "-W", "warning", Self.root.appending(path: page).path()]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0 && said.isEmpty, "\(said)")
  }

  @Test func theVersionIsTheOneOfTheChangelog() throws {
    let changelog = try Self.text("CHANGELOG.md")
    #expect(changelog.contains("## \(version)"))
  }
}
