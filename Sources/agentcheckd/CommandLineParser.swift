// The conventions of getopt_long(3): `--name VALUE`, `--name=VALUE`, `-nVALUE`, `-n VALUE`, letters in a bunch, unique
// beginnings of long names, operands anywhere, `--` for the end of options. libc's own is not used because it prints its
// messages itself, without a suggestion, and keeps its state in globals.

import Text

/// Why a command line makes no sense, in a sentence, and what would.
struct UsageMistake: Error, Equatable {
  let message: String
  let hint: String?
}

/// What a command line asks for.
enum Request {
  /// Nothing but text: help, the version.
  case say(String)
  case perform(Command, Invocation)
}

/// Reads what stands behind the name of the program. `standard` is the command that nobody has to type.
func parseCommandLine(
  _ arguments: ArraySlice<String>, among commands: [Command], default standard: Command
) throws(UsageMistake) -> Request {
  var arguments = arguments
  switch arguments.first {
  case "--help", "-h": return .say(help(commands))
  case "help" where arguments.count == 1: return .say(help(commands))
  case "--version", "-V": return .say("agentcheckd \(version)\n")
  // `help check` is what people type; it means `check --help`.
  case "help": arguments = [arguments.dropFirst().first!, "--help"]
  default: break
  }
  if let name = arguments.first, !name.hasPrefix("-") {
    return try request(arguments.dropFirst(), of: command(name, among: commands))
  }
  do throws(UsageMistake) {
    return try request(arguments, of: standard)
  } catch {
    // `agentcheckd --json explain` is another mistake than it seems.
    let late = arguments.first { word in commands.contains { $0.name == word && !$0.isHidden } }
    throw late.map { UsageMistake(message: error.message, hint: "write the command first: 'agentcheckd \($0) ...'") }
      ?? error
  }
}

/// What people try, and what does it.
private let foreignCommands: [String: String] = [
  "drain": "agentcheckd force drain", "maint": "agentcheckd force maint", "ready": "agentcheckd release",
  "up": "agentcheckd release", "down": "agentcheckd force down", "start": "systemctl start agentcheckd",
  "stop": "systemctl stop agentcheckd", "restart": "systemctl restart agentcheckd", "log": "agentcheckd history",
  "logs": "journalctl -u agentcheckd", "test": "agentcheckd check", "validate": "agentcheckd check",
]

private func command(_ name: String, among commands: [Command]) throws(UsageMistake) -> Command {
  if let known = commands.first(where: { $0.name == name }) { return known }
  let message = "unknown command '\(name)'"
  if let meant = foreignCommands[name] { throw UsageMistake(message: message, hint: "write '\(meant)'") }
  let near = closest(to: name, among: commands.filter { !$0.isHidden }.map { $0.name } + ["help"])
  throw UsageMistake(
    message: message, hint: near.map { "did you mean '\($0)'?" } ?? "'agentcheckd --help' lists them")
}

private func request(_ arguments: ArraySlice<String>, of command: Command) throws(UsageMistake) -> Request {
  let invocation = try parseOptions(arguments, of: command)
  return invocation.has("help") ? .say(help(of: command)) : .perform(command, invocation)
}

/// Reads what stands behind the name of a command.
func parseOptions(_ arguments: ArraySlice<String>, of command: Command) throws(UsageMistake) -> Invocation {
  var operands: [String] = []
  var values: [String: String] = [:]
  var rest = arguments
  while let argument = rest.popFirst() {
    if argument == "--" {
      operands += rest
      break
    } else if argument.hasPrefix("--") {
      try parseLong(argument, &rest, of: command, &values)
    } else if argument.utf8.count > 1, argument.utf8.first == .of("-") {
      try parseShort(argument, &rest, of: command, &values)
    } else {
      operands.append(argument)
    }
  }
  // Who asks for help gets it, whatever else is missing.
  if values["help"] == nil { try checkNumber(of: operands, command) }
  return Invocation(operands: operands, values: values)
}

private func checkNumber(of operands: [String], _ command: Command) throws(UsageMistake) {
  guard operands.count <= command.operandCount.upperBound else {
    throw UsageMistake(
      message: "'\(command.name)' does not know what to do with '\(operands[command.operandCount.upperBound])'",
      hint: usage(of: command))
  }
  guard operands.count >= command.operandCount.lowerBound else {
    throw UsageMistake(message: "'\(command.name)' needs \(command.operands)", hint: usage(of: command))
  }
}

private func parseLong(
  _ argument: String, _ rest: inout ArraySlice<String>, of command: Command, _ values: inout [String: String]
) throws(UsageMistake) {
  let body = argument.dropFirst(2)
  let end = body.firstIndex(of: "=") ?? body.endIndex
  let name = String(body[..<end])
  let inline = end < body.endIndex ? String(body[body.index(after: end)...]) : nil
  let option = try find(name, of: command)
  try set(option, written: "--\(option.name)", inline: inline, &rest, &values)
}

/// The option of this name, or the only one that begins so.
private func find(_ name: String, of command: Command) throws(UsageMistake) -> Option {
  if let exact = command.options.first(where: { $0.name == name }) { return exact }
  let candidates = command.options.filter { $0.name.hasPrefix(name) }
  if candidates.count == 1 { return candidates[0] }
  guard candidates.isEmpty || name.isEmpty else {
    let names = candidates.map { "'--\($0.name)'" }.joined(separator: " or ")
    throw UsageMistake(message: "'--\(name)' could be \(names)", hint: nil)
  }
  let near = closest(to: name, among: command.options.map { $0.name })
  throw UsageMistake(
    message: "'\(command.name)' has no option '--\(name)'",
    hint: near.map { "did you mean '--\($0)'?" } ?? usage(of: command))
}

private func parseShort(
  _ argument: String, _ rest: inout ArraySlice<String>, of command: Command, _ values: inout [String: String]
) throws(UsageMistake) {
  var letters = argument.utf8.dropFirst()
  while let letter = letters.popFirst() {
    guard let option = command.options.first(where: { $0.letter == letter }) else {
      throw unknownLetter(letter, in: argument, of: command)
    }
    let written = "-\(Unicode.Scalar(letter))"
    guard option.value != nil else {
      values[option.name] = ""
      continue
    }
    let inline = letters.isEmpty ? nil : String(decoding: letters, as: UTF8.self)
    try set(option, written: written, inline: inline, &rest, &values)
    return
  }
}

/// `-x`; for `-json`, which wants a second dash, the suggestion.
private func unknownLetter(_ letter: UInt8, in argument: String, of command: Command) -> UsageMistake {
  let word = argument.dropFirst()
  let meant = command.options.first { $0.name == word.prefix { $0 != "=" } }
  let isLetter = letter.isPrintable
  return UsageMistake(
    message: "'\(command.name)' has no option '\(isLetter ? "-\(Unicode.Scalar(letter))" : argument)'",
    hint: meant.map { "did you mean '--\($0.name)'?" } ?? usage(of: command))
}

private func set(
  _ option: Option, written: String, inline: String?, _ rest: inout ArraySlice<String>,
  _ values: inout [String: String]
) throws(UsageMistake) {
  guard let value = option.value else {
    guard inline == nil else {
      throw UsageMistake(message: "option '\(written)' takes no value", hint: nil)
    }
    values[option.name] = ""
    return
  }
  guard let given = inline ?? rest.popFirst() else {
    throw UsageMistake(message: "option '\(written)' needs a value", hint: "write '\(written) \(value)'")
  }
  values[option.name] = given
}
