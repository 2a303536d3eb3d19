// `agentcheckd schema`: what editors want to know about the rule file.

import Rules
import Text

extension Command {
  static let schema = Command(
    "schema", summary: "Prints the JSON Schema of the rule file, for editors.",
    details: [
      """
      An editor with the YAML language server finds it by the first line of a rule file: \
      '# yaml-language-server: $schema=FILE'.
      """
    ],
    example: "agentcheckd schema > agentcheckd.schema.json"
  ) { _ in
    Console.say(ruleFileSchema().text() + "\n")
  }
}
