// What is asked for on the control socket: the words that a person would type after `agentcheckd`, on one line.
//
//     force 0% --service web --for 2h --reason "bad disk"
//
// Blanks separate words. A part in double quotes may have blanks in it, and is where `\"` and `\\` stand for `"` and `\`.

import Text

/// Why a request cannot be understood or carried out, in a sentence, and what to do about it.
public struct ControlMistake: Error, Equatable, Sendable {
  /// The sentence.
  public let message: String
  /// What to write or do instead.
  public let hint: String?

  /// A sentence, and what to do about it.
  public init(_ message: String, hint: String? = nil) {
    self.message = message
    self.hint = hint
  }
}

/// A request: words, sorted by the table of its verb.
public struct ControlRequest {
  /// The longest line, without its end: what a pipe takes at once, and far more than a command needs.
  public static let longestLine = 4096
  /// The most words: a line of single letters would have two thousand.
  static let mostWords = 64

  /// What is to be done.
  let verb: ControlVerb
  /// What it is to be done with.
  let operands: [String]
  private let options: [String: String]

  /// Whether an option is there.
  func has(_ option: String) -> Bool { options[option] != nil }

  /// The value of an option; empty for one without a value. The last one counts.
  subscript(_ option: String) -> String? { options[option] }

  /// Understands a line, without its end.
  init(_ line: Span<UInt8>, among verbs: [ControlVerb]) throws(ControlMistake) {
    guard line.count <= Self.longestLine else {
      throw ControlMistake("a request has at most \(Self.longestLine) bytes")
    }
    var words = try Self.words(line)[...]
    guard let name = words.popFirst() else {
      throw ControlMistake("an empty request", hint: "write one of: \(Self.list(verbs))")
    }
    guard let verb = verbs.first(where: { $0.name == name }) else {
      let near = closest(to: name, among: verbs.map { $0.name })
      throw ControlMistake(
        "unknown request '\(name)'", hint: near.map { "did you mean '\($0)'?" } ?? "write one of: \(Self.list(verbs))")
    }
    self.verb = verb
    (operands, options) = try Self.sort(words, by: verb)
  }

  private static func list(_ verbs: [ControlVerb]) -> String { verbs.map { $0.name }.joined(separator: ", ") }

  /// Tells options from operands: `--name VALUE` and `--name=VALUE`, whole names only; behind `--` there are no more.
  private static func sort(
    _ words: ArraySlice<String>, by verb: ControlVerb
  ) throws(ControlMistake) -> (operands: [String], options: [String: String]) {
    var operands: [String] = []
    var options: [String: String] = [:]
    var rest = words
    while let word = rest.popFirst() {
      if word == "--" {
        operands += rest
        break
      }
      guard word.hasPrefix("--") else {
        operands.append(word)
        continue
      }
      let end = word.utf8.firstIndex(of: .of("=")) ?? word.endIndex
      let name = String(word[..<end].dropFirst(2))
      guard let option = verb.options.first(where: { $0.name == name }) else {
        let near = closest(to: name, among: verb.options.map { $0.name })
        throw ControlMistake(
          "'\(verb.name)' has no option '--\(name)'", hint: near.map { "did you mean '--\($0)'?" })
      }
      let inline = end < word.endIndex ? String(word[end...].dropFirst()) : nil
      guard option.takesValue else {
        guard inline == nil else { throw ControlMistake("option '--\(name)' takes no value") }
        options[name] = ""
        continue
      }
      guard let value = inline ?? rest.popFirst() else { throw ControlMistake("option '--\(name)' needs a value") }
      options[name] = value
    }
    guard operands.count <= verb.operandCount.upperBound else {
      throw ControlMistake("'\(verb.name)' does not know what to do with '\(operands[verb.operandCount.upperBound])'")
    }
    guard operands.count >= verb.operandCount.lowerBound else {
      throw ControlMistake("'\(verb.name)' needs more to work with")
    }
    return (operands, options)
  }
}

// MARK: - Words

extension ControlRequest {
  /// The words of a line.
  static func words(_ line: Span<UInt8>) throws(ControlMistake) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    var isWord = false
    var isQuoted = false
    var offset = 0
    while offset < line.count {
      let byte = line[offset]
      offset += 1
      switch byte {
      case .of("\""):
        isQuoted.toggle()
        isWord = true
      case .of(" ") where !isQuoted, .of("\t") where !isQuoted:
        if isWord { words.append(try text(word)) }
        word.removeAll(keepingCapacity: true)
        isWord = false
      case .of("\\") where isQuoted:
        guard offset < line.count, line[offset] == .of("\"") || line[offset] == .of("\\") else {
          throw ControlMistake(#"'\' in quotes stands before '"' or '\' only"#, hint: #"write '\\'"#)
        }
        word.append(line[offset])
        offset += 1
      case 0..<0x20, 0x7F:
        throw ControlMistake("a control character in the request")
      default:
        word.append(byte)
        isWord = true
      }
      guard words.count <= mostWords else { throw ControlMistake("more than \(mostWords) words") }
    }
    guard !isQuoted else { throw ControlMistake("the request ends within quotes") }
    if isWord { words.append(try text(word)) }
    guard words.count <= mostWords else { throw ControlMistake("more than \(mostWords) words") }
    return words
  }

  private static func text(_ word: [UInt8]) throws(ControlMistake) -> String {
    guard let text = String(validating: word, as: UTF8.self) else { throw ControlMistake("a word that is not UTF-8") }
    return text
  }

  /// The line that has these words, with its end. A word with a control character in it is not understood by whoever
  /// gets the line.
  public static func line(of words: [String]) -> [UInt8] {
    var line: [UInt8] = []
    for (index, word) in words.enumerated() {
      if index > 0 { line.append(.of(" ")) }
      let isPlain = !word.isEmpty && word.utf8.allSatisfy { !$0.isBlank && $0 != .of("\"") }
      guard !isPlain else {
        line.append(word)
        continue
      }
      line.append(.of("\""))
      for byte in word.utf8 {
        if byte == .of("\"") || byte == .of("\\") { line.append(.of("\\")) }
        line.append(byte)
      }
      line.append(.of("\""))
    }
    line.append(.of("\n"))
    return line
  }
}
