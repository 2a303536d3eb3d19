import Diagnostics
import Foundation
import Language
import Testing
import YAML

@testable import Rules

/// Wrong rule files as operators write them, and everything that is said about each. `Tests/Fixtures/wrong/README.md`
/// tells what their authors meant and what they must be told.
@Suite struct WrongFileTests {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appendingPathComponent("../Fixtures/wrong").standardizedFileURL
  static let names = try! FileManager.default.contentsOfDirectory(atPath: folder.path)
    .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()

  static func diagnostics(_ name: String) -> [Diagnostic] {
    loadRules(from: "\(name).yaml", in: FolderFiles(folder), on: PlainHost()).diagnostics
  }

  /// Every golden whole. With `UPDATE_GOLDENS=1` they are written anew, and the run fails, so that nobody forgets to read
  /// them.
  @Test(arguments: names) func messagesAreExact(_ name: String) throws {
    let diagnostics = Self.diagnostics(name)
    let shown = diagnostics.map { render($0, colour: false) }.joined() + "\(summary(diagnostics))\n"
    let expected = Self.folder.appendingPathComponent("\(name).expected")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] == "1" {
      try Data(shown.utf8).write(to: expected)
      Issue.record("\(name).expected was written anew")
    } else {
      #expect(shown == String(decoding: try Data(contentsOf: expected), as: UTF8.self))
    }
  }

  /// What the table asks for stands in the goldens: complaints at these places about these words and no others, and
  /// every text that they are to tell.
  @Test(arguments: WrongFileTable.rows) func messagesTellWhatTheyMust(_ row: WrongFileTable.Row) {
    let diagnostics = Self.diagnostics(row.name)
    let found = diagnostics.map { Mark($0) }
    if row.places.isEmpty {
      #expect(found.count == 1)
    } else {
      #expect(found.count == row.places.count, "\(found.map { "\($0)" })")
      for (mark, place) in zip(found, row.places) { #expect(place.fits(mark), "\(mark) is not at \(place)") }
    }
    let shown = diagnostics.map { render($0, colour: false) }.joined()
    for text in row.told { #expect(shown.contains(text)) }
    for text in row.unsaid { #expect(!shown.contains(text)) }
    let isWarning = row.name.hasPrefix("warning-")
    #expect(diagnostics.allSatisfy { $0.finding.severity == .warning } == isWarning)
  }

  @Test func theTableHasEveryFile() {
    #expect(WrongFileTable.rows.map { $0.name }.sorted() == Self.names)
  }

  /// Complaints that no file in a repository can show, and where they are asserted.
  static let elsewhere: Set<String> = [
    // YAMLTests, LimitTests: files beyond a limit, failures of libyaml.
    YAMLCode.fileTooLarge.rawValue, YAMLCode.tooManyValues.rawValue, YAMLCode.longKey.rawValue,
    YAMLCode.syntax.rawValue, YAMLCode.outOfMemory.rawValue,
    // LoaderLimitTests: ten thousand rules; LoaderTests: a file that is not there.
    RuleCode.tooManyRules.rawValue, RuleCode.tooManyServices.rawValue, RuleCode.tooManyProbes.rawValue,
    RuleCode.tooManyParts.rawValue,
    RuleCode.unreadableFile.rawValue,
  ]

  /// Every complaint that the product can make is shown.
  @Test func everyCodeHasAGolden() {
    var codes: Set<String> = []
    for name in Self.names { codes.formUnion(Self.diagnostics(name).map { $0.finding.code }) }
    let all =
      YAMLCode.allCases.map { $0.rawValue } + LanguageCode.allCases.map { $0.rawValue }
      + RuleCode.allCases.map { $0.rawValue }
    #expect(Set(all).count == all.count, "two rooms use one code")
    #expect(all.filter { !codes.contains($0) && !Self.elsewhere.contains($0) } == [])
    #expect(Self.elsewhere.filter { !all.contains($0) || codes.contains($0) } == [])
  }
}

/// Where a diagnostic puts its mark.
struct Mark: CustomStringConvertible {
  let file: String
  let line: Int
  let column: Int
  let text: String

  init(_ diagnostic: Diagnostic) {
    let source = diagnostic.source
    file = source.name
    line = source.lines.line(at: diagnostic.finding.range.lowerBound)
    let whole = source.lines.range(ofLine: line)
    let range = diagnostic.finding.range.clamped(to: whole)
    column = String(decoding: source.bytes[whole.lowerBound..<range.lowerBound], as: UTF8.self).unicodeScalars.count + 1
    text = String(decoding: source.bytes[range], as: UTF8.self)
  }

  var description: String { "\(file):\(line):\(column) '\(text)'" }
}
