// `agentcheckd check`: is this rule file right?

import Agent
import Diagnostics
import Rules
import Text

extension Command {
  static let check = Command(
    "check", operands: "[FILE]", 0...1,
    summary: "Finds every mistake of a rule file, with its place.",
    details: ["Without FILE it checks \(RuleFile.installed)."],
    example: "agentcheckd check --strict web.yaml",
    options: [
      Option("strict", "fail for warnings, too"),
      Option("print", "write the file anew: fragments merged, defaults spelled out"),
    ]
  ) { invocation in
    let name = invocation.operands.first ?? RuleFile.installed
    let outcome = loadRules(from: name, in: DiskFiles(), on: ThisHost())
    Console.show(outcome.diagnostics)
    guard let rules = outcome.ruleSet, outcome.diagnostics.isEmpty || !invocation.has("strict") else {
      return .failure
    }
    return Console.say(
      invocation.has("print") ? rules.canonicalForm : harmlessLines("\(name): all right: \(rules.summary)\n"))
  }
}
