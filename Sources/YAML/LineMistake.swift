// Syntax errors of lines: colons, dashes, indentation.

import Diagnostics
import Text

/// The complaint about `-name: a`, which begins no value of a list: a dash without a blank belongs to the word. Nothing
/// if no such word begins here.
func dashWithoutBlank(_ start: Int, in source: Source) -> Finding? {
  let bytes = source.bytes
  guard start + 1 < bytes.count, bytes[start] == .of("-") else { return nil }
  guard bytes[start + 1].isLetter || bytes[start + 1] == .of("{") || bytes[start + 1] == .of("[") else { return nil }
  let rest = restOfValue(from: start + 1, isFlow: false, in: source)
  return .missingBlank(after: "-", at: start, suggestion: "- " + source.text(rest))
}

extension SyntaxMistake {
  /// `mapping values are not allowed in this context`: a second colon on the line, or a line that YAML takes for more of
  /// the text above.
  func colonInBlock() -> Finding {
    let line = line
    if let finding = dashWithoutBlank(line.start, in: source) { return finding }
    if let colon = line.colon, colon < place { return colonInValue(line.value(in: bytes)) }
    if let scalar = scalarBefore(place), source.lines.line(at: scalar.range.lowerBound) < line.number {
      let begin = WrittenLine(at: scalar.range.lowerBound, of: source)
      if begin.start < begin.text, line.start < line.text { return wrongIndentation() }
      return scalar.range.lowerBound == begin.text ? missingColon(at: begin.text) : wrongIndentation()
    }
    return .syntax(error.problem, error.context, at: character)
  }

  /// `reply: maxconn: 30`
  func colonInValue(_ value: Range<Int>) -> Finding {
    var tight: [UInt8]?
    var rest = place + 1
    while rest < value.upperBound, bytes[rest].isBlank { rest += 1 }
    let words = [value.lowerBound..<place, min(rest, value.upperBound)..<value.upperBound]
    if words.allSatisfy({ isOneWord($0) }) { tight = Array(bytes[words[0]]) + [.of(":")] + bytes[words[1]] }
    return .colonInValue(
      at: place, value: source.text(value), tight: tight.map { String(decoding: $0, as: UTF8.self) })
  }

  /// A line that should be a key with a value and has no `: `.
  func missingColon(at start: Int) -> Finding {
    let line = WrittenLine(at: start, of: source)
    if byte(start) == .of("'") || byte(start) == .of("\""),
      closingQuote(of: start, in: bytes, before: line.end) == nil
    {
      return .unclosedQuote(source.text(start..<start + 1), at: start)
    }
    let word = line.firstWord(in: bytes)
    let rest = source.text(word.upperBound..<max(word.upperBound, line.end))
    if word.upperBound < line.end, bytes[word.upperBound] == .of(":"), line.colon != word.upperBound {
      let value = rest.utf8.dropFirst()
      return .missingBlank(
        after: ":", at: word.upperBound, suggestion: "\(source.text(word)): \(String(decoding: value, as: UTF8.self))")
    }
    if line.colon != nil { return .longKey(at: line.text..<line.end) }
    let key = source.text(word)
    // `and`, `or` go on with a condition of the line above.
    let isKey = isKeyLike(word) && key != "and" && key != "or"
    return .missingColon(after: key, at: word, suggestion: isKey ? "\(key):\(rest)" : nil)
  }

  /// `did not find expected key`
  func expectedKey() -> Finding {
    let line = line
    guard place < bytes.count else { return wrongIndentation() }
    if place <= line.text {
      return found == .of(":") ? .missingKey(at: character) : wrongIndentation()
    }
    // Something complete stands before it on the line.
    var before = place - 1
    while before > line.range.lowerBound, bytes[before].isBlank { before -= 1 }
    let value = line.value(in: bytes)
    let rest = place..<max(character.upperBound, value.upperBound)
    if byte(before) == .of("]") || byte(before) == .of("}") {
      return .textAfterBracket(source.text(before..<before + 1), at: rest, value: source.text(value))
    }
    // Not a loop over both places: Swift 6.3 compiles that one way or another, by the addresses of its own memory.
    return properties(from: value.lowerBound, rest) ?? properties(from: line.text, rest)
      ?? .syntax(error.problem, error.context, at: rest)
  }

  /// What stands behind an alias, or an anchor with a name that is none.
  private func properties(from start: Int, _ rest: Range<Int>) -> Finding? {
    guard start < place else { return nil }
    if bytes[start] == .of("*") { return .textAfterAlias(at: rest) }
    guard bytes[start] == .of("&") else { return nil }
    return .anchorName(at: start..<start + 1, value: source.text(start..<rest.upperBound))
  }

  /// `did not find expected '-' indicator`
  func expectedDash() -> Finding {
    let line = line
    let list = WrittenLine(at: error.contextPlace, of: source)
    let column = error.contextPlace - list.range.lowerBound
    if place == line.start, place == line.text, place - line.range.lowerBound == column {
      if let key = keyOfItemAbove(column) {
        return .wrongIndentation(
          at: line.firstWord(in: bytes), column: key.column + 1, like: source.text(key.word), line: key.line,
          isBelowDash: true)
      }
      let rest = line.text..<max(line.text, line.end)
      let outer = columns(above: line.number).first { !$0.isItem && $0.column < column }
      return .missingDash(
        at: line.firstWord(in: bytes), suggestion: source.text(rest), column: (outer?.column ?? 0) + 1,
        like: outer.map { source.text($0.word) })
    }
    return expectedKey()
  }

  /// A line whose first key or dash stands in a column where nothing above stands.
  func wrongIndentation() -> Finding {
    let line = line
    let isItem = line.start < line.text
    let column = line.start - line.range.lowerBound
    var best: Column?
    for candidate in columns(above: line.number) where candidate.isItem == isItem {
      if let best, abs(best.column - column) <= abs(candidate.column - column) { continue }
      best = candidate
    }
    let range = isItem ? line.start..<line.start + 1 : line.firstWord(in: bytes)
    guard let best else { return isItem ? .itemAmongKeys(at: range) : .wrongIndentation(at: range) }
    if let finding = dashWithoutBlank(best.word.lowerBound, in: source) { return finding }
    return .wrongIndentation(at: range, column: best.column + 1, like: source.text(best.word), line: best.line)
  }

  /// A column in which something of a line above begins that is still open.
  private struct Column {
    let column: Int
    let word: Range<Int>
    let line: Int
    let isItem: Bool
  }

  /// A key of the list's item above, if this line has a key that it lacks, and so probably belongs to it: the `when` of
  /// `- when: ...` above `reply: ...`. `dash` is the column of the list.
  private func keyOfItemAbove(_ dash: Int) -> Column? {
    let key = source.text(line.firstWord(in: bytes))
    guard line.colon != nil, let open = columns(above: line.number).last(where: { !$0.isItem && $0.column > dash })
    else { return nil }
    var number = line.number - 1
    while number >= 1 {
      let above = WrittenLine(number, of: source)
      number -= 1
      guard !above.isEmpty else { continue }
      if source.text(above.firstWord(in: bytes)) == key { return nil }
      if above.start < above.text, above.start - above.range.lowerBound == dash { return open }
    }
    return nil
  }

  /// The columns that the lines above have open, the deepest first.
  private func columns(above number: Int) -> [Column] {
    var columns: [Column] = []
    var limit = Int.max
    var number = number - 1
    while number >= 1, limit > 0 {
      let line = WrittenLine(number, of: source)
      number -= 1
      guard !line.isEmpty else { continue }
      let start = line.range.lowerBound
      if line.text < line.end, line.colon != nil, line.text - start < limit {
        columns.append(
          Column(column: line.text - start, word: line.firstWord(in: bytes), line: line.number, isItem: false))
      }
      if line.start < line.text, line.start - start < limit {
        columns.append(
          Column(column: line.start - start, word: line.start..<line.start + 1, line: line.number, isItem: true))
      }
      limit = min(limit, line.start - start)
    }
    return columns
  }

  /// The text that ends right before a place.
  private func scalarBefore(_ place: Int) -> Scalar? {
    guard let lastScalar, source.hasOnlyBlanks(from: lastScalar.range.upperBound, to: place) else { return nil }
    return lastScalar
  }

  private func isOneWord(_ range: Range<Int>) -> Bool {
    for byte in bytes[range] where byte.isBlank || byte == .of("\"") || byte == .of("'") { return false }
    return !range.isEmpty
  }

  /// Whether these bytes could be a key of a rule file.
  private func isKeyLike(_ word: Range<Int>) -> Bool {
    guard let first = bytes[word].first, first.isLetter else { return false }
    for byte in bytes[word] where !byte.isLetter && !byte.isDigit && byte != .of("-") && byte != .of("_") {
      return false
    }
    return true
  }
}
