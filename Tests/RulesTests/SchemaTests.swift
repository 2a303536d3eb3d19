import Diagnostics
import Foundation
import Language
import Testing
import Text

@testable import Rules

/// The JSON Schema, judged by Debian's python3-jsonschema: it takes every right file, and sees what a schema can see.
@Suite struct SchemaTests {
  enum Verdict: Equatable { case valid, invalid, unreadable }

  /// What an independent validator says of files, by name.
  static func verdicts(of names: [String], in folder: URL) throws -> [String: Verdict] {
    let schema = FileManager.default.temporaryDirectory.appendingPathComponent("agentcheckd-schema-\(UUID()).json")
    try ruleFileSchema().text().write(to: schema, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: schema) }
    let script = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().appendingPathComponent("../Tools/validate.py").standardizedFileURL
    let python = Process()
    python.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    python.arguments = ["-W", "ignore", script.path, schema.path] + names
    python.currentDirectoryURL = folder
    let output = Pipe()
    python.standardOutput = output
    try python.run()
    let lines = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    python.waitUntilExit()
    try #require(python.terminationStatus == 0, "python3-jsonschema and python3-yaml are needed: make packages-test")
    var verdicts: [String: Verdict] = [:]
    for line in lines.split(separator: "\n") {
      let parts = line.split(separator: ": ", maxSplits: 2)
      verdicts[String(parts[0])] = parts[1] == "valid" ? .valid : parts[1] == "invalid" ? .invalid : .unreadable
    }
    try #require(verdicts.count == names.count)
    return verdicts
  }

  @Test func everyRightFileIsValid() throws {
    for (folder, files) in Dictionary(grouping: GoodFiles.all, by: { $0.folder }) {
      for (name, verdict) in try Self.verdicts(of: files.map { $0.name }, in: folder) {
        #expect(verdict == .valid, "\(name)")
      }
    }
    let folder = WrongFileTests.folder.appendingPathComponent("../good/fragments").standardizedFileURL
    let verdicts = try Self.verdicts(of: ["metrics.yaml", "rules-a.yaml", "rules-c.yaml"], in: folder)
    #expect(verdicts.values.allSatisfy { $0 == .valid })
  }

  /// Every canonical form is valid, too.
  @Test func everyCanonicalFormIsValid() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("agentcheckd-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for file in GoodFiles.all {
      let printed = try #require(file.load().ruleSet).canonicalForm
      try printed.write(to: folder.appendingPathComponent(file.name), atomically: true, encoding: .utf8)
    }
    for (name, verdict) in try Self.verdicts(of: GoodFiles.all.map { $0.name }, in: folder) {
      #expect(verdict == .valid, "\(name)")
    }
  }

  /// Mistakes that are a matter of keys, shapes and words.
  static let visible: Set<String> = {
    let rules: [RuleCode] = [
      .unknownKey, .wrongShape, .emptyValue, .emptyList, .emptyText, .textTooLong, .textNotOneLine, .notBoolean,
      .notAChoice, .pathNotAbsolute, .duplicateAddress, .badNetwork, .badServiceName, .keyAsService,
      .silentRule, .constantCondition, .badWord, .expressionAsWords, .weightPlainNumber, .dampingWithoutWeight,
      .maxconnTooSmall, .badAgentSend,
    ]
    let language: [LanguageCode] = [
      .durationMissing, .durationNegative, .durationWithoutUnit, .durationExpected, .blankInDuration, .nameMalformed,
      .emptyExpression,
    ]
    return Set(rules.map { $0.rawValue } + language.map { $0.rawValue })
  }()

  /// What an editor cannot see of them.
  static let hidden: [String: String] = [
    "merge-key": "other readers of YAML merge",
    "reply-twice-weight": "words of one thing", "reply-twice-health": "words of one thing",
    "dry-run-yes": "yes is true to other readers of YAML",
    "dry-run-yes-maxconn": "yes is true to other readers of YAML",
    "weight-number-in-parentheses": "within an expression",
    "allow-prefix": "a number has no limit in a pattern",
    "window-without-unit": "within an expression", "agent-send-with-line-end": "other texts may end in one",
  ]

  @Test func whatASchemaCanSeeIsInvalid() throws {
    let verdicts = try Self.verdicts(of: WrongFileTests.names.map { "\($0).yaml" }, in: WrongFileTests.folder)
    var count = 0
    for name in WrongFileTests.names {
      let diagnostics = WrongFileTests.diagnostics(name)
      let own = diagnostics.filter { $0.source.name == "\(name).yaml" }
      let verdict = try #require(verdicts["\(name).yaml"])
      guard verdict != .unreadable else { continue }
      if own.contains(where: { Self.visible.contains($0.finding.code) }) {
        #expect((verdict == .invalid) == (Self.hidden[name] == nil), "\(name)")
        count += 1
      }
      if diagnostics.allSatisfy({ $0.finding.severity == .warning }) { #expect(verdict == .valid, "\(name)") }
    }
    #expect(count > 80)
  }

  /// The schema says what the table of keys says.
  @Test func everyKeyIsThere() throws {
    let text = ruleFileSchema().text()
    for key in Key.all {
      #expect(text.contains("\"\(key.name)\": {"))
      #expect(text.contains(JSON.string(key.help).text()), "\(key.name)")
    }
  }
}
