import Diagnostics
import Foundation
import Testing

@testable import Rules

/// The right rule files: those of `Tests/Fixtures/good` and those that a package installs.
enum GoodFiles {
  struct File: CustomTestStringConvertible, Sendable {
    let folder: URL
    let name: String
    var testDescription: String { name }

    func load() -> LoadOutcome { loadRules(from: name, in: FolderFiles(folder)) }
  }

  static let all =
    files(in: "Tests/Fixtures/good") + files(in: "etc/agentcheckd") + files(in: "etc/agentcheckd/examples")

  private static func files(in path: String) -> [File] {
    let folder = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().appendingPathComponent("../../\(path)").standardizedFileURL
    return try! FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }.sorted()
      .map { File(folder: folder, name: $0) }
  }
}

@Suite struct GoodFileTests {
  @Test(arguments: GoodFiles.all) func nothingIsSaid(_ file: GoodFiles.File) {
    let outcome = file.load()
    #expect(outcome.diagnostics.map { render($0, colour: false) } == [])
    #expect(outcome.ruleSet != nil)
  }
}
