// The texts of a tree, and what a well-formed text probably is not meant to be.

import Diagnostics
import Text

extension TreeBuilder {
  /// The node of a text. Nothing where there are too many values, and the reading has ended.
  mutating func scalar(
    _ text: String, _ style: Scalar.Style, _ properties: Properties, _ range: Range<Int>
  ) -> Node? {
    guard count(at: range) else { return nil }
    let start = startOfValue(range, properties)
    var end = range.upperBound
    if style == .literal || style == .folded {
      while end > start, source.bytes[end - 1].isBlank || source.bytes[end - 1].isLineEnd { end -= 1 }
    }
    let comment = style == .plain ? comment(behind: end) : nil
    let scalar = Scalar(
      text: text, style: style, range: start..<end, comment: comment, source: source, isAlias: false)
    complainOfTag(properties, range.lowerBound, canBeNot: style == .plain)
    let trap = properties.hasTag ? nil : trap(in: scalar)
    if let trap { complain(trap) }
    lastScalar = scalar
    return Node(range: start..<end, content: .scalar(scalar), isBroken: properties.hasTag || trap != nil)
  }

  /// What a well-formed text probably is not meant to be.
  private func trap(in scalar: Scalar) -> Finding? {
    let bytes = source.bytes
    let start = scalar.range.lowerBound
    switch scalar.style {
    case .plain where !scalar.range.isEmpty:
      if let character = invisibleCharacter(at: start, in: bytes) {
        return .invisibleCharacter(character, at: start)
      }
      return typographicQuote(at: start, in: bytes).map {
        .typographicQuote($0, at: start, value: withoutTypographicQuotes(scalar.range, in: bytes))
      }
    case .literal, .folded:
      // `>5` is the header of a text that is indented by 5.
      let header = restOfValue(from: start, isFlow: false, in: source)
      guard scalar.text.isEmpty, bytes[header].contains(where: { $0.isDigit }) else { return nil }
      return .blockHeader(source.text(start..<start + 1), at: header, value: source.text(header))
    case .plain, .singleQuoted, .doubleQuoted:
      return nil
    }
  }

  /// The comment that follows a plain text on its line.
  private func comment(behind end: Int) -> Range<Int>? {
    let bytes = source.bytes
    var offset = end
    while offset < bytes.count, bytes[offset].isBlank { offset += 1 }
    guard offset > end, offset < bytes.count, bytes[offset] == .of("#") else { return nil }
    let start = offset
    while offset < bytes.count, !bytes[offset].isLineEnd { offset += 1 }
    return start..<offset
  }
}
