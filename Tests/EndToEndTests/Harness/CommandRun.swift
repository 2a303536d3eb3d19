// A command of agentcheckd that runs to its end: what it said where, and with which status it ended.

import Foundation

/// One run of a command.
struct CommandRun: Sendable {
  let status: ChildProcess.Exit
  /// Standard output, whole.
  let output: String
  /// Standard error, whole.
  let errors: String

  /// Runs it outside of any terminal, in a locale without UTF-8 unless the variables say otherwise.
  init(
    _ arguments: String..., environment: [String: String?] = [:], executable: String = AgentProcess.executable,
    within deadline: Duration = .seconds(20)
  ) throws {
    try self.init(arguments, environment: environment, executable: executable, within: deadline)
  }

  /// As above, with a list.
  init(
    _ arguments: [String], environment: [String: String?] = [:], executable: String = AgentProcess.executable,
    within deadline: Duration = .seconds(20)
  ) throws {
    let folder = try TemporaryFolder()
    let locale: [String: String?] = ["LC_ALL": "C", "NO_COLOR": String?.none]
    let process = try ChildProcess(
      "/bin/sh", ["-c", #"exec "$@" >"$0/output" 2>"$0/errors""#, folder.path, executable] + arguments,
      environment: locale.merging(environment) { $1 })
    status = try process.exit(within: deadline)
    output = try String(contentsOfFile: "\(folder.path)/output", encoding: .utf8)
    errors = try String(contentsOfFile: "\(folder.path)/errors", encoding: .utf8)
  }

  /// The lines of standard output.
  var lines: [Substring] { output.split(separator: "\n", omittingEmptySubsequences: false).dropLast() }
}
