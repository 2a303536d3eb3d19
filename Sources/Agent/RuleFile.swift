// Which rule file a daemon goes by. One that is installed after the daemon was started is found at the next reload; one that
// has gone since is missed, and the built-in one does not take its place.

import Diagnostics
import Kernel
import Rules

/// The place of a daemon's rule file.
public struct RuleFile: Sendable {
  /// Where a package installs it.
  public static let installed = "/etc/agentcheckd/agentcheckd.yaml"

  /// The smallest useful file: the example of HAProxy's own documentation.
  public static let builtIn = """
    rules:
      - when: cpu.idle < 10%
        reply: 50%
    """

  /// The file that was asked for; absent where nothing was.
  public let path: String?

  /// The file of this path; without one the installed file or, where there is none, the built-in one.
  public init(_ path: String?) { self.path = path }

  /// Whether nobody has written a file: the built-in one is used.
  public var isBuiltIn: Bool {
    guard path == nil else { return false }
    do throws(SystemError) {
      _ = try File.stat(Self.installed)
      return false
    } catch {
      return error.isNoSuchFile
    }
  }

  /// What to call it.
  public var name: String { name(isBuiltIn: isBuiltIn) }

  func name(isBuiltIn: Bool) -> String { isBuiltIn ? "the built-in rule file" : path ?? Self.installed }

  /// Reads and checks it. Waits for as long as its file system does: see `RuleReading`.
  public func load() -> LoadOutcome {
    isBuiltIn ? loadRules(Self.builtInSource, in: DiskFiles()) : loadRules(from: name, in: DiskFiles())
  }

  /// The built-in file, which includes nothing.
  static var builtInSource: Source { Source(name: RuleFile(nil).name(isBuiltIn: true), bytes: Array(builtIn.utf8)) }
}
