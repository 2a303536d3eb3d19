// `--help`, made from the table of commands. Nothing is wider than 80 columns.

/// `agentcheckd check [FILE] [OPTION...]`
func usage(of command: Command) -> String {
  let operands = command.operands.isEmpty ? "" : " \(command.operands)"
  return "usage: agentcheckd \(command.name)\(operands) [OPTION...]"
}

/// What `agentcheckd COMMAND --help` says.
func help(of command: Command) -> String {
  var text = "\(usage(of: command))\n\(command.summary)\n"
  for line in command.details { text += line + "\n" }
  text += "\n"
  let rows = command.options.map { option in
    let letter = option.letter.map { "-\(Unicode.Scalar($0)), " } ?? "    "
    return (letter + "--\(option.name)" + (option.value.map { " \($0)" } ?? ""), option.help)
  }
  text += columns(rows)
  text += "\nexample: \(command.example)\n"
  return text
}

/// What `agentcheckd --help` says.
func help(_ commands: [Command]) -> String {
  var text = """
    usage: agentcheckd [COMMAND] [OPTION...]
    Tells HAProxy's agent check how much traffic this host can take.


    """
  text += columns(commands.filter { !$0.isHidden }.map { ($0.name, $0.summary) })
  text += """

    Without a command it runs the daemon. 'agentcheckd COMMAND --help' tells more, and
    so do agentcheckd(8) and, for the rule file, agentcheckd.yaml(5).

    """
  return text
}

/// Two columns, the first as wide as it needs.
private func columns(_ rows: [(String, String)]) -> String {
  let width = rows.map { $0.0.utf8.count }.max() ?? 0
  return rows.map { first, second in
    "  \(first)" + String(repeating: " ", count: width - first.utf8.count + 2) + second + "\n"
  }.joined()
}
