// The README, done as it says. Its commands are run in a scratch folder that looks like this directory after the ordinary
// build, except for what cannot be done there: then with the nearest that can, told in one table.

import Foundation
import Testing

/// A command that the README shows, and what it says that comes out.
struct ShownCommand: CustomTestStringConvertible, Sendable {
  let text: String
  var output: String?

  var testDescription: String { text }

  /// The lines of its shell blocks, in order; a block without a language right behind one is the output of its last line.
  static func blocks(of page: String) -> [ShownCommand] {
    var commands: [ShownCommand] = []
    var language: Substring?
    var isRightBehind = false
    var output: [Substring] = []
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        if language == "", isRightBehind { commands[commands.count - 1].output = output.joined(separator: "\n") }
        isRightBehind = language == "sh"
        language = language == nil ? line.dropFirst(3) : nil
        output = []
      } else if language == "sh" {
        if !line.hasPrefix("#"), !line.isEmpty { commands.append(ShownCommand(text: String(line))) }
      } else if language != nil {
        output.append(line)
      } else if !line.isEmpty {
        isRightBehind = false
      }
    }
    return commands
  }

  /// What its sentences quote that begins like a command and has more than one word.
  static func quotes(of page: String) -> [ShownCommand] {
    let programs: Set<Substring> = ["agentcheckd", "make", "man", "stress-ng"]
    let sentences = everyOther(page, between: "```", from: 0).joined(separator: "\n").replacing("\n", with: " ")
    return everyOther(sentences, between: "`", from: 1).compactMap { quote in
      let words = quote.split(separator: " ")
      return words.count > 1 && programs.contains(words[0]) ? ShownCommand(text: quote) : nil
    }
  }

  private static func everyOther(_ text: String, between mark: String, from first: Int) -> [String] {
    let parts = text.components(separatedBy: mark)
    return stride(from: first, to: parts.count, by: 2).map { parts[$0] }
  }
}

@Suite(.serialized) struct ReadmeTests {
  private static let page = (try? String(contentsOfFile: "\(repository)/README.md", encoding: .utf8)) ?? ""

  @Test func itHasCommands() {
    #expect(ShownCommand.blocks(of: Self.page).count > 3)
    #expect(ShownCommand.quotes(of: Self.page).count > 3)
  }

  /// From its first command to its last, one after the other, as its reader does.
  @Test(.enabled(if: !FileManager.default.fileExists(atPath: "/etc/agentcheckd/agentcheckd.yaml")))
  func itsStepsLeadThere() throws {
    let reader = try Reader()
    for command in ShownCommand.blocks(of: Self.page) { try reader.follow(command) }
  }

  /// What it mentions in passing.
  @Test(arguments: ShownCommand.quotes(of: page))
  func whatItMentionsWorks(command: ShownCommand) throws {
    try Reader().follow(command)
  }
}

/// Somebody who does what the README says.
private final class Reader {
  private let folder: TemporaryFolder
  /// The daemon, once it is started: it goes on beside the other commands.
  private var daemon: ChildProcess?

  init() throws {
    folder = try TemporaryFolder()
    for name in ["etc", "man", "Makefile", "README.md", "Sources", "Tests", "Package.swift"] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder.path)/\(name)", withDestinationPath: "\(repository)/\(name)")
    }
    for place in [".build/debug", ".build/dist", "bin"] {
      try folder.write("", to: "\(place)/.keep")
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder.path)/\(place)/agentcheckd", withDestinationPath: AgentProcess.executable)
    }
    try folder.write("rules:\n  - when: cpu.idle < 10%\n    reply: 50%\n", to: "rules.yaml")
  }

  func follow(_ shown: ShownCommand) throws {
    let steps = try self.steps(of: shown.text)
    for step in steps {
      if step.contains("agentcheckd run") {
        try serve(step)
      } else {
        let said = try run(step)
        guard let expected = shown.output else { continue }
        #expect(Self.shape(said) == Self.shape(expected), "'\(step)' says otherwise than the README: \(said)")
      }
    }
  }

  /// What can be done here of a command. This is called by `swift test`, which would wait for itself.
  private func steps(of command: String) throws -> [String] {
    let words = command.split(separator: " ").map(String.init)
    switch words[0] {
    case "make":
      // What make would do; what builds and tests is left to those who have made this build and this test.
      let recipe = try run("make --no-print-directory --dry-run \(words.dropFirst().joined(separator: " "))")
      try #require(!recipe.isEmpty)
      guard words.dropFirst().first == "run" else { return [] }
      return recipe.split(separator: "\n").map(String.init).filter { $0.hasPrefix("exec ") }
    case "man": return [command.replacing("man -l", with: "mandoc")]
    case "stress-ng": return ["stress-ng --dry-run " + words.dropFirst().joined(separator: " ")]
    case "sudo", "apt", "apt-get", "systemctl", "dpkg": throw Failure("how can '\(command)' be tried? Say it here.")
    default: return [command]
    }
  }

  private func process(_ command: String) throws -> ChildProcess {
    try ChildProcess(
      "/bin/bash", ["-c", "cd \"$0\" && eval \"$1\"", folder.path, command],
      environment: [
        "PATH": "\(folder.path)/bin:\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")",
        "STATE_DIRECTORY": folder.path, "RUNTIME_DIRECTORY": folder.path, "MAKEFLAGS": Optional<String>.none,
      ])
  }

  /// Runs a command to its end, which must be success, and returns what it says.
  private func run(_ command: String) throws -> String {
    let process = try process(command)
    let exit = try process.exit(within: .seconds(60))
    guard exit == .code(0) else {
      throw Failure("'\(command)': \(exit):\n" + process.lines.joined(separator: "\n"))
    }
    return process.lines.joined(separator: "\n")
  }

  /// Starts the daemon, in place of one that was started before.
  private func serve(_ command: String) throws {
    if let daemon {
      daemon.signal(SIGTERM)
      _ = try daemon.exit()
    }
    try UsualPort.wait()
    daemon = try process(command)
    try daemon?.line(containing: "listening on")
  }

  /// Numbers aside, and whether this host happens to be busy.
  private static func shape(_ text: String) -> String {
    text.replacing(#/\d+% up( # cpu\.idle < 10%)?/#, with: "REPLY").replacing(#/\d+(\.\d+)?/#, with: "0")
  }
}
