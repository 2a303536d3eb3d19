// Every complaint of this room, as a sentence: lower case, no full stop, the user's text in quotes, and under the mark
// what to write instead.

import Diagnostics
import Text
import YAML

/// The complaints about a rule file beyond its YAML and its expressions.
public enum RuleCode: String, CaseIterable, Sendable {
  case unknownKey = "unknown-key"
  case keyNotInFragment = "key-not-in-fragment"
  case wrongShape = "wrong-shape"
  case emptyValue = "empty-value"
  case emptyList = "empty-list"
  case emptyText = "empty-text"
  case textTooLong = "text-too-long"
  case textNotOneLine = "text-not-one-line"
  case notBoolean = "not-boolean"
  case notAChoice = "not-a-choice"
  case pathNotAbsolute = "path-not-absolute"
  case durationOutOfRange = "duration-out-of-range"
  case badAddress = "bad-address"
  case badNetwork = "bad-network"
  case hostBitsSet = "host-bits-set"
  case duplicateAddress = "duplicate-address"
  case badServiceName = "bad-service-name"
  case duplicateService = "duplicate-service"
  case duplicateMetric = "duplicate-metric"
  case duplicateRuleName = "duplicate-rule-name"
  case sharedAddress = "shared-address"
  case sharedAgentSend = "shared-agent-send"
  case badAgentSend = "bad-agent-send"
  case silentRule = "silent-rule"
  case saidTwice = "said-twice"
  case badWord = "bad-word"
  case dampingWithoutWeight = "damping-without-weight"
  case weightPlainNumber = "weight-plain-number"
  case weightOutOfRange = "weight-out-of-range"
  case maxconnTooSmall = "maxconn-too-small"
  case maxconnWithoutDefault = "maxconn-without-default"
  case tooManyRules = "too-many-rules"
  case notInThisVersion = "not-in-this-version"
  case unreadableFile = "unreadable-file"
  case unusedMetric = "unused-metric"
  case neverHolds = "never-holds"
  case untilOverlapsWhen = "until-overlaps-when"
  case administrativeReply = "administrative-reply"
  case equalityOfMeasured = "equality-of-measured"
  case shortWindow = "short-window"
  case unreadableInclude = "unreadable-include"
  case includedTwice = "included-twice"
}

extension Finding {
  private init(
    _ code: RuleCode, severity: Severity = .error, _ message: String, at range: Range<Int>, hint: String? = nil
  ) {
    self.init(code: code.rawValue, severity: severity, message, at: range, hint: hint)
  }

  // Keys and shapes

  static func unknownKey(_ name: String, in place: Place, known: [String], at range: Range<Int>) -> Finding {
    let habit = Key.habits.first { $0.place == place && $0.written == name }?.meant
    let elsewhere = Place.allCases.first { other in Key.all(in: other).contains { $0.name == name } }
    let hint: String
    if let meant = closest(to: name, among: known) ?? habit {
      hint = "did you mean '\(meant)'?"
    } else if let elsewhere {
      hint = "'\(name)' belongs to \(elsewhere.description); the keys here: \(list(known))"
    } else {
      hint = "the keys here: \(list(known))"
    }
    return Finding(.unknownKey, "unknown key '\(name)' in \(place.description)", at: range, hint: hint)
  }

  static func keyNotInFragment(_ name: String, known: [String], at range: Range<Int>) -> Finding {
    Finding(
      .keyNotInFragment, "'\(name)' cannot be set in an included file", at: range,
      hint: "an included file has \(list(known)); write '\(name)' in the main file")
  }

  static func wrongShape(of what: String, expected: Shape, found: Node) -> Finding {
    Finding(
      .wrongShape, "expected \(expected.noun) as \(what), found \(found.noun)", at: found.range,
      hint: "write \(expected.example)")
  }

  static func emptyValue(_ key: String, at range: Range<Int>) -> Finding {
    Finding(
      .emptyValue, "'\(key)' has no value", at: range,
      hint: "write one behind the colon, or leave the key out (a '#' begins a comment)")
  }

  static func emptyList(_ key: String, at range: Range<Int>) -> Finding {
    Finding(.emptyList, "'\(key)' is an empty list", at: range, hint: "name at least one, or leave the key out")
  }

  static func emptyText(_ key: String, at range: Range<Int>) -> Finding {
    Finding(.emptyText, "'\(key)' is empty", at: range, hint: "write a text, or leave the key out")
  }

  static func textTooLong(_ key: String, maximum: Int, at range: Range<Int>) -> Finding {
    Finding(.textTooLong, "'\(key)' is longer than \(maximum) bytes", at: range, hint: "shorten it")
  }

  static func textNotOneLine(_ key: String, at range: Range<Int>) -> Finding {
    Finding(
      .textNotOneLine, "'\(key)' contains a line end or a control character", at: range,
      hint: "write it on one line, in printable characters")
  }

  static func notBoolean(_ key: String, _ text: String, at range: Range<Int>) -> Finding {
    let meant: String? =
      switch text.lowercased() {
      case "yes", "on", "y", "1", "true": "true"
      case "no", "off", "n", "0", "false": "false"
      default: nil
      }
    return Finding(
      .notBoolean, "expected true or false as '\(key)', found '\(text)'", at: range,
      hint: meant.map { "write '\(key): \($0)'" } ?? "write 'true' or 'false'")
  }

  static func notAChoice(_ key: String, _ text: String, words: [String], at range: Range<Int>) -> Finding {
    Finding(
      .notAChoice, "unknown word '\(text)' as '\(key)'", at: range,
      hint: closest(to: text, among: words).map { "did you mean '\($0)'?" } ?? "write one of \(list(words))")
  }

  static func pathNotAbsolute(_ key: String, _ text: String, at range: Range<Int>) -> Finding {
    Finding(
      .pathNotAbsolute, "expected an absolute path as '\(key)', found '\(text)'", at: range,
      hint: "write it from the root: /\(text)")
  }

  static func durationOutOfRange(
    _ key: String, from least: Duration, to greatest: Duration, at range: Range<Int>
  ) -> Finding {
    Finding(
      .durationOutOfRange, "'\(key)' takes \(durationText(least)) to \(durationText(greatest))", at: range,
      hint: "write a time from \(durationText(least)) to \(durationText(greatest))")
  }

  // Addresses

  static func badAddress(_ text: String, why: String, hint: String, at range: Range<Int>) -> Finding {
    Finding(.badAddress, "cannot listen on '\(text)': \(why)", at: range, hint: hint)
  }

  static func badNetwork(_ text: String, why: String, at range: Range<Int>) -> Finding {
    Finding(
      .badNetwork, "'\(text)' is not a network or an address: \(why)", at: range,
      hint: "write 10.0.0.0/8, 192.0.2.7, \"2001:db8::/32\" or \"::1\"")
  }

  static func hostBitsSet(_ text: String, network: String, at range: Range<Int>) -> Finding {
    Finding(
      .hostBitsSet, "'\(text)' has bits set behind its prefix", at: range,
      hint: "write '\(network)' for the network, or leave the prefix away for the one address")
  }

  static func duplicateAddress(_ text: String, at range: Range<Int>) -> Finding {
    Finding(.duplicateAddress, "address '\(text)' stands here twice", at: range, hint: "name it once")
  }

  // Names

  static func badServiceName(_ name: String, at range: Range<Int>) -> Finding {
    Finding(
      .badServiceName, "'\(name)' cannot be the name of a service", at: range,
      hint: "use 1 to \(maximumServiceNameBytes) letters, digits, '-', '_' and '.'")
  }

  static func duplicateService(_ name: String, at range: Range<Int>) -> Finding {
    Finding(
      .duplicateService, "service '\(name)' is defined twice", at: range,
      hint: "give one of them another name, or put all of it into one file")
  }

  static func duplicateMetric(_ name: String, at range: Range<Int>) -> Finding {
    Finding(.duplicateMetric, "metric '\(name)' is defined twice", at: range, hint: "give one of them another name")
  }

  static func duplicateRuleName(_ name: String, at range: Range<Int>) -> Finding {
    Finding(
      .duplicateRuleName, "two rules of one service are named '\(name)'", at: range,
      hint: "give one of them another name")
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

  // Rules

  static func silentRule(_ name: String, at range: Range<Int>) -> Finding {
    Finding(
      .silentRule, "rule '\(name)' says nothing to HAProxy", at: range,
      hint: "add 'reply: 50%', or 'weight:' or 'maxconn:' with an expression")
  }

  static func saidTwice(_ thing: String, by key: String, at range: Range<Int>) -> Finding {
    Finding(
      .saidTwice, "'reply' and '\(key)' both speak of \(thing)", at: range,
      hint: "keep one of them, or make two rules; the most restrictive word wins")
  }

  static func badWord(_ message: String, hint: String, at range: Range<Int>) -> Finding {
    Finding(.badWord, message, at: range, hint: hint)
  }

  static func dampingWithoutWeight(at range: Range<Int>) -> Finding {
    Finding(
      .dampingWithoutWeight, "'damping' works on a computed 'weight', and this rule has none", at: range,
      hint: "remove it, or use 'for' and 'until' against flapping")
  }

  static func weightPlainNumber(_ text: String, at range: Range<Int>) -> Finding {
    Finding(
      .weightPlainNumber, "a weight is a share of the server's weight in HAProxy, in percent", at: range,
      hint: "write '\(text)%'")
  }

  static func weightOutOfRange(_ text: String, at range: Range<Int>) -> Finding {
    Finding(
      .weightOutOfRange, "a computed weight is limited to 1% to 256%, this is \(text)", at: range,
      hint: text == "0%"
        ? "write 'reply: 0%' in a rule with a 'when' to stop new connections" : "write a percentage from 1% to 256%")
  }

  static func maxconnTooSmall(_ text: String, at range: Range<Int>) -> Finding {
    Finding(
      .maxconnTooSmall, "a computed maxconn is at least 1, this is \(text)", at: range,
      hint: "write a number from 1; 'reply: 0%' stops new connections")
  }

  static func maxconnWithoutDefault(_ rule: String, service: String, at range: Range<Int>) -> Finding {
    Finding(
      .maxconnWithoutDefault, "rule '\(rule)' sets a maxconn that service '\(service)' never takes back", at: range,
      hint: "HAProxy keeps the last number it was told: add 'default: maxconn:200', with your usual limit")
  }

  static func tooManyRules(at range: Range<Int>) -> Finding {
    Finding(
      .tooManyRules, "more than \(maximumRuleCount) rules", at: range,
      hint: "this is the first one too many; 'maxconn' and 'weight' can be computed by one rule")
  }

  static func notInThisVersion(_ what: String, hint: String, at range: Range<Int>) -> Finding {
    Finding(.notInThisVersion, "\(what): not in this version", at: range, hint: hint)
  }

  // Files

  static func unreadableFile(_ name: String, why: String) -> Finding {
    Finding(
      .unreadableFile, "cannot read '\(name)': \(why)", at: 0..<0,
      hint: "name an existing rule file that this user may read")
  }

  static func unusedMetric(_ name: String, at range: Range<Int>) -> Finding {
    Finding(
      .unusedMetric, severity: .warning, "no rule uses the metric '\(name)'", at: range,
      hint: "remove it, or write a rule about it")
  }

  // Warnings

  static func neverHolds(_ key: String, at range: Range<Int>) -> Finding {
    Finding(
      .neverHolds, severity: .warning, "this '\(key)' can never hold", at: range,
      hint: "look at the bounds: no value is within all of them ('or' holds when either side does)")
  }

  static func untilOverlapsWhen(at range: Range<Int>) -> Finding {
    Finding(
      .untilOverlapsWhen, severity: .warning, "this 'until' can hold together with 'when'", at: range,
      hint: "while both hold the rule is inactive; leave a gap, as in 'when: cpu.idle < 10%', 'until: cpu.idle > 20%'")
  }

  static func administrativeReply(_ word: String, at range: Range<Int>) -> Finding {
    Finding(
      .administrativeReply, severity: .warning,
      word == "ready"
        ? "'ready' undoes the maintenance that an operator sets by hand in HAProxy"
        : "'\(word)' changes the state that operators set by hand in HAProxy", at: range,
      hint: word == "ready"
        ? "remove it: what this agent has set by 'drain' or 'maint' is taken back by itself"
        : "write '0%' to stop new connections, or 'down' to take the server out, without touching that state")
  }

  static func equalityOfMeasured(at range: Range<Int>) -> Finding {
    Finding(
      .equalityOfMeasured, severity: .warning, "a measured value is hardly ever exactly equal to another", at: range,
      hint: "compare with '<', '<=', '>' or '>='")
  }

  static func shortWindow(_ length: String, interval: String, at range: Range<Int>) -> Finding {
    Finding(
      .shortWindow, severity: .warning, "a window of \(length) is shorter than the interval of \(interval)", at: range,
      hint: "it holds one sample at most: lengthen it, or shorten 'interval'")
  }

  // Fragments

  static func unreadableInclude(_ name: String, why: String, at range: Range<Int>) -> Finding {
    Finding(
      .unreadableInclude, "cannot include '\(name)': \(why)", at: range,
      hint: "paths are relative to this file; a pattern such as 'conf.d/*.yaml' may match nothing")
  }

  static func includedTwice(_ name: String, at range: Range<Int>) -> Finding {
    Finding(
      .includedTwice, "'\(name)' is read twice", at: range,
      hint: "a file cannot include itself, nor be matched by two patterns")
  }
}

/// At most so many rules in a file and its fragments: more than anybody reviews, few enough to check in half a second.
public let maximumRuleCount = 10_000
/// The longest name of a service: it stands in log lines, labels and URLs.
public let maximumServiceNameBytes = 64

/// Words as a sentence has them: 'a', 'b' and 'c'.
func list(_ words: [String]) -> String {
  guard let last = words.last else { return "" }
  let quoted = words.dropLast().map { "'\($0)'" }.joined(separator: ", ")
  return quoted.isEmpty ? "'\(last)'" : "\(quoted) and '\(last)'"
}

extension Node {
  /// What it is, in a sentence.
  fileprivate var noun: String {
    switch content {
    case .scalar(let scalar): scalar.isEmpty ? "nothing" : "'\(scalar.text.shortened)'"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}

extension String {
  /// At most 60 bytes of it on one line.
  fileprivate var shortened: String {
    let line = String(decoding: utf8.prefix { !$0.isLineEnd }, as: UTF8.self)
    guard line.utf8.count > 60 || line.utf8.count < utf8.count else { return self }
    var kept = line
    while kept.utf8.count > 57 { kept.removeLast() }
    return kept + "..."
  }
}
