// `--help`, made from the table of commands.

/// `usage: agentcheckd check [FILE] [OPTION...]`
func usage(of command: Command) -> String {
  let operands = command.operands.isEmpty ? "" : " \(command.operands)"
  return "usage: agentcheckd \(command.name)\(operands) [OPTION...]"
}

/// What `agentcheckd COMMAND --help` says.
func help(of command: Command) -> String {
  var page = Page(.plain)
  page.line(Phrase(usage(of: command)))
  page.paragraph(Phrase(command.summary))
  for paragraph in command.details {
    page.gap()
    page.paragraph(Phrase(paragraph))
  }
  page.gap()
  page.table(
    command.options.map { option in
      let letter = option.letter.map { "-\(Unicode.Scalar($0)), " } ?? "    "
      let value = option.value.map { " \($0)" } ?? ""
      return [Phrase("\(letter)--\(option.name)\(value)"), Phrase(option.help)]
    })
  page.gap()
  page.line(Phrase("example: \(command.example)"))
  return page.text
}

/// What `agentcheckd --help` says.
func help(_ commands: [Command]) -> String {
  var page = Page(.plain)
  page.line("usage: agentcheckd [COMMAND] [OPTION...]")
  page.line("Tells HAProxy's agent check how much traffic this host can take.")
  page.gap()
  page.table(commands.filter { !$0.isHidden }.map { [Phrase($0.name), Phrase($0.summary)] })
  page.gap()
  page.paragraph(
    """
    Without a command it runs the daemon. 'agentcheckd COMMAND --help' tells more, and so do agentcheckd(8) and, for \
    the rule file, agentcheckd.yaml(5).
    """)
  return page.text
}
