// A line as its author saw it. Where YAML gives up, what was meant has to be read off the text itself.

import Diagnostics
import Text

/// One line of a file, taken apart: indentation, `- `, key, value, comment. It is read by itself, so that what belongs
/// to a text of several lines looks like any other; good enough to make suggestions, and for nothing else.
struct WrittenLine {
  /// From 1.
  let number: Int
  /// The whole line without its end.
  let range: Range<Int>
  /// The first byte behind blanks and tabs.
  let start: Int
  /// The first byte behind `- `, or behind several of them.
  let text: Int
  /// The colon behind the first key, if there is one.
  let colon: Int?
  /// Behind the last byte that is not a blank or of a comment.
  let end: Int

  /// Takes a line apart; `number` is 1 to `source.lines.count`.
  init(_ number: Int, of source: Source) {
    let bytes = source.bytes
    let range = source.lines.range(ofLine: number)
    var offset = range.lowerBound
    while offset < range.upperBound, bytes[offset].isBlank { offset += 1 }
    start = offset
    while offset < range.upperBound, bytes[offset] == .of("-"),
      offset + 1 == range.upperBound || bytes[offset + 1].isBlank
    {
      offset += 1
      while offset < range.upperBound, bytes[offset].isBlank { offset += 1 }
    }
    text = offset

    var colon: Int?
    var end = offset
    var canQuote = true
    while offset < range.upperBound {
      let byte = bytes[offset]
      let isLast = offset + 1 == range.upperBound
      switch byte {
      case .of("#") where offset == range.lowerBound || bytes[offset - 1].isBlank:
        offset = range.upperBound
        continue
      case .of("'") where canQuote, .of("\"") where canQuote:
        offset = closingQuote(of: offset, in: bytes, before: range.upperBound) ?? offset
        canQuote = false
        end = offset + 1
      case .of(":") where isLast || bytes[offset + 1].isBlank:
        colon = colon ?? offset
        canQuote = true
        end = offset + 1
      case .of(" "), .of("\t"):
        break
      default:
        canQuote = byte == .of("[") || byte == .of("{") || byte == .of(",")
        end = offset + 1
      }
      offset += 1
    }
    self.number = number
    self.range = range
    self.colon = colon
    self.end = end
  }

  /// The line on which a byte stands.
  init(at offset: Int, of source: Source) { self.init(source.lines.line(at: offset), of: source) }

  /// Whether there is nothing but blanks and a comment.
  var isEmpty: Bool { start >= end }
  /// How many bytes stand before what the line says, `- ` included.
  var indentation: Int { text - range.lowerBound }

  /// What stands behind the first key, or behind `- ` where there is no key.
  func value(in bytes: [UInt8]) -> Range<Int> {
    var offset = colon.map { $0 + 1 } ?? text
    while offset < end, bytes[offset].isBlank { offset += 1 }
    return offset..<max(offset, end)
  }

  /// What stands before the first blank or colon.
  func firstWord(in bytes: [UInt8]) -> Range<Int> {
    var offset = text
    while offset < end, !bytes[offset].isBlank, bytes[offset] != .of(":") { offset += 1 }
    return text..<offset
  }
}

/// The quote that closes the one at `opening`, or nothing if none does before `limit`.
func closingQuote(of opening: Int, in bytes: [UInt8], before limit: Int) -> Int? {
  let quote = bytes[opening]
  var offset = opening + 1
  while offset < limit {
    if bytes[offset] == .of("\\"), quote == .of("\"") {
      offset += 2
    } else if bytes[offset] != quote {
      offset += 1
    } else if quote == .of("'"), offset + 1 < limit, bytes[offset + 1] == quote {
      offset += 2
    } else {
      return offset
    }
  }
  return nil
}
