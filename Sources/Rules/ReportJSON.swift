// A report for programs. agentcheckd(8) documents the shape, and a test compares them: members are added, never changed.

public import Language
public import Text

extension Report {
  /// As one object.
  public var json: JSON {
    .object([
      ("metrics", .array(metrics.map { .object($0.members) })), ("rules", .array(rules.map { .object($0.members) })),
      ("services", .array(services.map { .object($0.members) })),
    ])
  }
}

extension Report.Metric {
  /// The members of its object.
  public var members: [(key: String, value: JSON)] {
    [
      ("name", .string(name)),
      ("kind", .string(kind.description)),
      ("value", json(value, kind)),
      ("reason", .string(absence)),
    ]
  }
}

/// A value: a yes/no is `true` or `false`, an unknown one `null`.
public func json(_ value: Double?, _ kind: Kind) -> JSON {
  kind == .yesNo ? value.map { .boolean($0 != 0) } ?? .null : .number(value)
}

extension Report.Rule {
  /// The members of its object.
  public var members: [(key: String, value: JSON)] {
    [
      ("name", .string(name)),
      ("service", .string(service)),
      ("state", .string(state)),
      ("since", .seconds(since)),
      ("remaining", .seconds(remaining)),
      ("explanation", .string(explanation)),
      ("endsWith", .string(clearedBy)),
      ("words", .string(words)),
      ("dryRun", .boolean(isDryRun)),
    ]
  }
}

extension Report.Service {
  /// The members of its object.
  public var members: [(key: String, value: JSON)] {
    [
      ("name", .string(name)),
      ("addresses", .strings(addresses)),
      ("agentSend", .string(agentSend)),
      ("reply", .string(reply)),
      ("rules", .strings(speakers)),
    ]
  }
}

extension JSON {
  /// A span of time in seconds, to the millisecond; or `null`.
  public static func seconds(_ duration: Duration?) -> JSON {
    .number(duration.map { ($0 / .milliseconds(1)).rounded() / 1000 })
  }
}
