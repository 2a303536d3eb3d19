// The shapes of values in words, for messages and for the schema's descriptions.

import Language
import Text

extension Shape {
  /// What it is, in a sentence.
  var noun: String {
    switch self {
    case .duration: "a duration"
    case .text: "a text"
    case .path: "a path"
    case .boolean: "true or false"
    case .choice: "a word"
    case .words: "HAProxy's words"
    case .expression: "an expression"
    case .addresses: "an address or a list of addresses"
    case .networks: "a network or a list of networks"
    case .patterns: "a file name or a list of them"
    case .mapping: "a mapping"
    case .list: "a list"
    case .named, .metrics: "a mapping from names"
    }
  }

  /// Something right, for a hint.
  var example: String {
    switch self {
    case .duration: "'30s' or '1m30s'"
    case .text: "one line of text; quote it if it contains ': ' or ' #'"
    case .path: "'/host/proc'"
    case .boolean: "'true' or 'false'"
    case .choice(let words): words.map { "'\($0)'" }.joined(separator: ", ")
    case .words: "'50%', 'drain', 'maxconn:30' (no blank behind the colon), separated by blanks"
    case .expression(let expectation):
      switch expectation {
      case .condition: "'cpu.idle < 10%'; quote it if it contains ': ' or ' #'"
      case .percent: "'curve(cpu.idle, 0% -> 10%, 40% -> 100%)'"
      case .number, .any: "'200 * cpu.count'"
      }
    case .addresses: "'\":9999\"' or '[\"127.0.0.1:9999\", \"[::1]:9999\"]'"
    case .networks: "'[10.0.0.0/8, \"::1\"]'"
    case .patterns: "'conf.d/*.yaml'"
    case .mapping(let place): Self.example(of: place)
    case .list(let place): "'- \(Self.firstKey(of: place)): ...', one element a line"
    case .named: "'web:' with its keys below, indented"
    case .metrics: "'idle: avg(cpu.idle over 10s)', one name a line"
    }
  }

  private static func example(of place: Place) -> String {
    switch place {
    case .rule: "'- when: cpu.idle < 10%' and below it, in line with 'when', 'reply: 50%'"
    case .file: "'rules:' and below it '- when: cpu.idle < 10%' with 'reply: 50%'"
    case .paths, .service, .probe: "'\(firstKey(of: place)): ...', one key a line, indented"
    }
  }

  private static func firstKey(of place: Place) -> String {
    place == .rule ? "when" : Key.all(in: place).first?.name ?? "exec"
  }
}

/// A duration as the rule file writes it: `1m30s`, `200ms`, `0s`.
public func durationText(_ duration: Duration) -> String {
  var rest = duration / .milliseconds(1)
  guard rest >= 1 else { return "0s" }
  var text = ""
  for (unit, milliseconds) in [("d", 86_400_000.0), ("h", 3_600_000), ("m", 60000), ("s", 1000), ("ms", 1)] {
    let count = (rest / milliseconds).rounded(.down)
    guard count >= 1 else { continue }
    text += decimalText(count, decimals: 0) + unit
    rest -= count * milliseconds
  }
  return text
}
