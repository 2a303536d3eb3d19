// A tree in place of /proc and /sys, whose files a test changes while the daemon reads them.

import Foundation

/// A temporary copy of a recorded host, or an empty one.
final class ProcTree: Sendable {
  private let folder: TemporaryFolder

  /// How a file is changed.
  enum Change: CaseIterable, Sendable {
    /// A new file takes the place of the old: whoever has the old one open keeps reading that.
    case byRename
    /// The old one gets a new content, as the kernel's files do: whoever has it open reads that.
    case inPlace
  }

  /// A copy of `Tests/Fixtures/NAME`, which holds `proc` and may hold `sys`; without a name, two empty folders.
  init(copyOf fixture: String? = nil) throws {
    folder = try TemporaryFolder()
    let files = FileManager.default
    for part in ["proc", "sys"] {
      let source = fixture.map { "\(Self.fixtures)/\($0)/\(part)" } ?? ""
      if files.fileExists(atPath: source) {
        try files.copyItem(atPath: source, toPath: "\(folder.path)/\(part)")
      } else if fixture == nil || part == "sys" {
        try files.createDirectory(atPath: "\(folder.path)/\(part)", withIntermediateDirectories: false)
      } else {
        throw Failure("no fixture \(source)")
      }
    }
  }

  /// The line of a rule file that makes the daemon read this tree.
  var paths: String { "paths: {proc: \"\(folder.path)/proc\", sys: \"\(folder.path)/sys\"}" }

  /// Where a file of it is: `proc/stat`.
  func path(_ file: String) -> String { "\(folder.path)/\(file)" }

  /// What stands in a file.
  func text(of file: String) throws -> String { try String(contentsOfFile: path(file), encoding: .utf8) }

  /// Writes a file, and the folders on the way to it.
  func write(_ text: String, to file: String, _ change: Change = .inPlace) throws {
    let url = URL(fileURLWithPath: path(file))
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    switch change {
    case .byRename: try Data(text.utf8).write(to: url, options: .atomic)
    case .inPlace:
      // One write of the new bytes over the old, then the cut, so that a reader never meets an empty file.
      let descriptor = open(url.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw Failure("\(file): \(reason())") }
      defer { close(descriptor) }
      let bytes = Array(text.utf8)
      guard pwrite(descriptor, bytes, bytes.count, 0) == bytes.count, ftruncate(descriptor, off_t(bytes.count)) == 0
      else {
        throw Failure("\(file): \(reason())")
      }
    }
  }

  /// Takes a file or a folder away.
  func remove(_ file: String) throws { try FileManager.default.removeItem(atPath: path(file)) }

  private static let fixtures = "\(repository)/Tests/Fixtures"
}
