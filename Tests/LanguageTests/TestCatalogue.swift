// A catalogue for tests: every shape that the real one has, and few enough metrics to know by heart.

import Diagnostics

@testable import Language

private func metric(
  _ name: String, _ kind: Kind, whole: Bool = false, _ argument: ArgumentShape = .none
) -> MetricShape {
  MetricShape(name: name, kind: kind, hasWhole: whole, help: "", argument: argument)
}

private func probe(_ name: String, _ kind: Kind) -> SourceShape {
  SourceShape(
    name: name, argument: .none,
    metrics: [metric("", kind), metric("ok", .yesNo), metric("status", .number), metric("duration", .seconds)], help: ""
  )
}

private let path = ArgumentShape.path(label: "path", example: "/")

/// The built-in sources, and two probes behind them.
let testCatalogue = Catalogue([
  SourceShape(
    name: "cpu", argument: .number(label: "processor", optional: true),
    metrics: [
      metric("idle", .percent), metric("busy", .percent), metric("iowait", .percent), metric("count", .number),
    ],
    help: ""),
  SourceShape(
    name: "load", argument: .none,
    metrics: [
      metric("1m", .number, whole: true), metric("5m", .number, whole: true), metric("15m", .number, whole: true),
      metric("running", .number),
    ], help: ""),
  SourceShape(
    name: "memory", argument: .none,
    metrics: [
      metric("available", .bytes, whole: true), metric("used", .bytes, whole: true), metric("total", .bytes),
      metric("oom_kills", .perSecond),
    ], help: ""),
  SourceShape(
    name: "swap", argument: .none, metrics: [metric("used", .bytes, whole: true), metric("in", .bytesPerSecond)],
    help: ""),
  SourceShape(
    name: "pressure.cpu", argument: .none, metrics: [metric("some", .percent), metric("some.avg10", .percent)], help: ""
  ),
  SourceShape(name: "pressure.io", argument: .none, metrics: [metric("full", .percent)], help: ""),
  SourceShape(
    name: "filesystem", argument: path,
    metrics: [
      metric("used", .bytes, whole: true), metric("available", .bytes, whole: true), metric("read_only", .yesNo),
    ],
    help: ""),
  SourceShape(
    name: "disk", argument: .text(label: "device", example: "sda"),
    metrics: [metric("utilization", .percent), metric("read", .bytesPerSecond), metric("await", .seconds)], help: ""),
  SourceShape(
    name: "listener", argument: .numberOrText(label: "port or path", example: "443"),
    metrics: [metric("queue", .number, whole: true), metric("present", .yesNo)], help: ""),
  SourceShape(
    name: "core", argument: .number(label: "processor", optional: false), metrics: [metric("idle", .percent)], help: ""),
  SourceShape(name: "host", argument: .none, metrics: [metric("uptime", .seconds)], help: ""),
  SourceShape(
    name: "time", argument: .none, metrics: [metric("hour", .number), metric("between", .yesNo, .times)], help: ""),
  SourceShape(
    name: "many", argument: .none, metrics: (0..<20).map { metric("value\($0)", .number) }, help: ""),
  probe("queue", .number),
  probe("lag", .seconds),
])

/// The names in `metrics:` that expressions of tests may use; `broken` has been reported as wrong.
let testDefinitions: [(name: String, text: String)] = [
  ("idle", "avg(cpu.idle over 10s)"),
  ("root", "filesystem(\"/\").used"),
  ("limit", "10"),
  ("backlog", "queue"),
  ("sick", "not queue.ok"),
  ("loop", "hoop + 1"),
  ("hoop", "loop * 2"),
  ("self", "self"),
  ("mixed", "cpu.idle + memory.total"),
]

/// A scope with these definitions besides the probes.
func makeScope(_ definitions: [(name: String, text: String)] = testDefinitions) throws(Finding) -> Scope {
  var scope = Scope(catalogue: testCatalogue)
  for (index, source) in testCatalogue.sources.enumerated() where source.isProbe {
    scope.define(source.name, asSource: index)
  }
  for definition in definitions { scope.define(definition.name, as: try Expression(parsing: definition.text)) }
  scope.poison("broken")
  return scope
}

/// Everything wrong with a text, the first mistake of grammar or all of the check.
func findings(_ text: String, _ expectation: Expectation = .any, in scope: Scope? = nil) -> [Finding] {
  do throws(Finding) {
    let scope = if let scope { scope } else { try makeScope() }
    return check(try Expression(parsing: text), expecting: expectation, in: scope).findings
  } catch {
    return [error]
  }
}

/// A checked form of a text that has to be right.
func checked(_ text: String, _ expectation: Expectation = .any, in scope: Scope? = nil) throws(Finding) -> Checked {
  let scope = if let scope { scope } else { try makeScope() }
  let outcome = check(try Expression(parsing: text), expecting: expectation, in: scope)
  if let checked = outcome.checked { return checked }
  throw outcome.findings.first ?? Finding(code: "poisoned", "poisoned", at: 0..<0)
}

/// A finding as a reader sees it, in one line: `error 'marked text': message; hint`.
func line(_ finding: Finding, in text: String) -> String {
  let marked = String(decoding: Array(text.utf8)[finding.range], as: UTF8.self)
  let severity = finding.severity == .warning ? "warning " : ""
  return "\(severity)[\(marked)] \(finding.message)" + (finding.hint.map { " | \($0)" } ?? "")
}
