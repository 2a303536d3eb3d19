// SECURITY.md names constants and tests: whoever renames one is told.

import Foundation
import Testing

@Suite struct SecurityTests {
  @Test func whatIsNamedIsThere() throws {
    let page = try ManualTests.text("SECURITY.md")
    var text = Data(try ManualTests.text("etc/systemd/system/agentcheckd.service").utf8)
    for folder in ["Sources", "Tests"] {
      let path = ManualTests.root.appending(path: folder).path
      for case let file as String in try #require(FileManager.default.enumerator(atPath: path)) {
        guard file.hasSuffix(".swift") || file.hasSuffix(".h") else { continue }
        text += try Data(contentsOf: URL(filePath: "\(path)/\(file)"))
      }
    }
    for (index, name) in page.split(separator: "`", omittingEmptySubsequences: false).enumerated()
    where index % 2 == 1 && name.allSatisfy({ $0.isLetter || $0 == "." }) {
      for part in name.split(separator: ".") where part != "code" && part != "new" {
        #expect(text.range(of: Data(part.utf8)) != nil, "`\(name)` is named in SECURITY.md and is nowhere else")
      }
    }
  }
}
