// A report for programs. agentcheckd(8) documents the shape, and a test compares them: members are added, never changed.

import Language
import Rules
import Text

/// A report as one object.
func json(of report: Report) -> JSON {
  .object([
    ("metrics", .array(report.metrics.map { json(of: $0) })),
    ("rules", .array(report.rules.map { json(of: $0) })),
    ("services", .array(report.services.map { json(of: $0) })),
  ])
}

private func json(of metric: Report.Metric) -> JSON {
  .object([
    ("name", .string(metric.name)),
    ("kind", .string(metric.kind.description)),
    ("value", metric.kind == .yesNo ? metric.value.map { .boolean($0 != 0) } ?? .null : .number(metric.value)),
    ("reason", .string(metric.absence)),
  ])
}

private func json(of rule: Report.Rule) -> JSON {
  .object([
    ("name", .string(rule.name)),
    ("service", .string(rule.service)),
    ("state", .string(rule.state)),
    ("since", seconds(rule.since)),
    ("remaining", seconds(rule.remaining)),
    ("explanation", .string(rule.explanation)),
    ("endsWith", .string(rule.clearedBy)),
    ("words", .string(rule.words)),
    ("dryRun", .boolean(rule.isDryRun)),
  ])
}

private func json(of service: Report.Service) -> JSON {
  .object([
    ("name", .string(service.name)),
    ("addresses", .strings(service.addresses)),
    ("agentSend", .string(service.agentSend)),
    ("reply", .string(service.reply)),
    ("rules", .strings(service.speakers)),
  ])
}

/// In seconds, to the millisecond.
private func seconds(_ duration: Duration?) -> JSON {
  .number(duration.map { ($0 / .milliseconds(1)).rounded() / 1000 })
}
