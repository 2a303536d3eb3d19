// The shapes of values in words: what a message calls them, and what it tells to write instead of something else.

import Language
import Text
import YAML

extension Shape {
  /// What it is, in a sentence.
  var noun: String {
    switch self {
    case .duration: "a duration"
    case .text, .exactText: "a text"
    case .command: "a program or a list of it and its arguments"
    case .url: "a URL"
    case .destination: "HOST:PORT"
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

  /// What to write instead of a value of another shape.
  func advice(insteadOf found: Node) -> String {
    let isList = if case .sequence = found.content { true } else { false }
    switch self {
    case .duration: return "write '30s' or '1m30s'"
    case .text: return "write one line of text; quote it if it contains ': ' or ' #'"
    case .exactText: return "write one text, in quotes where it has special signs in it"
    case .command: return "write the path and below it the arguments, each behind '- ' on a line of its own"
    case .url: return "write 'http://127.0.0.1:8080/health'"
    case .destination: return "write '127.0.0.1:389'; IPv6 in brackets and quotes, as in '\"[::1]:389\"'"
    case .path: return "write '/host/proc'"
    case .boolean: return "write 'true' or 'false'"
    case .choice(let words): return "write one of the words \(words.joined(separator: ", "))"
    case .words: return "write the words one behind the other, as in '50% maxconn:30'"
    case .expression(.condition):
      return isList
        ? "write one condition; several are joined by 'and' or 'or'" : "write one condition, as in 'cpu.idle < 10%'"
    case .expression(.percent): return "write one expression, as in 'curve(cpu.idle, 0% -> 10%, 40% -> 100%)'"
    case .expression(.any) where isList:
      return "write one expression, as in 'avg(cpu.idle over 10s)', or the keys of a probe without '- '"
    case .expression: return "write one expression, as in '200 * cpu.count'"
    case .addresses: return "write \":9999\" or, for two addresses, [\"127.0.0.1:9999\", \"[::1]:9999\"]"
    case .networks: return "write 10.0.0.0/8 or, for two networks, [10.0.0.0/8, \"::1\"]"
    case .patterns: return "write 'conf.d/*.yaml'"
    case .mapping(.rule):
      return isList
        ? "one '- ' begins a rule: remove the other"
        : "write '- when: cpu.idle < 10%' and below it, in line with 'when', 'reply: 50%'"
    case .mapping(.file): return "write 'rules:' and below it '- when: cpu.idle < 10%' with 'reply: 50%'"
    case .mapping(.paths): return "write 'proc: /host/proc' below 'paths:', indented"
    case .mapping(.service): return "write its keys below its name, indented, as in 'listen: \":9998\"'"
    case .mapping(.probe): return "write its keys below its name, indented, as in 'http: http://127.0.0.1:8080/health'"
    case .list(.rule): return "begin each rule with '- ', as in '- when: cpu.idle < 10%'"
    case .list: return "begin each element with '- '"
    case .named:
      return isList
        ? "write the names without '- ' and with a colon behind them, as in 'web:'"
        : "write each name on a line of its own below, indented, as in 'web:'"
    case .metrics:
      return isList
        ? "write the names without '- ', as in 'idle: avg(cpu.idle over 10s)'"
        : "write each name on a line of its own below, indented, as in 'idle: avg(cpu.idle over 10s)'"
    }
  }
}

/// A duration of 0 or more as the rule file writes it: `1m30s`, `200ms`, `0s`. Reading it gives the same.
public func durationText(_ duration: Duration) -> String {
  var rest = duration.components.seconds
  var text = ""
  for (unit, seconds) in [("d", Int64(86400)), ("h", 3600), ("m", 60), ("s", 1)] where rest >= seconds {
    text += "\(rest / seconds)\(unit)"
    rest %= seconds
  }
  let nanoseconds = duration.components.attoseconds / 1_000_000_000
  if nanoseconds > 0 {
    var decimals = decimalText(Double(nanoseconds) / 1e6, decimals: 6)
    while decimals.last == "0" { decimals.removeLast() }
    if decimals.last == "." { decimals.removeLast() }
    text += "\(decimals)ms"
  }
  return text.isEmpty ? "0s" : text
}
