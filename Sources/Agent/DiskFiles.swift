// Rule files on this host's disks.

import Kernel
import Rules

/// Reads rule files by their names.
public final class DiskFiles: RuleFiles {
  /// The files of this host, as this user may read them.
  public init() {}

  /// The whole file, or why it cannot be read.
  public func contents(of path: String, limit: Int) -> FileContents {
    var bytes: [UInt8] = []
    do throws(SystemError) {
      let file = try File.open(path, for: .reading)
      switch try file.stat().kind {
      case .directory: return .directory
      case .regular: break
      case .fifo, .socket, .other: return .unreadable("it is not a regular file")
      }
      let count = try file.readWhole(into: &bytes, limit: limit + 1)
      return .bytes(Array(bytes[..<count]))
    } catch {
      if error.isNoSuchFile { return .missing }
      // The loader says what to do about a file that is too large.
      if error.isTooLarge { return .bytes(Array(bytes.prefix(limit + 1))) }
      return .unreadable(error.message.sentenceStart + (error.isPermissionDenied ? " to \(Self.reader)" : ""))
    }
  }

  /// Whoever checks a file as root can read it; the daemon is somebody else.
  private static var reader: String {
    let user = ThisProcess.user
    return UInt32(exactly: user).flatMap { UserNames.name(of: $0) }.map { "user '\($0)'" } ?? "user \(user)"
  }

  /// The files that match, sorted bytewise.
  public func matches(of pattern: String) -> [String] { File.glob(pattern) }
}

extension String {
  /// The system's words within a sentence of ours: `no such file or directory`.
  var sentenceStart: String { prefix(1).lowercased() + dropFirst() }
}
