// What HAProxy makes of a line that some agent has sent: of each word, and of the line as a whole. For people who wonder why
// a server does not do what its agent says. Facts of `tcpcheck_agent_expect_reply` in HAProxy's source, tested against
// 2.6.12 and 3.4.0.

import Text

/// An agent's line as a version of HAProxy understands it.
public struct HAProxyReading: Equatable, Sendable {
  /// Versions that differ in what they understand.
  public enum Version: CaseIterable, Sendable {
    /// Up to 3.0, and so every stable Debian: `weight:N` is not known.
    case upTo30
    /// From 3.1 on.
    case from31

    /// As people name them.
    public var name: String {
      switch self {
      case .upTo30: "2.6 to 3.0"
      case .from31: "3.1 and later"
      }
    }
  }

  /// One word of the line.
  public struct Word: Equatable, Sendable {
    /// As it was sent.
    public let text: String
    /// What it does, or why it does nothing.
    public let meaning: String
    /// Whether it does nothing.
    public fileprivate(set) var isIgnored: Bool
    fileprivate let thing: Things
  }

  /// The words, in the order of the line.
  public private(set) var words: [Word] = []
  /// What stands behind `#`.
  public private(set) var description: String?
  /// Whether the description is kept and shown: only beside a health word.
  public private(set) var keepsDescription = false
  /// What is to be said about the line as a whole, as that it is ignored.
  public private(set) var remarks: [String] = []

  /// Reads what an agent sent before it closed the connection.
  public init(_ reply: [UInt8], by version: Version) {
    guard !reply.isEmpty else {
      remarks = ["nothing was sent: HAProxy changes nothing"]
      return
    }
    guard let end = reply.firstIndex(where: { $0.isLineEnd }) else {
      remarks = ["the line has no end: HAProxy ignores all of it (\"Ignoring incomplete line from agent\")"]
      return
    }
    readWords(reply[..<end], version)
    markOverridden()
    addRemarks(behind: reply[end...])
  }

  private mutating func readWords(_ line: ArraySlice<UInt8>, _ version: Version) {
    var index = line.startIndex
    while index < line.endIndex {
      if line[index].isBlank || line[index] == .of(",") {
        index += 1
      } else if line[index] == .of("#") {
        let text = line[(index + 1)...].drop { $0.isBlank }
        description = String(decoding: text, as: UTF8.self)
        return
      } else {
        let end = line[index...].firstIndex { $0.isBlank || $0 == .of(",") } ?? line.endIndex
        words.append(Self.word(String(decoding: line[index..<end], as: UTF8.self), version))
        index = end
      }
    }
  }

  private static func word(_ text: String, _ version: Version) -> Word {
    let lower = text.lowercased()
    func understood(_ thing: Things, _ meaning: String) -> Word {
      Word(text: text, meaning: meaning, isIgnored: false, thing: thing)
    }
    func ignored(_ why: String) -> Word { Word(text: text, meaning: why, isIgnored: true, thing: []) }

    switch lower {
    case "up": return understood(.health, "the agent finds the server healthy")
    case "down", "fail", "stopped": return understood(.health, "the server goes down, shown as \(lower)")
    case "ready": return understood(.administrative, "ends drain and maintenance, an operator's too")
    case "drain": return understood(.administrative, "no new connections but persistent ones")
    case "maint": return understood(.administrative, "maintenance: no connections, no health checks")
    default: break
    }
    if lower.hasPrefix("maxconn:") {
      switch Int(lower.dropFirst("maxconn:".utf8.count)) {
      case nil: return ignored("no number directly behind the colon")
      case 0: return understood(.maxconn, "no limit of connections")
      case let number?: return understood(.maxconn, "at most \(number) connections")
      }
    }
    if lower.hasPrefix("weight:") {
      guard version == .from31 else { return ignored("not known before HAProxy 3.1") }
      let value = lower.dropFirst("weight:".utf8.count)
      if value.hasSuffix("%") { return percentage(value.dropLast(), understood, ignored) }
      guard let number = Int(value), Words.weightRange.contains(number) else {
        return ignored("the weight is not a whole number from 0 to 256")
      }
      return understood(.weight, "the weight becomes \(number)")
    }
    if lower.hasSuffix("%") { return percentage(lower.dropLast(), understood, ignored) }
    if text.utf8.allSatisfy({ $0.isDigit }) { return ignored("a number without % is not a weight") }
    if let mark = text.utf8.firstIndex(of: .of("#")) {
      return ignored("'#' begins a description only behind a blank: '\(text[..<mark])' is not understood")
    }
    return ignored("not a word of HAProxy's")
  }

  private static func percentage(
    _ digits: Substring, _ understood: (Things, String) -> Word, _ ignored: (String) -> Word
  ) -> Word {
    guard !digits.isEmpty, digits.utf8.allSatisfy({ $0.isDigit }), let number = Int(digits) else {
      return ignored("not a whole percentage")
    }
    return understood(
      .weight, number == 0 ? "no new connections" : "\(number)% of the weight in HAProxy's configuration")
  }

  /// Of several words about one thing the last counts.
  private mutating func markOverridden() {
    for index in words.indices where !words[index].isIgnored {
      let thing = words[index].thing
      guard let last = words.lastIndex(where: { !$0.isIgnored && $0.thing == thing }), last > index else { continue }
      words[index] = Word(
        text: words[index].text, meaning: "'\(words[last].text)' behind it counts", isIgnored: true, thing: thing)
    }
  }

  private mutating func addRemarks(behind end: ArraySlice<UInt8>) {
    let hasHealth = words.contains { $0.thing == .health && !$0.isIgnored }
    if words.isEmpty, description == nil {
      remarks.append("an empty line: valid, and changes nothing")
    } else if words.allSatisfy({ $0.isIgnored }) {
      remarks.append("no word is understood: HAProxy changes nothing")
    }
    keepsDescription = description != nil && hasHealth
    if description != nil, !keepsDescription {
      remarks.append("the description is dropped: it is kept only beside up, down, fail or stopped")
    }
    if !hasHealth, words.contains(where: { !$0.isIgnored }) {
      remarks.append("without 'up', HAProxy 3.3 and 3.4 can leave the server down for ever after a failed health check")
    }
    if end.contains(where: { !$0.isLineEnd }) { remarks.append("what follows the first line is ignored") }
  }
}
