// The way back: from a part of a text to the bytes that wrote it.
//
// The text and its source are walked side by side. A character that stands for itself has to match; an escape is
// stepped over whole; around a line break, where YAML drops, keeps or turns into blanks by rules of its own, the blanks
// and line ends of both sides are stepped over together, and they meet again at the next visible character. Where they
// do not meet, nothing is known.

import Diagnostics
import Text

extension Scalar {
  /// Where a part of the text, in bytes of its UTF-8, stands in the source: exact in plain, quoted, literal and folded
  /// texts, across escapes and lines. Where it cannot be known, the start of the scalar; in an alias, the alias.
  public func place(_ part: Range<Int>) -> Range<Int> {
    guard !isAlias else { return range }
    var walk = Walk(along: self)
    var start: Int?
    while let step = walk.next() {
      if start == nil, step.text.upperBound > part.lowerBound { start = step.source.lowerBound }
      guard let start else { continue }
      if part.isEmpty { return start..<start }
      if step.text.upperBound >= part.upperBound { return start..<step.source.upperBound }
    }
    let isAtEnd = part.isEmpty && walk.hasArrived
    let place = isAtEnd ? walk.sourceOffset : range.lowerBound
    return place..<place
  }
}

/// Two positions, in a text and in its source, that move together.
private struct Walk {
  private let text: [UInt8]
  private let bytes: [UInt8]
  private let style: Scalar.Style
  /// Where the source ends: before the closing quote.
  private let limit: Int
  private var textOffset = 0
  private(set) var sourceOffset: Int

  init(along scalar: Scalar) {
    text = Array(scalar.text.utf8)
    bytes = scalar.source.bytes
    style = scalar.style
    var start = scalar.range.lowerBound
    var end = scalar.range.upperBound
    switch style {
    case .plain:
      break
    case .singleQuoted, .doubleQuoted:
      start += 1
      end -= 1
    case .literal, .folded:
      // The header, as in `>-  # why`, is the rest of its line.
      while start < end, !bytes[start].isLineEnd { start += 1 }
    }
    sourceOffset = start
    limit = end
  }

  /// Whether all of the text has been walked.
  var hasArrived: Bool { textOffset == text.count }

  /// The next bytes of the text, and what wrote them. Nothing at the end, and where the two sides differ.
  mutating func next() -> (text: Range<Int>, source: Range<Int>)? {
    guard textOffset < text.count else { return nil }
    let start = (text: textOffset, source: sourceOffset)
    if let end = endOfLineBreaks() {
      sourceOffset = end
      while textOffset < text.count, text[textOffset].isBlank || text[textOffset] == 0x0A { textOffset += 1 }
    } else {
      let written = bytes[sourceOffset]
      guard let meant = text.span.codePoint(at: textOffset) else { return nil }
      if style == .doubleQuoted, written == .of("\\"), sourceOffset + 1 < limit {
        sourceOffset += Self.escapeLength(bytes[sourceOffset + 1])
      } else {
        for index in 0..<meant.length {
          guard sourceOffset + index < limit, bytes[sourceOffset + index] == text[textOffset + index] else {
            return nil
          }
        }
        sourceOffset += style == .singleQuoted && written == .of("'") ? 2 : meant.length
      }
      textOffset += meant.length
    }
    guard textOffset > start.text || sourceOffset > start.source else { return nil }
    return (start.text..<textOffset, start.source..<sourceOffset)
  }

  /// Behind the blanks and line breaks that stand here, if a line ends here at all; so it does at the end of the source.
  private func endOfLineBreaks() -> Int? {
    var offset = sourceOffset
    var hasBreak = false
    while offset < limit {
      if bytes[offset].isLineEnd {
        hasBreak = true
      } else if style == .doubleQuoted, bytes[offset] == .of("\\"), offset + 1 < limit, bytes[offset + 1].isLineEnd {
        // An escaped line break joins two lines without a blank.
      } else if !bytes[offset].isBlank {
        break
      }
      offset += 1
    }
    return hasBreak || offset == limit ? offset : nil
  }

  /// How long an escape is, by the letter behind its backslash.
  private static func escapeLength(_ letter: UInt8) -> Int {
    switch letter {
    case .of("x"): 4
    case .of("u"): 6
    case .of("U"): 10
    default: 2
    }
  }
}
