// What was probably meant where YAML gives up. libyaml says what it would have liked to read next, which is seldom what
// the author did wrong: here its words become ours, with a place to look at and a thing to write.

import Diagnostics
import Text

/// A syntax error, and what had been read up to it.
struct SyntaxMistake {
  let error: SyntaxError
  let source: Source
  /// The innermost open bracket or brace.
  let bracket: Int?
  /// The last text that was read.
  let lastScalar: Scalar?

  var bytes: [UInt8] { source.bytes }
  var place: Int { error.place }
  /// The line of the error.
  var line: WrittenLine { WrittenLine(at: place, of: source) }
  /// The byte at the error; none at the end of the file.
  var found: UInt8? { byte(place) }
  /// The character at the error, as far as it lasts.
  var character: Range<Int> {
    guard place < bytes.count else { return place..<place }
    return place..<place + (bytes.span.codePoint(at: place)?.length ?? 1)
  }

  /// A byte of the file; none outside of it.
  func byte(_ offset: Int) -> UInt8? { bytes.indices.contains(offset) ? bytes[offset] : nil }

  /// The complaint.
  func finding() -> Finding {
    if error.problem.isEmpty { return .outOfMemory(at: place) }
    return inContext() ?? inDisguise() ?? afterQuote(place) ?? byProblem()
  }

  /// Mistakes within a thing whose begin is known for certain.
  private func inContext() -> Finding? {
    let begin = error.contextPlace
    switch error.context {
    case "while scanning an alias":
      return .aliasName(at: begin..<begin + 1, value: value(from: begin))
    case "while scanning an anchor":
      return .anchorName(at: begin..<begin + 1, value: value(from: begin))
    case "while scanning a tag", "while parsing a tag":
      return .tag(value(from: begin), at: restOfValue(from: begin, isFlow: isInFlow, in: source))
    case "while scanning a directive", "while scanning a %YAML directive", "while scanning a %TAG directive",
      "while parsing a %TAG directive", "while scanning a tag directive":
      return .directive(at: WrittenLine(at: begin, of: source).range)
    case "while scanning a quoted scalar":
      return .unclosedQuote(source.text(begin..<begin + 1), at: begin)
    case "while parsing a quoted scalar":
      let range = escape
      return error.problem == Problem.noCharacter
        ? .surrogate(source.text(range), at: range) : .escape(source.text(range), at: range)
    case "while scanning a block scalar" where error.problem != Problem.tabInBlock:
      // In `"a" > 1`, the sign belongs to the text behind the quote.
      return afterQuote(begin)
        ?? .blockHeader(
          source.text(begin..<begin + 1), at: begin..<begin + 1,
          value: source.text(restOfValue(from: begin, isFlow: false, in: source)))
    default:
      return nil
    }
  }

  /// The escape around the error: the backslash and what belongs to it.
  private var escape: Range<Int> {
    var start = min(place, bytes.count - 1)
    while start > error.contextPlace, bytes[start] != .of("\\") { start -= 1 }
    var end = start + 1
    if end < bytes.count { end += bytes.span.codePoint(at: end)?.length ?? 1 }
    let isNumber = [.of("x"), .of("u"), .of("U")].contains(bytes[end - 1])
    while end < bytes.count, end <= place || isNumber && bytes[end].hexadecimalValue != nil, end < start + 10,
      bytes[end] != .of("\"")
    {
      end += 1
    }
    return start..<end
  }

  /// Characters that look like others, in the line of the error or of the text before it.
  private func inDisguise() -> Finding? {
    var lines = [line]
    if let lastScalar { lines.append(WrittenLine(at: lastScalar.range.lowerBound, of: source)) }
    for line in lines {
      for offset in line.range.lowerBound..<line.end where offset <= place {
        if let character = invisibleCharacter(at: offset, in: bytes) {
          return .invisibleCharacter(character, at: offset)
        }
      }
    }
    let value = line.value(in: bytes)
    if let quote = typographicQuote(at: value.lowerBound, in: bytes) {
      return .typographicQuote(
        quote, at: value.lowerBound, value: withoutTypographicQuotes(value, in: bytes))
    }
    guard !isInFlow else { return nil }
    for offset in line.range.lowerBound..<line.start where bytes[offset] == 0x09 {
      return .tabIndentation(at: offset)
    }
    return nil
  }

  /// Text behind a closing quote, or a quote that closes what should have been closed lines before.
  private func afterQuote(_ place: Int) -> Finding? {
    guard place < bytes.count, let start = quoteClosed(before: place) else { return nil }
    if source.lines.line(at: start) != source.lines.line(at: place) {
      return .unclosedQuote(source.text(start..<start + 1), at: start)
    }
    switch bytes[place] {
    // What belongs behind a quoted text is not wrong for its sake.
    case .of(":") where isBlankOrEnd(place + 1): return nil
    case .of(":") where bracket != nil, .of("]") where bracket != nil, .of("}") where bracket != nil: return nil
    default: break
    }
    // Two texts without a comma.
    if isInFlow, bytes[place] == .of("'") || bytes[place] == .of("\"") { return nil }
    let rest = restOfValue(from: place, isFlow: isInFlow, in: source)
    return .textAfterQuote(
      at: rest, value: source.text(start..<rest.upperBound), isTight: !bytes[place - 1].isBlank)
  }

  /// Where the quoted text begins that ends right before a place.
  private func quoteClosed(before place: Int) -> Int? {
    if let lastScalar, lastScalar.style == .singleQuoted || lastScalar.style == .doubleQuoted,
      source.hasOnlyBlanks(from: lastScalar.range.upperBound, to: place)
    {
      return lastScalar.range.lowerBound
    }
    let line = WrittenLine(at: place, of: source)
    for start in [line.value(in: bytes).lowerBound, line.text] {
      guard byte(start) == .of("'") || byte(start) == .of("\""),
        let closing = closingQuote(of: start, in: bytes, before: line.range.upperBound)
      else { continue }
      if source.hasOnlyBlanks(from: closing + 1, to: place) { return start }
    }
    return nil
  }

  /// The rest, by what libyaml says.
  private func byProblem() -> Finding {
    switch error.problem {
    case Problem.tab, Problem.tabInBlock:
      return .tabIndentation(at: place)
    case Problem.badStart:
      if found == 0x09 { return .tabIndentation(at: place) }
      return .reservedCharacter(source.text(character), at: character, value: value(from: place))
    case Problem.noColon:
      return missingColon(at: error.contextPlace)
    case Problem.listBehindKey:
      return .listBehindKey(at: character, value: value(from: place))
    case Problem.keyBehindKey:
      return .explicitKey(at: character, value: value(from: place))
    case Problem.valueBehindValue:
      return colonInBlock()
    case Problem.noKey:
      return expectedKey()
    case Problem.noDash:
      return expectedDash()
    case Problem.noCommaInList, Problem.noCommaInMapping:
      return expectedComma()
    case Problem.noContent:
      return expectedValue()
    case Problem.unexpectedColon:
      return leadingColon()
    case Problem.noDocument:
      if let directive { return .directive(at: directive.range) }
      let before = line.number > 1 ? WrittenLine(line.number - 1, of: source) : line
      let isAnnounced = source.text(before.start..<max(before.start, before.end)) == "..."
      if !isAnnounced, let finding = lessIndented() { return finding }
      return .textAfterEnd(isAnnounced: isAnnounced, at: line.start..<max(line.start, line.end))
    case Problem.undefinedTag:
      return .tag(value(from: place), at: restOfValue(from: place, isFlow: isInFlow, in: source))
    case Problem.otherVersion, Problem.secondVersion, Problem.secondTag:
      return .directive(at: WrittenLine(at: place, of: source).range)
    default:
      return .syntax(error.problem, error.context, at: character)
    }
  }

  /// ` rules:` at the top of a file whose other keys begin at the edge: the first one is what stands out.
  private func lessIndented() -> Finding? {
    let line = line
    for number in 1..<line.number {
      let first = WrittenLine(number, of: source)
      if first.isEmpty || source.text(first.start..<first.end) == "---" { continue }
      let column = first.start - first.range.lowerBound
      guard first.colon != nil, line.colon != nil, column > line.start - line.range.lowerBound else { return nil }
      return .wrongIndentation(
        at: line.firstWord(in: bytes), column: column + 1, like: source.text(first.firstWord(in: bytes)), line: number)
    }
    return nil
  }

  /// The line before the document that begins with `%`, if there is one: `---` has to follow it.
  private var directive: WrittenLine? {
    for number in 1...line.number {
      let line = WrittenLine(number, of: source)
      if !line.isEmpty { return bytes[line.start] == .of("%") ? line : nil }
    }
    return nil
  }

  /// Whether the error is within brackets or braces.
  var isInFlow: Bool {
    if bracket != nil { return true }
    let value = line.value(in: bytes)
    guard value.lowerBound < place else { return false }
    return byte(value.lowerBound) == .of("[") || byte(value.lowerBound) == .of("{")
  }

  /// The text from here to the end of the value.
  func value(from start: Int) -> String { source.text(restOfValue(from: start, isFlow: isInFlow, in: source)) }

  /// Whether a word has ended before this place.
  func isBlankOrEnd(_ offset: Int) -> Bool { byte(offset).map { $0.isBlank || $0.isLineEnd } ?? true }
}

/// libyaml's own words, of version 0.2.5 (scanner.c, parser.c).
enum Problem {
  static let tab = "found a tab character that violates indentation"
  static let tabInBlock = "found a tab character where an indentation space is expected"
  static let badStart = "found character that cannot start any token"
  static let noColon = "could not find expected ':'"
  static let listBehindKey = "block sequence entries are not allowed in this context"
  static let keyBehindKey = "mapping keys are not allowed in this context"
  static let valueBehindValue = "mapping values are not allowed in this context"
  static let noKey = "did not find expected key"
  static let noDash = "did not find expected '-' indicator"
  static let noCommaInList = "did not find expected ',' or ']'"
  static let noCommaInMapping = "did not find expected ',' or '}'"
  static let noContent = "did not find expected node content"
  static let unexpectedColon = "found unexpected ':'"
  static let noDocument = "did not find expected <document start>"
  static let noCharacter = "found invalid Unicode character escape code"
  static let undefinedTag = "found undefined tag handle"
  static let otherVersion = "found incompatible YAML document"
  static let secondVersion = "found duplicate %YAML directive"
  static let secondTag = "found duplicate %TAG directive"
}
