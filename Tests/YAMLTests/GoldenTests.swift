import Diagnostics
import Foundation
import Testing

@testable import YAML

/// Every file `name.yaml` in the folder of goldens, beside `name.expected`: all that is said about it, whole.
/// With `UPDATE_GOLDENS=1` the expected files are written anew, and the run fails, so that nobody forgets to read them.
@Suite struct GoldenTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Goldens")
  static let names = try! FileManager.default.contentsOfDirectory(atPath: folder.path)
    .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  static let isUpdate = ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] == "1"

  static func source(_ name: String) throws -> Source {
    let bytes = try Data(contentsOf: folder.appendingPathComponent(name + ".yaml"))
    return Source(name: name + ".yaml", bytes: Array(bytes))
  }

  @Test(arguments: names) func diagnosticsAreExact(_ name: String) throws {
    let source = try Self.source(name)
    let shown = parse(source).findings.map { render(Diagnostic($0, in: source), colour: false) }.joined()
    let expected = Self.folder.appendingPathComponent(name + ".expected")
    if Self.isUpdate {
      try Data(shown.utf8).write(to: expected)
      Issue.record("\(name).expected was written anew")
    } else {
      #expect(shown == String(decoding: try Data(contentsOf: expected), as: UTF8.self))
    }
  }

  /// Codes that no file of a reasonable size shows. Their sentences are asserted in LimitTests and SyntaxTests.
  static let elsewhere: Set<YAMLCode> = [.fileTooLarge, .tooManyValues, .longKey, .syntax, .outOfMemory]

  @Test func everyCodeIsShown() throws {
    var codes: Set<String> = []
    for name in Self.names { codes.formUnion(parse(try Self.source(name)).findings.map { $0.code }) }
    let all = YAMLCode.allCases.filter { !Self.elsewhere.contains($0) }.map { $0.rawValue }
    #expect(codes.sorted() == all.sorted())
  }
}
