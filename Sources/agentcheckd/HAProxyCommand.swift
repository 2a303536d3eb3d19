// `agentcheckd haproxy`: what has to stand in haproxy.cfg for this rule file.

import Agent
import Kernel
import Rules

extension Command {
  static let haproxy = Command(
    "haproxy", operands: "[FILE]", 0...1,
    summary: "Prints a server line for haproxy.cfg for each service of a rule file.",
    details: [
      """
      Each word of it is explained in a comment. Without FILE it goes by \(RuleFile.installed) or, where that is \
      missing, by the built-in rule file.
      """
    ],
    example: "agentcheckd haproxy web.yaml"
  ) { invocation in
    let file = RuleFile(invocation.operands.first)
    guard let rules = Console.load(file) else { return .failure }
    return Console.say(haproxyConfiguration(for: rules, from: file.name, host: HostNames.ofThisHost()))
  }
}
