// The daemon under test, with a rule file of the test's own.

import Foundation
import Testing

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

  /// Whether it is the release build, which is Embedded Swift: it needs no library of Swift's.
  static let isRelease: Bool = {
    let program = (try? Data(contentsOf: URL(fileURLWithPath: executable))) ?? Data()
    return !program.isEmpty && program.range(of: Data("libswiftCore.so".utf8)) == nil
  }()

  /// Starts it with these rules. `listen:` is put before them unless a line of theirs begins with it; the word PORT in them
  /// stands for the number, which is `port` where it matters. `fragments` are written beside the rule file, under these
  /// names. What must outlive it goes into the folder `state`, its control socket is at `control`, or both are where nobody
  /// else has theirs. With limits, it may have no more descriptors open than that, and write no longer files. `under` is a
  /// command that executes the one behind it.
  init(
    rules: String, fragments: [String: String] = [:], port: Int? = nil, state: String? = nil, control: String? = nil,
    environment: [String: String?] = [:], mostDescriptors: Int? = nil, mostFileBytes: Int? = nil,
    under wrapper: [String] = []
  ) throws {
    let port = try port ?? Socket.freePort()
    self.port = port
    folder = try TemporaryFolder()
    for (name, text) in fragments { try folder.write(text, to: name) }
    ruleFile = try folder.write(Self.ruleFile(rules, port: port), to: Self.fileName)
    self.control = control ?? "\(folder.path)/control.sock"
    let arguments = ["run", "-c", ruleFile, "--state-dir", state ?? folder.path, "--control", self.control]
    // Whoever it is made by that command must read what it is given.
    if !wrapper.isEmpty { for path in [folder.path, ruleFile] { chmod(path, 0o755) } }
    var limits = ""
    if let mostDescriptors { limits += "ulimit -n \(mostDescriptors) && " }
    if let mostFileBytes { limits += "ulimit -f \(mostFileBytes / 512) && " }
    if limits.isEmpty, wrapper.isEmpty {
      process = try ChildProcess(Self.executable, arguments, environment: environment)
    } else {
      let command = ["-c", "\(limits)exec \"$@\"", "sh"] + wrapper + [Self.executable]
      process = try ChildProcess("/bin/sh", command + arguments, environment: environment)
    }
  }

  /// Starts it with a file that lies somewhere else and says that it listens at this port.
  init(ruleFile: String, port: Int) throws {
    self.port = port
    self.ruleFile = ruleFile
    folder = try TemporaryFolder()
    control = "\(folder.path)/control.sock"
    process = try ChildProcess(
      Self.executable, ["run", "-c", ruleFile, "--state-dir", folder.path, "--control", control])
  }

  /// Whatever it was made to say, an administrator would have been told of it if it matters, and only then.
  deinit {
    do {
      for mistake in try Logcheck.mistakes(in: process.lines) { Issue.record("\(mistake)") }
    } catch {
      Issue.record(error)
    }
  }

  /// Its rule file.
  let ruleFile: String
  /// Its control socket, there as soon as it listens.
  let control: String

  /// Asks it, or tells it what to do, with a command of its own.
  func ask(_ arguments: String..., environment: [String: String?] = [:]) throws -> CommandRun {
    try CommandRun(arguments + ["--control", control], environment: environment)
  }

  /// Puts other rules into its file, without telling it.
  func write(rules: String) throws { try folder.write(Self.ruleFile(rules, port: port), to: Self.fileName) }

  /// Tells it that its file is another one, after putting these rules there, if any. Waits until it has said what became
  /// of that, and returns what it said.
  @discardableResult func reload(rules: String? = nil, saying text: String = "reloaded") throws -> [String] {
    if let rules { try write(rules: rules) }
    let before = process.lines.count
    process.signal(SIGHUP)
    try process.line(from: before, containing: text)
    return Array(process.lines[before...])
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
