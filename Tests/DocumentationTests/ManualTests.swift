import Foundation
import Metrics
import Testing
import YAML

@testable import Agent
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
          case .number(let label, _), .text(let label, _), .name(let label, _), .path(let label, _),
            .numberOrText(let label, _):
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
      ("parts of all rules", "\(maximumPartCount),"),
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
    let page = try Self.text("man/agentcheckd.yaml.5")
    for sentence in [
      "There are at most \(maximumProbeCount) of them.",
      "\(CommandRun.mostOutputBytes) bytes of its output are kept, and after \(CommandRun.mostBytes) it is killed.",
      "with \(HTTPResponse.mostBodyBytes) bytes of the body at most",
      "At most \(mostExpectedBytes) bytes, found in the first \(ExpectedText.mostBytes) of the answer.",
    ] { #expect(page.contains(sentence), "\(sentence)") }
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

  /// The metrics of the program's own, in the order of the page that it serves.
  @Test func everyMetricOfItsOwnIsExplainedAndNoOther() throws {
    let page = try Self.text("man/agentcheckd.8")
    let items = page.split(separator: "\n").compactMap { line -> String? in
      let name = line.hasPrefix(".It Ic ") ? line.dropFirst(7) : ""
      return name.hasPrefix("agentcheckd_") || name.hasPrefix("process_") ? String(name) : nil
    }
    #expect(items == MetricFamilySource.all.map { $0.family.sampleName })
  }

  /// What monitoring may rely on: names by Prometheus' conventions, and help texts that need no escapes.
  @Test func metricsOfItsOwnFollowTheConventions() {
    for family in MetricFamilySource.all.map({ $0.family }) {
      #expect(family.unit.isEmpty || family.name.hasSuffix("_\(family.unit)"), "\(family.name)")
      #expect(!family.name.hasSuffix("_total") && !family.name.hasSuffix("_info"), "\(family.name)")
      #expect(family.help.hasSuffix(".") && !family.help.contains { "\"\\\n".contains($0) }, "\(family.name)")
    }
  }

  /// Every metric that the examples for Prometheus name is one of ours.
  @Test func alertsAreRightAndAboutOurMetrics() throws {
    let folder = Self.root.appending(path: "etc/agentcheckd/examples/prometheus")
    for (check, file) in [("rules", "alerts.yml"), ("config", "scrape.yml")] {
      let promtool = Process()
      promtool.executableURL = URL(filePath: "/usr/bin/promtool")
      promtool.arguments = ["check", check, file]
      promtool.currentDirectoryURL = folder
      let output = Pipe()
      promtool.standardOutput = output
      promtool.standardError = output
      try promtool.run()
      let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      promtool.waitUntilExit()
      #expect(promtool.terminationStatus == 0, "\(said)")
    }
    let known = Set(MetricFamilySource.all.map { $0.family.sampleName })
    let alerts = try Self.text("etc/agentcheckd/examples/prometheus/alerts.yml")
    let named = alerts.matches(of: #/agentcheckd_\w+/#).map { String($0.output) }
    #expect(named.count > 5)
    for name in named { #expect(known.contains(name), "\(name)") }
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
