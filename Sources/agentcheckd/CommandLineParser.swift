// The conventions of getopt_long(3): `--name VALUE`, `--name=VALUE`, `-nVALUE`, `-n VALUE`, letters in a bunch, unique
// beginnings of long names, operands anywhere, `--` for the end of options. libc's own is not used because it prints its
// messages itself, without a suggestion, and keeps its state in globals.

import Text

/// Why a command line makes no sense, in a sentence.
struct UsageMistake: Error {
  let message: String
  let hint: String?
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
  guard operands.count <= command.operandCount.upperBound else {
    throw UsageMistake(
      message: "'\(command.name)' does not know what to do with '\(operands[command.operandCount.upperBound])'",
      hint: usage(of: command))
  }
  guard operands.count >= command.operandCount.lowerBound || values["help"] != nil else {
    throw UsageMistake(message: "'\(command.name)' needs \(command.operands)", hint: usage(of: command))
  }
  return Invocation(operands: operands, values: values)
}

private func parseLong(
  _ argument: String, _ rest: inout ArraySlice<String>, of command: Command, _ values: inout [String: String]
) throws(UsageMistake) {
  let body = argument.dropFirst(2)
  let end = body.firstIndex(of: "=") ?? body.endIndex
  let name = String(body[..<end])
  let inline = end < body.endIndex ? String(body[body.index(after: end)...]) : nil
  let candidates = command.options.filter { $0.name.hasPrefix(name) }
  guard let option = command.options.first(where: { $0.name == name }) ?? (candidates.count == 1 ? candidates[0] : nil)
  else {
    let near = closest(to: name, among: command.options.map { $0.name })
    throw UsageMistake(
      message: "'\(command.name)' has no option '--\(name)'",
      hint: near.map { "did you mean '--\($0)'?" } ?? usage(of: command))
  }
  try set(option, written: "--\(option.name)", inline: inline, &rest, &values)
}

private func parseShort(
  _ argument: String, _ rest: inout ArraySlice<String>, of command: Command, _ values: inout [String: String]
) throws(UsageMistake) {
  var letters = argument.utf8.dropFirst()
  while let letter = letters.popFirst() {
    let written = "-\(Unicode.Scalar(letter))"
    guard let option = command.options.first(where: { $0.letter == letter }) else {
      throw UsageMistake(message: "'\(command.name)' has no option '\(written)'", hint: usage(of: command))
    }
    guard option.value != nil else {
      values[option.name] = ""
      continue
    }
    let inline = letters.isEmpty ? nil : String(decoding: letters, as: UTF8.self)
    try set(option, written: written, inline: inline, &rest, &values)
    return
  }
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
