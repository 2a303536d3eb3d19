// A report for people: what was measured, why each rule stands where it stands, and what is said because of it.

import Language
import Rules

extension Page {
  /// All of a report.
  mutating func explain(_ report: Report) {
    if !report.metrics.isEmpty {
      heading("metrics")
      table(
        report.metrics.map { metric in
          [
            Phrase(metric.name), .bold(valueText(metric.value, kind: metric.kind)),
            Phrase(metric.remark ?? metric.kind.description, metric.remark == nil ? .dim : .plain),
          ]
        })
    }
    if !report.rules.isEmpty {
      heading("rules")
      table(report.rules.flatMap { rows(of: $0) })
    }
    heading("replies")
    table(report.services.flatMap { rows(of: $0) })
  }

  mutating func heading(_ text: String) {
    gap()
    line(.bold(text))
  }

  func rows(of rule: Report.Rule) -> [[Phrase]] {
    var lines = [Phrase(rule.explanation)]
    if !rule.words.isEmpty {
      let says =
        rule.isDryRun
        ? "would say \(rule.words), but is a dry run" : "\(rule.speaks ? "says" : "would say") \(rule.words)"
      lines.append(.dim(says))
    }
    if let clearedBy = rule.clearedBy { lines.append(.dim("ends with: \(clearedBy)")) }
    let name = rule.service.map { "\($0): \(rule.name)" } ?? rule.name
    return [[Phrase(name), Phrase(rule.stateText, rule.speaks ? .bold : .plain)]] + lines.map { ["", $0] }
  }

  private func rows(of service: Report.Service) -> [[Phrase]] {
    let origin =
      service.isSilent
      ? "nothing is said before everything that its rules use has been read once"
      : service.speakers.isEmpty
        ? "no rule says anything else"
        : "because of: \(service.speakers.joined(separator: "; "))"
    return [
      [Phrase(service.name), .bold(service.replyText)], ["", Phrase(origin)], ["", .dim(service.placeText)],
    ]
  }
}

extension Report.Service {
  /// Whether nothing has been said yet.
  var isSilent: Bool { reply.isEmpty }

  /// What is said.
  var replyText: String { isSilent ? "(an empty line)" : reply }

  /// `on :9999, picked by agent-send "web\n"`
  var placeText: String {
    var place = "on \(addresses.joined(separator: ", "))"
    if let agentSend { place += ", picked by agent-send \"\(agentSendText(Array(agentSend.utf8)))\\n\"" }
    return place
  }
}

extension Report.Rule {
  fileprivate var speaks: Bool { state == "active" || state == "leaving" }

  /// `active for 5m`, `pending: active in 20s if this lasts`
  fileprivate var stateText: String {
    let rest = remaining.map { valueText($0 / .seconds(1), kind: .seconds) }
    switch (state, rest) {
    case ("pending", let rest?): return "pending: active in \(rest) if this lasts"
    case ("leaving", let rest?): return "leaving: inactive in \(rest) if this lasts"
    default: return since.map { "\(state) for \(valueText($0 / .seconds(1), kind: .seconds))" } ?? state
    }
  }
}
