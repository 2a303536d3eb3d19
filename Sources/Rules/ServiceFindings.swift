// What is wrong with names under `metrics:` and `services:`, and with what services share.

import Diagnostics

/// The longest name of a service: it stands in log lines, labels and URLs.
public let maximumServiceNameBytes = 64

/// At most so many services in a file and its fragments: more than HAProxy checks on any host, and few enough that each of
/// them may share ten thousand rules.
public let maximumServiceCount = 1000

extension Finding {
  static func tooManyServices(at range: Range<Int>) -> Finding {
    Finding(
      .tooManyServices, "more than \(maximumServiceCount) services", at: range, hint: "this is the first one too many")
  }

  static func badServiceName(_ name: String, at range: Range<Int>) -> Finding {
    Finding(
      .badServiceName, "'\(name.shortened)' cannot be the name of a service", at: range,
      hint: "use 1 to \(maximumServiceNameBytes) letters, digits, '-', '_' and '.'")
  }

  static func duplicateService(_ name: String, at range: Range<Int>) -> Finding {
    Finding(
      .duplicateService, "service '\(name)' is defined twice", at: range,
      hint: "give one of them another name, or put all of it into one file")
  }

  /// `listen: ":9998"` below `web:` and not indented; `service` is what stands before it.
  static func keyAsService(_ key: String, after service: String?, at range: Range<Int>) -> Finding {
    Finding(
      .keyAsService, "'\(key)' stands where the name of a service is expected", at: range,
      hint: service.map { "indent it further, so that it belongs to '\($0)'" }
        ?? "write the name of the service above it, as in 'web:', and indent it")
  }

  static func duplicateMetric(_ name: String, at range: Range<Int>) -> Finding {
    Finding(.duplicateMetric, "metric '\(name)' is defined twice", at: range, hint: "give one of them another name")
  }

  static func sharedAddress(_ address: String, _ one: String, _ other: String, at range: Range<Int>) -> Finding {
    Finding(
      .sharedAddress, "services '\(one)' and '\(other)' are both served at '\(address)' without 'agent-send'",
      at: range, hint: "give '\(other)' a 'listen' of its own, or an 'agent-send' by which HAProxy picks it")
  }

  static func sharedAgentSend(_ text: String, _ one: String, _ other: String, at range: Range<Int>) -> Finding {
    Finding(
      .sharedAgentSend, "services '\(one)' and '\(other)' have the same agent-send '\(text)' at the same address",
      at: range, hint: "give each its own text, as in 'agent-send: \(other)'")
  }

  static func badAgentSend(at range: Range<Int>) -> Finding {
    Finding(
      .badAgentSend, "'agent-send' contains a line end or a NUL byte", at: range,
      hint: "write the text without its line end; HAProxy may send it with or without one")
  }
}
