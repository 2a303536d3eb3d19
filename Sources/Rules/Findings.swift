// What is wrong with keys and with the shapes of their values, as sentences: lower case, no full stop, the user's text in
// quotes, and under the mark what to write instead. Those about rules, services, files and probable slips stand in
// `RuleFindings.swift`, `ServiceFindings.swift`, `FileFindings.swift` and `WarningFindings.swift`.

import Diagnostics
import Language
import Text
import YAML

extension Finding {
  convenience init(
    _ code: RuleCode, severity: Severity = .error, _ message: String, at range: Range<Int>, hint: String? = nil
  ) {
    self.init(code: code.rawValue, severity: severity, message, at: range, hint: hint)
  }

  /// A word where a key of `place` should stand. `known` are the keys that could.
  static func unknownKey(_ name: String, in place: Place, known: [String], at range: Range<Int>) -> Finding {
    Finding(
      .unknownKey, "unknown key '\(name.shortened)' in \(place.description)", at: range,
      hint: advice(onKey: name, in: place, known))
  }

  private static func advice(onKey name: String, in place: Place, _ known: [String]) -> String {
    if let habit = Key.habits.first(where: { $0.place == place && $0.written == name.lowercased() }) {
      return habit.meant.utf8.contains(.of(" ")) ? habit.meant : "did you mean '\(habit.meant)'?"
    }
    if let near = closest(to: name, among: known) { return "did you mean '\(near)'?" }
    if place == .rule, name.utf8.contains(where: { $0.isBlank || $0 == .of("<") || $0 == .of(">") }) {
      return "a condition stands behind 'when:', the words for HAProxy behind 'reply:'"
    }
    for other in Place.allCases where Key.named(name, in: other) != nil {
      return "'\(name)' belongs to \(other.description)\(other.whereabouts)"
    }
    return "the keys here: \(known.joined(separator: ", "))"
  }

  static func keyNotInFragment(_ name: String, known: [String], at range: Range<Int>) -> Finding {
    Finding(
      .keyNotInFragment, "'\(name)' cannot be set in an included file", at: range,
      hint: "an included file has \(list(known)); write '\(name)' in the main file")
  }

  static func wrongShape(of what: String, expected: Shape, found: Node) -> Finding {
    Finding(
      .wrongShape, "expected \(expected.noun) as \(what), found \(found.noun)", at: found.range,
      hint: expected.advice(insteadOf: found))
  }

  /// `standard` is what holds where the key is left out, `isCommented` whether a comment stands where the value should.
  static func emptyValue(_ key: String, standard: String?, isCommented: Bool, at range: Range<Int>) -> Finding {
    let otherwise = standard.map { "leave the key out: it is then \($0)" } ?? "leave the key out"
    return Finding(
      .emptyValue, "'\(key)' has no value", at: range,
      hint: isCommented
        ? "what follows ' #' is a comment: write the value before it, or \(otherwise)"
        : "write a value behind the colon, or \(otherwise)")
  }

  static func emptyElement(of key: String, at range: Range<Int>) -> Finding {
    Finding(.emptyValue, "an element of '\(key)' has no value", at: range, hint: "write one, or remove the element")
  }

  static func emptyList(_ key: String, at range: Range<Int>) -> Finding {
    Finding(.emptyList, "'\(key)' is an empty list", at: range, hint: "name at least one, or leave the key out")
  }

  static func emptyText(_ key: String, at range: Range<Int>) -> Finding {
    Finding(
      .emptyText, "'\(key)' is empty", at: range,
      hint: key == "agent-send"
        ? "write a text, or leave the key out: silence then picks the service" : "write a text, or leave the key out")
  }

  static func textTooLong(_ key: String, _ count: Int, maximum: Int, at range: Range<Int>) -> Finding {
    Finding(.textTooLong, "'\(key)' has \(count) bytes, at most \(maximum) are allowed", at: range, hint: "shorten it")
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
      .notBoolean, "expected true or false as '\(key)', found '\(text.shortened)'", at: range,
      hint: meant.map { "write '\(key): \($0)'" } ?? "write 'true' or 'false'")
  }

  static func notAChoice(_ key: String, _ text: String, words: [String], at range: Range<Int>) -> Finding {
    Finding(
      .notAChoice, "unknown word '\(text.shortened)' as '\(key)'", at: range,
      hint: closest(to: text, among: words).map { "did you mean '\($0)'?" }
        ?? "the words here: \(words.joined(separator: ", "))")
  }

  /// `ms`, `MB`: a unit of ours, but none that a probe's value can have.
  static func unitOfProbe(_ text: String, at range: Range<Int>) -> Finding? {
    for entry in units where entry.symbol == text || entry.kind == .bytes && "\(entry.symbol)B" == text {
      guard let word = probeUnits.first(where: { $0.kind == entry.kind })?.name else { return nil }
      return Finding(
        .notAChoice, "unknown word '\(text)' as 'unit'", at: range,
        hint: entry.scale == 1
          ? "did you mean '\(word)'?"
          : "write '\(word)' for a value in \(word), or leave 'unit' out and compare it with plain numbers")
    }
    return nil
  }

  static func pathNotAbsolute(_ key: String, _ text: String, at range: Range<Int>) -> Finding {
    Finding(
      .pathNotAbsolute, "expected an absolute path as '\(key)', found '\(text.shortened)'", at: range,
      hint: "write it from the root: /\(text)")
  }

  /// `value` lies outside of what a key takes.
  static func durationOutOfRange(
    _ key: String, _ value: Duration, from least: Duration, to greatest: Duration, at range: Range<Int>
  ) -> Finding {
    Finding(
      .durationOutOfRange, "'\(key)' takes \(durationText(least)) to \(durationText(greatest))", at: range,
      hint: value < least ? "write '\(durationText(least))' or more" : "write '\(durationText(greatest))' or less")
  }
}

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
  /// The most of a user's text that a message repeats, in bytes: the line below it shows all.
  static let mostRepeated = 60

  /// At most 60 bytes of its first line.
  var shortened: String {
    let line = String(decoding: utf8.prefix { !$0.isLineEnd }, as: UTF8.self)
    guard line.utf8.count > Self.mostRepeated || line.utf8.count < utf8.count else { return self }
    var kept = line
    while kept.utf8.count > Self.mostRepeated - 3 { kept.removeLast() }
    return kept + "..."
  }
}
