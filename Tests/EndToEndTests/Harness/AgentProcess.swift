// The daemon under test, with a rule file of the test's own.

import Foundation

/// A running `agentcheckd`. Which one: environment variable AGENTCHECKD, else the debug build beside the test program.
final class AgentProcess: Sendable {
  /// Where it listens, on 127.0.0.1.
  let port: Int
  /// The process: what it logged, how it ended.
  let process: ChildProcess
  /// Holds the rule file, and whatever else a test puts there.
  let folder: TemporaryFolder

  /// The program that the tests are about.
  static let executable: String =
    ProcessInfo.processInfo.environment["AGENTCHECKD"]
    ?? URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("agentcheckd").path

  /// Starts it with these rules. `listen:` is put before them unless a line of theirs begins with it; the word PORT in them
  /// stands for the number. With a limit, it may have no more descriptors open than that.
  init(rules: String, environment: [String: String?] = [:], mostDescriptors: Int? = nil) throws {
    port = try Socket.freePort()
    folder = try TemporaryFolder()
    let file = try folder.write(Self.ruleFile(rules, port: port), to: Self.fileName)
    if let mostDescriptors {
      let command = "ulimit -n \(mostDescriptors) && exec \"$0\" run -c \"$1\""
      process = try ChildProcess("/bin/sh", ["-c", command, Self.executable, file], environment: environment)
    } else {
      process = try ChildProcess(Self.executable, ["run", "-c", file], environment: environment)
    }
  }

  /// Its rule file.
  var ruleFile: String { "\(folder.path)/\(Self.fileName)" }

  /// Puts other rules into its file, and tells it.
  func reload(rules: String) throws {
    try folder.write(Self.ruleFile(rules, port: port), to: Self.fileName)
    process.signal(SIGHUP)
  }

  /// The first line that it answers, once it does.
  func firstReply(within deadline: Duration = .seconds(10)) throws -> String {
    try wait(for: "a reply", within: deadline, or: { "It said:\n" + process.lines.joined(separator: "\n") }) {
      guard process.isRunning else {
        throw Failure("agentcheckd ended. It said:\n" + process.lines.joined(separator: "\n"))
      }
      return try Probe(port: port).line
    }
  }

  /// Waits until it answers a line that is as wanted.
  @discardableResult func reply(
    within deadline: Duration = .seconds(10), _ what: String, where isWanted: (String) -> Bool
  ) throws -> String {
    var last: Probe?
    return try wait(for: "a reply '\(what)'", within: deadline, or: { "The last was \(last?.line ?? "none")." }) {
      last = try Probe(port: port)
      return last?.line.flatMap { isWanted($0) ? $0 : nil }
    }
  }

  /// Waits until it answers exactly this line.
  func reply(_ line: String, within deadline: Duration = .seconds(10)) throws {
    try reply(within: deadline, line) { $0 == line }
  }

  /// Asks it to end as the service manager does, and waits for that.
  func stop(_ signal: Int32 = SIGTERM) throws -> ChildProcess.Exit {
    process.signal(signal)
    return try process.exit()
  }

  private static let fileName = "rules.yaml"

  private static func ruleFile(_ rules: String, port: Int) -> String {
    let listens = rules.split(separator: "\n").contains { $0.hasPrefix("listen:") }
    return (listens ? "" : "listen: \"127.0.0.1:\(port)\"\n") + rules.replacingOccurrences(of: "PORT", with: "\(port)")
  }
}
