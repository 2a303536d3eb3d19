// `agentcheckd metrics`: what can rules ask of this host, and what is the answer at present?

import Agent
import Kernel
import Language
import Metrics
import Text

extension Command {
  static let metrics = Command(
    "metrics", operands: "[PATTERN]", 0...1,
    summary: "Lists what rules can ask of this host, with present values.",
    details: [
      """
      Without PATTERN one disk, one file system and so on stand for all. PATTERN is a part of a name, as in 'disk' or \
      'sda', or the whole of it with * and ?. With -c also the probes that a rule file declares, each asked once.
      """
    ],
    example: "agentcheckd metrics 'disk(*).utilization'",
    options: [Option("config", letter: "c", value: "FILE", "as this rule file has it: its probes, its 'paths'")]
  ) { invocation in
    let pattern = invocation.operands.first
    var subject = MetricSubject()
    if let name = invocation["config"] {
      guard let rules = Console.load(RuleFile(name)) else { return .failure }
      subject = MetricSubject(rules)
    }
    let host = ThisHost()
    let sources = selectMetrics(pattern, of: subject.catalogue) { host.instances(ofSource: $0, roots: subject.roots) }
    guard !sources.isEmpty else { return Console.fail(nothingFound(pattern ?? "", in: subject.catalogue)) }
    do throws(SystemError) {
      let values = try MetricValues(measuring: sources.flatMap { $0.references }, of: subject)
      var page = Page(.of(.output))
      for source in sources { page.describe(source, values) }
      return Console.say(page.text)
    } catch {
      return Console.fail("cannot sample this host: \(error)")
    }
  }

  private static func nothingFound(_ pattern: String, in catalogue: Catalogue) -> String {
    let sources = catalogue.sources
    let names = sources.flatMap { source in
      source.metrics.map { $0.name.isEmpty ? source.name : "\(source.name).\($0.name)" }
    }
    let parts = sources.flatMap { source in [source.name] + source.metrics.map { $0.name } }
    let near = closest(to: pattern, among: names) ?? closest(to: pattern, among: parts)
    let hint = near.map { "did you mean '\($0)'?" } ?? "'agentcheckd metrics' lists what there is"
    return "no metric of this host suits '\(pattern)'\n\(hint)"
  }
}
