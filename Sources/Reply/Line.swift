// The line that HAProxy reads: `50% maxconn:200 drain up # cpu saturated`. Longest possible: 40 bytes of words, 100 of
// reasons, the line feed; HAProxy takes 200 in any version.

import Text

/// How much of the reasons is sent. HAProxy keeps 127 bytes of `via agent : stopped (REASONS)`, and its log shows one byte
/// that it cannot print as four.
public let mostReasonBytes = 100

/// Room for any line: a buffer with this capacity never grows.
public let mostLineBytes = 160

extension Words: CustomStringConvertible {
  /// The words as HAProxy reads them, in their order; empty where nothing is said.
  public var description: String {
    var text: [UInt8] = []
    text.append(self)
    return String(decoding: text, as: UTF8.self)
  }
}

extension Words {
  /// What a line says that `writeLine` has written; absent for the empty one.
  public init?(ofLine line: [UInt8]) {
    let text = String(decoding: line.prefix { !$0.isLineEnd && $0 != .of("#") }, as: UTF8.self)
    let parsed = ParsedWords(text)
    guard parsed.mistakes.isEmpty else { return nil }
    self = parsed.words
  }
}

/// Writes a line, ended by LF, in place of what the buffer held. A health word is always there, `up` if none is given: HAProxy
/// drops the reasons without one, and some versions leave a server down for ever. Of the reasons each text is sent once, in
/// their order, joined with `; `, cut to `mostReasonBytes`; empty ones are left out. Bytes that HAProxy would show as
/// something else (quotation marks, and all but printable ASCII) become `?`; its log, but not its statistics page, also
/// spells `<` and `>` as `<3C>` and `<3E>`, which rules cannot do without. Allocates nothing where there is capacity.
public func writeLine(_ words: Words, reasons: [String], into line: inout [UInt8]) {
  line.removeAll(keepingCapacity: true)
  line.append(words.filled(from: Words(health: .up)))
  line.append(reasons)
  line.append(.of("\n"))
}

/// Writes the line that changes nothing in HAProxy, for the time in which nothing is known yet.
public func writeEmptyLine(into line: inout [UInt8]) {
  line.removeAll(keepingCapacity: true)
  line.append(.of("\n"))
}

extension [UInt8] {
  /// Words, with a blank between them.
  fileprivate mutating func append(_ words: Words) {
    let start = count
    if let percent = words.weightPercent {
      append(decimal: percent)
      append("% ")
    }
    if let maxconn = words.maxconn {
      append("maxconn:")
      append(decimal: maxconn)
      append(" ")
    }
    if let administrative = words.administrative {
      append(administrative.description)
      append(" ")
    }
    if let health = words.health {
      append(health.description)
      append(" ")
    }
    if count > start { removeLast() }
  }

  /// The description that HAProxy shows.
  fileprivate mutating func append(_ reasons: [String]) {
    let intro = " # "
    let joint = "; "
    let start = count + intro.utf8.count
    let limit = start + mostReasonBytes
    // Where each reason ended. Each takes a byte at least and a joint, so that no more than these fit.
    var ends = InlineArray<34, Int>(repeating: 0)
    var written = 0
    reasons: for reason in reasons where !reason.isEmpty {
      var begin = start
      for index in 0..<written {
        if self[begin..<ends[index]].elementsEqual(reason.utf8.lazy.map(shown)) { continue reasons }
        begin = ends[index] + joint.utf8.count
      }
      guard written == 0 || limit - count > joint.utf8.count else { return }
      append(written == 0 ? intro : joint)
      for byte in reason.utf8 {
        guard count < limit else { return }
        append(shown(byte))
      }
      ends[written] = count
      written += 1
    }
  }
}

/// A byte as HAProxy shows it everywhere, or `?`.
private func shown(_ byte: UInt8) -> UInt8 { byte.isPrintable && byte != .of("\"") ? byte : .of("?") }
