// How HAProxy reads a line, written from its documentation and source without a look at our own parser or writer. The numbers
// go through strtol there, so that signs and leading zeros are read here too.

import Reply

/// What HAProxy 2.6 understands of what an agent has sent.
struct HAProxyGrammar {
  var words = Words()
  /// Words that it skipped, or whose number it could not read.
  var skipped: [String] = []
  /// What it shows; absent without a health word.
  var shown: String?

  /// Reads bytes as HAProxy does; nothing if no line ends in them ("Ignoring incomplete line from agent").
  init?(_ bytes: [UInt8]) {
    guard let end = bytes.firstIndex(where: { $0 == 10 || $0 == 13 }) else { return nil }
    var rest = String(decoding: bytes[..<end], as: UTF8.self)[...]
    while let first = rest.first {
      if " \t,".contains(first) {
        rest.removeFirst()
      } else if first == "#" {
        if words.health != nil { shown = String(rest.dropFirst().drop { " \t".contains($0) }) }
        return
      } else {
        let word = rest.prefix { !" \t,".contains($0) }
        rest = rest.dropFirst(word.count)
        read(word.lowercased())
      }
    }
  }

  private mutating func read(_ word: String) {
    switch word {
    case "up": words.health = .up
    case "down": words.health = .down
    case "stopped": words.health = .stopped
    case "fail": words.health = .fail
    case "ready": words.administrative = .ready
    case "drain": words.administrative = .drain
    case "maint": words.administrative = .maint
    default:
      if word.hasPrefix("maxconn:"), let number = Int(word.dropFirst(8)) {
        words.maxconn = number
      } else if word.first!.isNumber, word.hasSuffix("%"), let number = Int(word.dropLast()) {
        words.weightPercent = number
      } else {
        skipped.append(word)
      }
    }
  }
}
