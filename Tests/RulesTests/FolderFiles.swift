import Foundation

@testable import Rules

/// The rule files of a folder, under names relative to it, as `agentcheckd` run in that folder reads them.
final class FolderFiles: RuleFiles {
  let folder: URL

  init(_ folder: URL) { self.folder = folder }

  func contents(of path: String, limit: Int) -> FileContents {
    let url = folder.appendingPathComponent(path)
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory) else {
      return .missing
    }
    if isDirectory.boolValue { return .directory }
    return .bytes(Array((FileManager.default.contents(atPath: url.path) ?? Data()).prefix(limit + 1)))
  }

  func matches(of pattern: String) -> [String] {
    let slash = pattern.lastIndex(of: "/").map { pattern.index(after: $0) } ?? pattern.startIndex
    let parent = String(pattern[..<slash])
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(parent).path)
    return (names ?? []).filter { fnmatch(String(pattern[slash...]), $0, FNM_PERIOD) == 0 }.sorted().map { parent + $0 }
  }
}
