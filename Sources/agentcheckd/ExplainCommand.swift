// `agentcheckd explain`: what does this rule file make of this host, and why?

import Agent
import Kernel
import Language
import Rules
import Text

/// Who asks does not wait longer, whatever the `interval` of the rule file.
private let longestLook = Duration.seconds(10)

extension Command {
  static let explain = Command(
    "explain", operands: "[FILE]", 0...1,
    summary: "Samples this host for one interval and shows what the rules make of it.",
    details: [
      """
      It shows the value of each metric, the state of each rule with the comparison that decided it, and each \
      service's reply. The daemon need not run, and is not asked: what takes time ('for', windows) begins with this look. \
      Without FILE it goes by \(RuleFile.installed) or, where that is missing, by the built-in rule file.
      """
    ],
    example: "agentcheckd explain web.yaml",
    options: [Option("json", "print one JSON object")]
  ) { invocation in
    let file = RuleFile(invocation.operands.first)
    guard let rules = Console.load(file) else { return .failure }
    do throws(SystemError) {
      let (report, duration) = try look(by: rules)
      if invocation.has("json") { return Console.say("\(report.json.text())\n") }
      var page = Page(.of(.output))
      let time = valueText(duration / .seconds(1), kind: .seconds)
      page.line(Phrase("\(file.name): \(rules.summary)"))
      page.line(.dim("a look of \(time), with which all times below begin"))
      page.explain(report)
      return Console.say(page.text)
    } catch {
      return Console.fail("cannot sample this host: \(error)")
    }
  }

  /// Samples as the daemon does when it has just been started, up to and with its second reply.
  private static func look(by rules: RuleSet) throws(SystemError) -> (Report, Duration) {
    let look = try HostLook(rules.assembly.references, of: rules.probes, stale: rules.stale, roots: rules.roots)
    var judge = Judge(rules)
    let begun = look.sample()
    var now = begun
    for pause in [HostLook.gap, min(rules.interval, longestLook)] {
      now = try look.sample(after: pause)
      _ = judge.step(look.values, settled: look.settled, at: now)
    }
    look.end()
    let remarks = look.values.indices.map { look.remark(on: $0) }
    return (judge.report(look.values, remarks: remarks, at: now), now - begun)
  }
}
