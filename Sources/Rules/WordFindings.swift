// What is wrong with HAProxy's words, said to the person who wrote them.

import Diagnostics
import Language
import Reply
import Text
import YAML

/// HAProxy's words as somebody types them, outside of any file.
public struct TypedWords {
  /// What is said; absent where there is a mistake.
  public let words: Words?
  /// The mistakes, in the sentences in which a rule file is told of them; their ranges count in the text.
  public let findings: [Finding]

  /// Understands a text.
  public init(_ text: String) {
    let parsed = ParsedWords(text)
    words = parsed.mistakes.isEmpty ? parsed.words : nil
    findings = parsed.mistakes.map { mistake in
      let finding = Finding.wordMistake(mistake, in: text)
      return finding.moved(to: finding.range, hint: Self.hint(mistake.fact) ?? finding.hint)
    }
  }
}

extension TypedWords {
  /// What to write where a command line has another place for it than a rule file.
  private static func hint(_ fact: WordMistake.Fact) -> String? {
    switch fact {
    case .commentSign: return "write the text behind '--reason'"
    case .unknownWord(let word, let suggestion):
      if (try? parseDuration(word)) != nil { return "how long: '--for \(word)'" }
      return suggestion == nil
        ? "it takes 50%, drain, maint, up, down ...; a reason stands in quotes: '--reason \"bad disk\"'" : nil
    default: return nil
    }
  }
}

extension Finding {
  /// The sentence for a mistake; its range counts in `text`, the text of the reply.
  static func wordMistake(_ mistake: WordMistake, in text: String) -> Finding {
    let written = Array(text.utf8)[mistake.range]
    let (message, hint) = sentence(mistake.fact, String(decoding: written, as: UTF8.self))
    return .badWord(message, hint: hint, at: mistake.range)
  }

  private static func sentence(_ fact: WordMistake.Fact, _ written: String) -> (message: String, hint: String) {
    switch fact {
    case .empty:
      ("there is no word here", "write 50%, drain, maint, up, down, fail, stopped or maxconn:30")
    case .unknownWord(let word, let suggestion):
      (
        "HAProxy does not know the word '\(word.shortened)' and would ignore it",
        word.utf8.contains { $0 == .of("\"") || $0 == .of("'") }
          ? "a text stands under 'reason:'"
          : suggestion.map { "did you mean '\($0)'?" }
            ?? "its words: 50%, drain, maint, ready, up, down, fail, stopped, maxconn:30"
      )
    case .bareNumber(let percent?) where written.utf8.last == .of("%"):
      ("a blank before '%'", "write '\(percent)%'")
    case .bareNumber(0?):
      ("HAProxy would ignore a number without '%'", "write '0%' to stop new connections")
    case .bareNumber(let percent):
      (
        "HAProxy would ignore a number without '%'",
        percent.map { "write '\($0)%' for a weight, 'maxconn:\($0)' for a limit" } ?? "write '50%' or 'maxconn:50'"
      )
    case .fractionalPercent(let nearest):
      ("HAProxy knows whole percentages only", "write '\(nearest)%'")
    case .negativePercent:
      ("a weight is not negative", "write '0%' to stop new connections")
    case .percentTooLarge:
      (
        "HAProxy's weights end at 256",
        "write a percentage up to \(Words.weightRange.upperBound)%; 100% is the weight in HAProxy's configuration"
      )
    case .absoluteWeight(let percent):
      (
        "HAProxy before 3.1 ignores 'weight:'",
        "write '\(percent ?? 20)%', a share of the server's weight in HAProxy's configuration"
      )
    case .zeroMaxconn:
      ("HAProxy takes 'maxconn:0' for unlimited", "write '0%' to stop new connections, or 'maxconn:1'")
    case .maxconnTooLarge:
      ("this is more connections than HAProxy counts", "write at most maxconn:\(Words.maxconnRange.upperBound)")
    case .malformedMaxconn(let number):
      (
        "HAProxy reads a maxconn as 'maxconn:', and the number directly behind it",
        number.map { "write 'maxconn:\($0)'" } ?? "write a number, as in 'maxconn:30'"
      )
    case .commentSign:
      ("a reply holds HAProxy's words only", "write the text under 'reason:'")
    case .saidTwice(let thing, _):
      ("\(thing.noun) is spoken of twice; HAProxy would believe the last word", "keep one of them")
    }
  }
}

extension Finding {
  /// `reply: maxconn: 30`: YAML sees a second colon and would have the value quoted, but no word of HAProxy's has a blank in
  /// it. The finding with the advice that helps; itself where it is about something else.
  func aboutWords(in source: Source) -> Finding {
    guard code == YAMLCode.colonInValue.rawValue else { return self }
    let bytes = source.bytes
    let line = source.lines.range(ofLine: source.lines.line(at: range.lowerBound))
    if let hint = adviceOnKey(bytes, from: line.lowerBound) { return moved(to: range, hint: hint) }
    // The colon behind the key, which has a blank behind it: `{name: a, reply: maxconn:20 maxconn: 30}`
    guard
      let first = bytes[line.lowerBound..<range.lowerBound].indices.last(where: {
        bytes[$0] == .of(":") && $0 + 1 < range.lowerBound && bytes[$0 + 1].isBlank
      })
    else { return self }
    let key = String(decoding: bytes[line.lowerBound..<first].keyAtEnd, as: UTF8.self)
    guard Key.all.contains(where: { $0.name == key && $0.shape.isWords }) else { return self }
    let word = bytes[first + 1..<range.lowerBound].split { $0.isBlank }.last ?? []
    let number = bytes[range.upperBound..<line.upperBound].drop { $0.isBlank }.prefix { $0.isDigit }
    let joined = String(decoding: word + [.of(":")] + number, as: UTF8.self)
    let isWord = ParsedWords(joined).mistakes.isEmpty
    return moved(
      to: range, hint: isWord ? "write '\(joined)' without the blank" : "write HAProxy's words, as in '50% maxconn:30'")
  }
}

extension Finding {
  /// `when: cpu.idle < 10%, reply: 50%`: what stands before the second colon is a key, and quotes would make it a part of the
  /// value. Nothing where it is a word of HAProxy's, or may be a part of a text. `start` is where the line begins.
  private func adviceOnKey(_ bytes: [UInt8], from start: Int) -> String? {
    let key = bytes[start..<range.lowerBound].keyAtEnd
    let before = bytes[start..<key.startIndex]
    guard let last = before.last(where: { !$0.isBlank }), last != .of(":"), before.last != last || last == .of(","),
      let colon = before.lastIndex(of: .of(":"))
    else { return nil }
    let owner = bytes[start..<colon].keyAtEnd
    let (name, outer) = (String(decoding: key, as: UTF8.self), String(decoding: owner, as: UTF8.self))
    guard Key.all.contains(where: { $0.name == name }), let shape = Key.all.first(where: { $0.name == outer })?.shape
    else { return nil }
    switch shape {
    // In prose, too, a word can stand before a colon; these hardly do, and a rule that lacks them is always active.
    case .text, .exactText, .path, .command, .url: if name != "when" && name != "reply" { return nil }
    case .words where name == "maxconn" || name == "weight": return nil
    default: break
    }
    guard bytes[start..<owner.startIndex].contains(.of("{")) else {
      return "begin '\(name):' on a line of its own, in line with '\(outer)'"
    }
    return last == .of(";") ? "write a comma in place of ';'" : "write a comma before '\(name)'"
  }
}

extension ArraySlice<UInt8> {
  /// The letters and dashes at its end: a key, where a colon follows.
  fileprivate var keyAtEnd: ArraySlice<UInt8> {
    let start = lastIndex { !$0.isLetter && $0 != .of("-") }.map { $0 + 1 } ?? startIndex
    return self[start...]
  }
}

extension Shape {
  fileprivate var isWords: Bool { if case .words = self { true } else { false } }
}

extension Things {
  /// One thing, in a sentence.
  fileprivate var noun: String {
    switch self {
    case .weight: "the weight"
    case .maxconn: "the maxconn"
    case .administrative: "the administrative state"
    default: "the health"
    }
  }
}
