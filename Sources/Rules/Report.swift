// The state of affairs in words: every metric in use, every rule and why it stands where it stands, every service and what
// it says. `explain` prints it; whoever watches a running daemon reads the same.

import Language
import Reply
import Text

/// Everything there is to tell about a judge at one instant.
public struct Report {
  /// A metric that some rule reads.
  public struct Metric {
    /// As a rule file spells it.
    public let name: String
    /// What its value is.
    public let kind: Kind
    /// In base units; absent where unknown.
    public let value: Double?
    /// Why it is unknown, or, of a probe's `ok`, no.
    public let remark: String?
  }

  /// A rule.
  public struct Rule {
    /// Its name.
    public let name: String
    /// The service whose own it is; absent for a rule of the file.
    public let service: String?
    /// `inactive`, `pending`, `active` or `leaving`.
    public let state: String
    /// How long it has been active (leaving included) or inactive (pending included); absent before the first sample.
    public let since: Duration?
    /// How long the next step must still hold for: `for` of a pending, `keep-for` of a leaving rule.
    public let remaining: Duration?
    /// The comparisons that decided its condition, with numbers.
    public let explanation: String
    /// What would make it inactive, where it is active: its `until`, or that `when` no longer holds.
    public let clearedBy: String?
    /// What it says while it is active: `50%`, and computed words with their present values.
    public let words: String
    /// Whether its reply is left out.
    public let isDryRun: Bool
  }

  /// A service.
  public struct Service {
    /// Its name.
    public let name: String
    /// Where it is served.
    public let addresses: [String]
    /// The text that picks it.
    public let agentSend: String?
    /// The line, without its end.
    public let reply: String
    /// The names of the rules whose words these are.
    public let speakers: [String]
  }

  /// In the order of first use.
  public let metrics: [Metric]
  /// In the order of the file.
  public let rules: [Rule]
  /// In the order of the file.
  public let services: [Service]
}

extension Judge {
  /// The report of this instant. `remarks` says for each reference without a value why, and what else there is to say.
  public func report(_ values: [Double?], remarks: [String?], at now: Duration) -> Report {
    Report(
      metrics: ruleSet.assembly.references.enumerated().map { slot, reference in
        let shape = ruleSet.catalogue.sources[reference.source].metrics[reference.metric]
        return Report.Metric(
          name: reference.text(in: ruleSet.catalogue), kind: reference.inPercent ? .percent : shape.kind,
          value: values[slot], remark: remarks[slot])
      },
      rules: ruleSet.rules.indices.map { report(ofRule: $0, values, at: now) },
      services: ruleSet.services.indices.map { index in
        var line: [UInt8] = []
        verdicts[index].write(ruleSet, withReady: false, into: &line)
        let service = ruleSet.services[index]
        return Report.Service(
          name: service.name, addresses: service.addresses.map { "\($0)" }, agentSend: service.agentSend,
          reply: String(decoding: line.dropLast(), as: UTF8.self),
          speakers: verdicts[index].speakers.map { ruleSet.rules[$0].name })
      })
  }

  private func report(ofRule index: Int, _ values: [Double?], at now: Duration) -> Report.Rule {
    let rule = ruleSet.rules[index]
    let state = states[index]
    let remaining: Duration? =
      switch state.phase {
      case .inactive, .active: nil
      case .pending(let since): rule.timing.activeAfter - (now - since)
      case .leaving(let since): rule.timing.keepFor - (now - since)
      }
    return Report.Rule(
      name: rule.name, service: rule.service, state: state.phase.name, since: state.changedAt.map { now - $0 },
      remaining: remaining.map { max($0, .zero) },
      explanation: decisiveCondition(ofRule: index).map { explanation(of: $0, values) } ?? "always",
      clearedBy: state.speaks ? rule.until?.text ?? rule.when.map { $0.oppositeText } : nil,
      words: "\(presentWords(ofRule: index))", isDryRun: rule.isDryRun)
  }
}
