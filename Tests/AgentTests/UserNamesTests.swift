import Testing
import Text

@testable import Agent

@Suite struct UserNamesTests {
  /// A list that is longer than any is not looked through.
  @Test(arguments: [0, 1])
  func aListHasALimit(beyond: Int) throws {
    let folder = try TemporaryFolder()
    let line = Array("anna:x:4711:4711::/home/anna:/bin/sh\n".utf8)
    let filler = [UInt8](repeating: .of("#"), count: UserNames.longestFile - line.count - 1 + beyond) + [.of("\n")]
    try folder.write(filler + line, to: "passwd")
    #expect(UserNames.name(of: 4711, listedIn: folder.path + "/passwd") == (beyond == 0 ? "anna" : nil))
  }

  @Test(arguments: [
    ("anna", true), ("a-b_c.d@E9", true), ("", false), ("anna b", false), ("anna\n", false), ("änna", false),
    (String(repeating: "a", count: UserNames.longestName), true),
    (String(repeating: "a", count: UserNames.longestName + 1), false),
  ])
  func whatCanBeAName(text: String, isName: Bool) { #expect(UserNames.isName(text) == isName) }
}
