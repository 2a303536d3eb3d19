// Syntax errors within brackets and braces.

import Diagnostics
import Text

extension SyntaxMistake {
  /// `did not find expected ',' or ']'`, or `'}'`
  func expectedComma() -> Finding {
    if let finding = unclosed() { return finding }
    if found == .of("]") || found == .of("}") {
      let bracket = openBracket
      return .wrongBracket(
        source.text(bracket..<bracket + 1), found: source.text(character), expected: closing, at: place)
    }
    guard let scalar = lastScalar, scalar.range.upperBound <= place else {
      return .missingComma(closing: closing, at: character)
    }
    let isOneLine = source.lines.line(at: scalar.range.lowerBound) == line.number
    if found == .of(":"), onlySpace(scalar.range.upperBound..<place) {
      if isOneLine, !isAfterColon(scalar.range.lowerBound) { return .longKey(at: character) }
      if isOneLine { return colonInValue(scalar.range.lowerBound..<value(behind: scalar)) }
      // A text over two lines that has a colon behind its second one lacks a comma behind its first.
      let first = WrittenLine(at: scalar.range.lowerBound, of: source)
      return scalar.style == .plain
        ? .missingComma(closing: closing, at: first.end..<first.end) : .longKey(at: character)
    }
    return .missingComma(closing: closing, at: character)
  }

  /// `did not find expected node content`, which is a matter of brackets nearly always.
  func expectedValue() -> Finding {
    if bracket != nil, let finding = unclosed() { return finding }
    let line = line
    switch found {
    case .of(":") where bracket.map { bytes[$0] == .of("{") } ?? false: return .missingKey(at: character)
    case .of(":") where isInFlow: return leadingColon()
    case .of(",") where isInFlow, .of("]") where isInFlow, .of("}") where isInFlow:
      return .emptyItem(before: source.text(character), at: character)
    case nil: return .syntax(error.problem, error.context, at: character)
    case .of("-") where bracket != nil && place == line.start && line.start < line.text:
      // A list of lines cannot stand in brackets.
      return unclosedBracket
    default:
      let begin = found == .of("-") ? "- " : source.text(character)
      return .reservedCharacter(begin, at: character, value: value(from: place))
    }
  }

  /// `[10.0.0.0/8, ::1]`, and `[::1]:389`, where more follows behind the bracket.
  func leadingColon() -> Finding {
    let value = line.value(in: bytes)
    var start = place
    while start > value.lowerBound, !bytes[start - 1].isBlank, bytes[start - 1] != .of("["),
      bytes[start - 1] != .of(",")
    {
      start -= 1
    }
    let item = start..<restOfValue(from: place, isFlow: true, in: source).upperBound
    let next = item.upperBound + 1
    if byte(value.lowerBound) == .of("["), byte(item.upperBound) == .of("]"), next < value.upperBound,
      bytes[next] != .of(","), bytes[next] != .of("]")
    {
      return .textAfterBracket(
        "]", at: next..<value.upperBound, value: source.text(value))
    }
    return .leadingColon(at: item, value: source.text(item))
  }

  /// The innermost bracket or brace that is open.
  private var openBracket: Int { bracket ?? error.contextPlace }
  /// What would close it.
  private var closing: String { bytes[openBracket] == .of("{") ? "}" : "]" }

  /// The complaint that a bracket is not closed, where it looks so: the file has ended, or the line of the error is a
  /// line of the block around the bracket.
  private func unclosed() -> Finding? {
    let begin = WrittenLine(at: openBracket, of: source)
    let line = line
    let isOutside =
      line.number > begin.number && line.indentation <= begin.indentation && line.text < line.end
      && (bytes[line.text].isLetter || line.start < line.text)
    guard place >= bytes.count || line.isEmpty || isOutside else { return nil }
    return unclosedBracket
  }

  private var unclosedBracket: Finding {
    .unclosedBracket(source.text(openBracket..<openBracket + 1), closing: closing, at: openBracket)
  }

  /// Whether a value has its key before it.
  private func isAfterColon(_ start: Int) -> Bool {
    var offset = start
    while offset > openBracket, bytes[offset - 1].isBlank || bytes[offset - 1].isLineEnd { offset -= 1 }
    return offset > 0 && bytes[offset - 1] == .of(":")
  }

  /// Behind the value that begins with a text and goes on behind a colon.
  private func value(behind scalar: Scalar) -> Int {
    restOfValue(from: scalar.range.lowerBound, isFlow: true, in: source).upperBound
  }

  private func onlySpace(_ range: Range<Int>) -> Bool {
    for offset in range where !bytes[offset].isBlank && !bytes[offset].isLineEnd { return false }
    return true
  }
}
