// Parts of the user's text for the sentences that say what to write.

import Diagnostics
import Text

/// How far a suggestion looks, in bytes. A suggestion is one line; and a file of one endless line, wrong in a hundred
/// thousand places, is not read to its end each time.
let longestSuggestion = 400

/// From `start` to the end of the value on its line: before a comment, and in brackets and braces before what ends an
/// item of theirs. Without blanks at the end; one byte at least.
func restOfValue(from start: Int, isFlow: Bool, in source: Source) -> Range<Int> {
  let bytes = source.bytes
  let limit = min(bytes.count, start + longestSuggestion)
  var offset = start
  var end = start
  var depth = 0
  scan: while offset < limit, !bytes[offset].isLineEnd {
    switch bytes[offset] {
    case .of("#") where offset > start && bytes[offset - 1].isBlank: break scan
    case .of(",") where isFlow && depth == 0 && offset > start: break scan
    case .of("]") where isFlow && depth == 0 && offset > start: break scan
    case .of("}") where isFlow && depth == 0 && offset > start: break scan
    case .of("("), .of("["), .of("{"): depth += 1
    case .of(")"), .of("]"), .of("}"): depth -= 1
    default: break
    }
    offset += 1
    if !bytes[offset - 1].isBlank { end = offset }
  }
  return start..<max(end, min(start + 1, bytes.count))
}

/// A text in typographic quotes, without them.
func withoutTypographicQuotes(_ range: Range<Int>, in bytes: [UInt8]) -> String {
  var text: [UInt8] = []
  var offset = range.lowerBound
  while offset < range.upperBound {
    if let quote = typographicQuote(at: offset, in: bytes) {
      offset += quote.length
    } else {
      text.append(bytes[offset])
      offset += 1
    }
  }
  return String(decoding: text, as: UTF8.self)
}

extension Source {
  /// The text of some of its bytes.
  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// Whether nothing stands between two places of one line.
  func hasOnlyBlanks(from start: Int, to end: Int) -> Bool {
    guard start <= end, end <= bytes.count else { return false }
    for byte in bytes[start..<end] where !byte.isBlank { return false }
    return true
  }
}
