import Testing

@testable import agentcheckd

/// A command with an option of each sort.
private let sample = Command(
  "sample", operands: "FILE [FILE]", 1...2, summary: "Shows what the parser makes of it.",
  example: "agentcheckd sample x",
  options: [
    Option("send", letter: "s", value: "TEXT", "text"),
    Option("count", letter: "c", value: "N", "number"),
    Option("strict", "flag"),
    Option("quiet", letter: "q", "flag"),
    Option("verbose", letter: "v", "flag"),
  ]
) { _ in .success }

private let other = Command("other", summary: "Another.", example: "agentcheckd other") { _ in .success }
private let hidden = Command("hidden", summary: "Unseen.", example: "agentcheckd hidden", isHidden: true) { _ in
  .success
}

private func parsed(_ line: String) throws -> Invocation {
  try parseOptions(line.split(separator: " ").map(String.init)[...], of: sample)
}

@Suite struct OptionParser {
  struct Row: CustomTestStringConvertible, Sendable {
    let line: String
    let operands: [String]
    let values: [String: String]
    var testDescription: String { line }
    init(_ line: String, _ operands: [String], _ values: [String: String] = [:]) {
      (self.line, self.operands, self.values) = (line, operands, values)
    }
  }

  @Test(arguments: [
    Row("a", ["a"]),
    Row("a b", ["a", "b"]),
    Row("--send web a", ["a"], ["send": "web"]),
    Row("--send=web a", ["a"], ["send": "web"]),
    Row("--send=a=b a", ["a"], ["send": "a=b"]),
    Row("--send= a", ["a"], ["send": ""]),
    Row("--send --strict a", ["a"], ["send": "--strict"]),
    Row("-sweb a", ["a"], ["send": "web"]),
    Row("-s web a", ["a"], ["send": "web"]),
    Row("-s=web a", ["a"], ["send": "=web"]),
    Row("a --strict b", ["a", "b"], ["strict": ""]),
    Row("-qv a", ["a"], ["quiet": "", "verbose": ""]),
    Row("-qvs web a", ["a"], ["quiet": "", "verbose": "", "send": "web"]),
    Row("-qsv a", ["a"], ["quiet": "", "send": "v"]),
    Row("--str a", ["a"], ["strict": ""]),
    Row("--c 3 a", ["a"], ["count": "3"]),
    Row("--cou=3 a", ["a"], ["count": "3"]),
    Row("-c 1 --count 2 a", ["a"], ["count": "2"]),
    Row("-- --strict", ["--strict"]),
    Row("a -- -q", ["a", "-q"]),
    Row("-q -- -- ", ["--"], ["quiet": ""]),
    Row("-", ["-"]),
    Row("--help", [], ["help": ""]),
    Row("-h", [], ["help": ""]),
    Row("-h a b c d", ["a", "b", "c", "d"], ["help": ""]),
  ])
  func reads(_ row: Row) throws {
    let invocation = try parsed(row.line)
    #expect(invocation.operands == row.operands)
    #expect(invocation.values == row.values)
  }

  struct Mistake: CustomTestStringConvertible, Sendable {
    let line: String
    let message: String
    let hint: String?
    var testDescription: String { line }
    init(_ line: String, _ message: String, hint: String?) {
      (self.line, self.message, self.hint) = (line, message, hint)
    }
  }
  private static let howTo = "usage: agentcheckd sample FILE [FILE] [OPTION...]"

  @Test(arguments: [
    Mistake("", "'sample' needs FILE [FILE]", hint: howTo),
    Mistake("a b c", "'sample' does not know what to do with 'c'", hint: howTo),
    Mistake("a --stirct", "'sample' has no option '--stirct'", hint: "did you mean '--strict'?"),
    Mistake("a --sned web", "'sample' has no option '--sned'", hint: "did you mean '--send'?"),
    Mistake("a --colour=no", "'sample' has no option '--colour'", hint: howTo),
    Mistake("a --s", "'--s' could be '--send' or '--strict'", hint: nil),
    Mistake("a --=x", "'sample' has no option '--'", hint: howTo),
    Mistake("a -x", "'sample' has no option '-x'", hint: howTo),
    Mistake("a -qx", "'sample' has no option '-x'", hint: howTo),
    Mistake("a -verbose", "'sample' has no option '-e'", hint: "did you mean '--verbose'?"),
    Mistake("a --strict=yes", "option '--strict' takes no value", hint: nil),
    Mistake("a --send", "option '--send' needs a value", hint: "write '--send TEXT'"),
    Mistake("a -s", "option '-s' needs a value", hint: "write '-s TEXT'"),
    Mistake("a --cou", "option '--count' needs a value", hint: "write '--count N'"),
  ])
  func complains(_ row: Mistake) {
    #expect(throws: UsageMistake(message: row.message, hint: row.hint)) { try parsed(row.line) }
  }

  @Test func aSingleDashBeforeALongNameIsTheLetterWithItsValue() throws {
    #expect(try parsed("a -strict").values == ["send": "trict"])
  }
}

@Suite struct CommandLine {
  private func ask(_ line: String) throws -> Request {
    try parseCommandLine(
      line.split(separator: " ").map(String.init)[...], among: [sample, other, hidden], default: other)
  }

  @Test(arguments: [
    ("", "other"), ("sample x", "sample"), ("other", "other"), ("hidden", "hidden"), ("sample -- help", "sample"),
  ])
  func findsTheCommand(_ line: String, _ name: String) throws {
    guard case .perform(let command, _) = try ask(line) else {
      Issue.record("'\(line)' says something instead")
      return
    }
    #expect(command.name == name)
  }

  @Test(arguments: [
    ("--help", "usage: agentcheckd [COMMAND]"), ("-h", "usage: agentcheckd [COMMAND]"),
    ("help", "usage: agentcheckd [COMMAND]"), ("--version", "agentcheckd \(version)\n"),
    ("-V", "agentcheckd \(version)\n"), ("sample --help", "usage: agentcheckd sample"),
    ("sample -h", "usage: agentcheckd sample"), ("sample --he", "usage: agentcheckd sample"),
    ("help sample", "usage: agentcheckd sample"), ("help hidden", "usage: agentcheckd hidden"),
    ("help sample and more", "usage: agentcheckd sample"),
  ])
  func saysSomething(_ line: String, _ beginning: String) throws {
    guard case .say(let text) = try ask(line) else {
      Issue.record("'\(line)' performs a command")
      return
    }
    #expect(text.hasPrefix(beginning))
  }

  @Test(arguments: [
    ("smaple", "unknown command 'smaple'", "did you mean 'sample'?"),
    ("hepl", "unknown command 'hepl'", "did you mean 'help'?"),
    ("hiden", "unknown command 'hiden'", "'agentcheckd --help' lists them"),
    ("web.yaml", "unknown command 'web.yaml'", "'agentcheckd --help' lists them"),
    ("drain", "unknown command 'drain'", "write 'agentcheckd force drain'"),
    ("restart", "unknown command 'restart'", "write 'systemctl restart agentcheckd'"),
    ("help smaple", "unknown command 'smaple'", "did you mean 'sample'?"),
    ("--strict sample x", "'other' has no option '--strict'", "write the command first: 'agentcheckd sample ...'"),
    ("--strict", "'other' has no option '--strict'", "usage: agentcheckd other [OPTION...]"),
    ("sample -x other", "'sample' has no option '-x'", "usage: agentcheckd sample FILE [FILE] [OPTION...]"),
  ])
  func complains(_ line: String, _ message: String, _ hint: String) {
    #expect(throws: UsageMistake(message: message, hint: hint)) { _ = try ask(line) }
  }
}

@Suite struct Helping {
  @Test func aCommandsHelpIsWhole() {
    #expect(
      help(of: sample) == """
        usage: agentcheckd sample FILE [FILE] [OPTION...]
        Shows what the parser makes of it.

          -s, --send TEXT  text
          -c, --count N    number
              --strict     flag
          -q, --quiet      flag
          -v, --verbose    flag
          -h, --help       say how it is used, and nothing else

        example: agentcheckd sample x

        """)
  }

  @Test func theListHasEveryCommandButTheHiddenOnes() {
    let lines = help(App.commands).split(separator: "\n")
    for command in App.commands {
      #expect(lines.contains { $0.hasPrefix("  \(command.name) ") } != command.isHidden, "\(command.name)")
    }
  }

  @Test(arguments: App.commands.map(\.name))
  func everyCommandHelps(_ name: String) throws {
    let command = try #require(App.commands.first { $0.name == name })
    let text = help(of: command)
    #expect(text.split(separator: "\n").allSatisfy { $0.unicodeScalars.count <= 80 }, "\(text)")
    #expect(text.utf8.allSatisfy { $0 == 0x0A || (0x20..<0x7F).contains($0) })
    #expect(command.example.contains("agentcheckd"))
    #expect(text.hasSuffix("example: \(command.example)\n"))
    #expect(command.summary.hasSuffix("."))
    for option in command.options { #expect(text.contains("--\(option.name)")) }
  }

  @Test func namesAreUnique() {
    #expect(Set(App.commands.map(\.name)).count == App.commands.count)
    for command in App.commands {
      #expect(Set(command.options.map(\.name)).count == command.options.count, "\(command.name)")
      let letters = command.options.compactMap(\.letter)
      #expect(Set(letters).count == letters.count, "\(command.name)")
    }
  }

  @Test func theListFits() {
    #expect(help(App.commands).split(separator: "\n").allSatisfy { $0.unicodeScalars.count <= 80 })
  }
}
