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
      ("reason", .string(remark)),
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

// MARK: - Back again

extension Report {
  /// What an object says, as far as it is that of a report: texts that are missing are empty.
  public init(_ json: JSON) {
    metrics = (json["metrics"]?.elements ?? []).map { Metric($0) }
    rules = (json["rules"]?.elements ?? []).map { Rule($0) }
    services = (json["services"]?.elements ?? []).map { Service($0) }
  }
}

extension Report.Metric {
  fileprivate init(_ json: JSON) {
    name = json["name"]?.text ?? ""
    let kind = json["kind"]?.text ?? ""
    self.kind = Kind.allCases.first { $0.description == kind } ?? .number
    value = Rules.value(of: json["value"])
    remark = json["reason"]?.text
  }
}

/// The value that `json(_:_:)` has written.
public func value(of json: JSON?) -> Double? { json?.boolean.map { $0 ? 1 : 0 } ?? json?.number }

extension Report.Rule {
  fileprivate init(_ json: JSON) {
    name = json["name"]?.text ?? ""
    service = json["service"]?.text
    state = json["state"]?.text ?? ""
    since = json["since"]?.seconds
    remaining = json["remaining"]?.seconds
    explanation = json["explanation"]?.text ?? ""
    clearedBy = json["endsWith"]?.text
    words = json["words"]?.text ?? ""
    isDryRun = json["dryRun"]?.boolean ?? false
  }
}

extension Report.Service {
  fileprivate init(_ json: JSON) {
    name = json["name"]?.text ?? ""
    addresses = (json["addresses"]?.elements ?? []).compactMap { $0.text }
    agentSend = json["agentSend"]?.text
    reply = json["reply"]?.text ?? ""
    speakers = (json["rules"]?.elements ?? []).compactMap { $0.text }
  }
}

extension JSON {
  /// The span of time of so many seconds, if it is a number.
  public var seconds: Duration? {
    // What is longer than a century is none.
    number.flatMap { $0.magnitude < 1e10 ? .milliseconds(Int64(($0 * 1000).rounded())) : nil }
  }
}
