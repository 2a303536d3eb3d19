// Bytes to tokens. The whole text is read before the parser begins: it is at most 4,096 bytes, and the parser may then look
// ahead as far as a good message needs.

import Diagnostics
import Text

/// The longest expression, in bytes: more than a person can review, and little enough that everything that grows with it stays small.
public let longestExpression = 4096

/// Reads a text from left to right.
struct Lexer {
  let bytes: [UInt8]
  var offset = 0
  private(set) var tokens: [Token] = []

  /// All tokens of a text; the last is `.end`.
  static func tokens(of text: String) throws(Finding) -> [Token] {
    let bytes = Array(text.utf8)
    guard bytes.count <= longestExpression else { throw .expressionTooLong(bytes.count) }
    var lexer = Lexer(bytes: bytes)
    while try lexer.next() {}
    return lexer.tokens
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// The byte so far ahead, or 0 behind the end.
  func byte(ahead distance: Int = 0) -> UInt8 {
    offset + distance < bytes.count ? bytes[offset + distance] : 0
  }

  /// Reads one token. False after the end.
  private mutating func next() throws(Finding) -> Bool {
    while byte().isBlank || byte().isLineEnd { offset += 1 }
    let start = offset
    guard start < bytes.count else {
      add(.end, from: start)
      return false
    }
    let byte = byte()
    if byte.isNameStart {
      let word = word()
      add(isGrammarWord(word) ? .word(word) : .name(word), from: start)
    } else if byte.isDigit {
      add(.number(try number()), from: start)
    } else if byte == .of("\"") || byte == .of("'") {
      add(.text(try quoted()), from: start)
    } else if byte == .of(".") {
      add(.member(try member()), from: start)
    } else if byte >= 0x80 {
      let scalar = scalar()
      throw .notASCII(scalar, at: start..<offset)
    } else {
      add(.symbol(try symbol()), from: start)
    }
    return true
  }

  private mutating func add(_ form: Token.Form, from start: Int) {
    tokens.append(Token(form: form, range: start..<offset))
  }

  /// The text between two offsets.
  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// Letters, digits and `_`, as many as there are.
  private mutating func word() -> String {
    let start = offset
    while byte().isNamePart { offset += 1 }
    return text(start..<offset)
  }

  /// A point behind a reference, and the word that touches it.
  private mutating func member() throws(Finding) -> String {
    let start = offset
    offset += 1
    guard let last = tokens.last, last.range.upperBound == start, last.canHaveMembers else {
      if byte().isDigit {
        while byte().isDigit { offset += 1 }
        throw .numberBeginsWithPoint(text(start..<offset), at: start..<offset)
      }
      throw .strangeCharacter(".", at: start..<offset)
    }
    let name = word()
    guard !name.isEmpty else { throw .memberExpected(at: start..<offset) }
    return name
  }

  /// A text in quotes of either kind. There are no escapes.
  private mutating func quoted() throws(Finding) -> String {
    let start = offset
    let quote = byte()
    offset += 1
    while offset < bytes.count {
      if byte() == quote {
        offset += 1
        return text(start + 1..<offset - 1)
      }
      offset += 1
    }
    throw .unclosedText(at: start..<offset)
  }

  /// The code point here, which is not ASCII; the offset is then behind it.
  private mutating func scalar() -> Unicode.Scalar {
    let start = offset
    repeat { offset += 1 } while byte() & 0xC0 == 0x80
    return text(start..<offset).unicodeScalars.first ?? "?"
  }

  /// An operator or a sign, the longest that fits, once it is clear that it is none from another language.
  private mutating func symbol() throws(Finding) -> String {
    let start = offset
    for (foreign, advice) in foreignSymbols where follows(foreign) {
      offset += foreign.utf8CodeUnitCount
      let advice = bytes[start] == .of("[") ? adviceOnBracket : bytes[start] == .of(":") ? adviceOnColon : advice
      throw .foreignSymbol(text(start..<offset), advice: advice, at: start..<offset)
    }
    for length in [2, 1] where start + length <= bytes.count {
      let candidate = text(start..<start + length)
      if OperatorEntry.infix(candidate) != nil || punctuation.contains(candidate) {
        offset += length
        return candidate
      }
    }
    offset += 1
    switch bytes[start] {
    case .of("="): throw .foreignSymbol("=", advice: "write '=='", at: start..<offset)
    case .of("!"): throw .foreignSymbol("!", advice: "write 'not'", at: start..<offset)
    default: throw .strangeCharacter(text(start..<offset), at: start..<offset)
    }
  }

  /// What to write for a `[` that was read: `cpu.idle[10s]` looks back, `cpu[0]` does not.
  private var adviceOnBracket: StaticString {
    var end = offset
    while end < bytes.count, bytes[end].isDigit { end += 1 }
    return end > offset && end < bytes.count && bytes[end].isLetter
      ? "a look back is written 'avg(x over 10s)'" : "write '('"
  }

  /// What to write for a `:` that was read: in a curve, a time, a port, a URL, between the parts of a name.
  private var adviceOnColon: StaticString {
    if tokens.contains(where: { $0.isWord("curve") }) { return "the two sides of a curve's point are written 'x -> y'" }
    if byte() == .of("/"), byte(ahead: 1) == .of("/") {
      return "a URL stands behind 'http:', a key of a probe: write it below the metric's name, indented"
    }
    switch tokens.last?.form {
    case .number where byte().isDigit: return "times of day stand in quotes, as in 'time.between(\"22:30\", \"05:15\")'"
    case .symbol("("): return "a port stands alone, as in 'listener(443)'"
    case .name where byte().isNameStart: return "write '.'"
    default: return "texts with a ':' stand in quotes"
    }
  }

  /// Whether these bytes come next.
  private func follows(_ symbol: StaticString) -> Bool {
    var cursor = Cursor(at: offset)
    return cursor.take(symbol, in: bytes.span)
  }
}

/// The signs that are no operators.
private let punctuation = ["->", "(", ")", ","]

/// Operators of other languages and what is written for them here. The longer of two that begin alike comes first.
private let foreignSymbols: [(foreign: StaticString, advice: StaticString)] = [
  ("&&", "write 'and'"), ("&", "write 'and'"), ("||", "write 'or'"), ("|", "write 'or'"),
  ("===", "write '=='"), ("!==", "write '!='"), ("<>", "write '!='"), ("=<", "write '<='"),
  ("=>", "write '>=', or '->' between the two sides of a curve's point"), ("**", "write 'x * x'"),
  ("^", "write 'x * x'"), (":=", "write '=='"), ("?", "write 'if(condition, x, y)'"),
  (":", ""), ("[", ""), ("]", "write ')'"),
  ("{", "write '('"), ("}", "write ')'"), ("%", "'%' touches the number that it belongs to: '10%'"),
  (";", "remove it"), ("$", "names are written as they are, without a sign"),
  ("`", "names are written as they are, without quotes"),
  ("#", "comments stand outside of the quotes around an expression"),
]

extension Token {
  /// Whether a point that touches it begins a member.
  fileprivate var canHaveMembers: Bool {
    switch form {
    case .name, .member, .word: true
    case .symbol(let symbol): symbol == ")"
    case .number, .text, .end: false
    }
  }
}

extension UInt8 {
  /// A letter or `_`.
  var isNameStart: Bool { isLetter || self == .of("_") }
  /// A letter, a digit or `_`.
  var isNamePart: Bool { isNameStart || isDigit }
}
