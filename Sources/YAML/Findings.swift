// All that this room has to say, in one place: what is wrong, and what to write instead.

import Diagnostics
import Text

/// The complaints about a file as YAML. The raw value is the `code` of the finding.
public enum YAMLCode: String, CaseIterable, Sendable {
  // The file as a whole.
  case fileTooLarge, emptyFile, onlyComments, utf16, notUTF8, controlCharacter
  // Limits within it.
  case tooDeep, tooManyValues
  // What YAML can and this program does not use.
  case tag, directive, secondDocument, complexKey, explicitKey
  // Keys and anchors.
  case duplicateKey, missingKey, longKey, unknownAnchor, aliasInItself, aliasName, anchorName
  // Characters that are not what they seem.
  case typographicQuote, invisibleCharacter, tabIndentation, reservedCharacter, blockHeader, escape
  // Quotes and brackets.
  case unclosedQuote, textAfterQuote, unclosedBracket, wrongBracket, textAfterBracket
  case missingComma, commaInValue, emptyItem, missingValue, leadingColon
  // Lines.
  case colonInValue, missingColon, missingBlank, wrongIndentation, missingDash, itemAmongKeys, listBehindKey,
    textAfterAlias
  case textAfterEnd
  // What libyaml says and we do not know, and no memory.
  case syntax, outOfMemory
}

/// The file as a whole, and its limits.
extension Finding {
  static func fileTooLarge() -> Finding {
    Finding(
      .fileTooLarge, "the file is larger than \(Limits.fileBytes) bytes", at: Limits.fileBytes..<Limits.fileBytes,
      hint: "cut it into fragments and name them under 'include:'")
  }

  static func emptyFile() -> Finding {
    Finding(.emptyFile, "the file is empty", at: 0..<0, hint: "it begins with a key, as in 'rules:'")
  }

  static func onlyComments(at place: Int) -> Finding {
    Finding(
      .onlyComments, "there is nothing but comments in the file", at: place..<place,
      hint: "it begins with a key, as in 'rules:'")
  }

  static func utf16() -> Finding {
    Finding(
      .utf16, "the file is UTF-16, expected UTF-8", at: 0..<0,
      hint: "save it as UTF-8, or convert it: iconv -f UTF-16 -t UTF-8")
  }

  static func notUTF8(_ byte: UInt8, at place: Int) -> Finding {
    Finding(
      .notUTF8, "byte 0x\(hexadecimal(UInt32(byte), digits: 2)) is not UTF-8", at: place..<place + 1,
      hint: byte < 0xA0
        ? "save the file as UTF-8"
        : "save the file as UTF-8; in Latin-1 this byte is '\(Character(Unicode.Scalar(byte)))'")
  }

  static func controlCharacter(_ value: UInt32, at range: Range<Int>) -> Finding {
    let hint =
      switch value {
      case 0: "this is not a text file, or a crash has cut it short"
      case 0x85, 0x2028, 0x2029: "end the line with a line feed"
      case 0xFEFF: "remove it: a byte order mark belongs to the start of a file"
      default: "remove it, or write it in double quotes as \"\\u\(hexadecimal(value, digits: 4))\""
      }
    return Finding(
      .controlCharacter, "control character U+\(hexadecimal(value, digits: 4))", at: range, hint: hint)
  }

  static func tooDeep(at range: Range<Int>) -> Finding {
    Finding(.tooDeep, "lists and mappings are nested more than \(Limits.levels) levels deep", at: range)
  }

  static func tooManyValues(at range: Range<Int>) -> Finding {
    Finding(
      .tooManyValues, "the file has more than \(Limits.values) values, those that aliases repeat included", at: range)
  }
}

/// What YAML can and this program does not use.
extension Finding {
  /// `text` is the tag and what follows it on the line. `canBeNot`: the value is a text, perhaps a condition.
  static func tag(_ text: String, canBeNot: Bool = true, at range: Range<Int>) -> Finding {
    var rest = text.utf8.dropFirst()
    while let first = rest.first, first.isBlank { rest = rest.dropFirst() }
    let isWord = rest.first.map { $0.isLetter || $0 == .of("_") || $0 == .of("(") } ?? false
    return Finding(
      .tag, "'!' begins a tag of YAML, which is not used here", at: range,
      hint: isWord && canBeNot
        ? "write 'not' for '!', as in 'not \(shortened(String(decoding: rest, as: UTF8.self)))'"
        : "remove the tag, or quote the value: \(quoted(text))")
  }

  static func directive(at range: Range<Int>) -> Finding {
    Finding(
      .directive, "a line that begins with '%' is a directive of YAML, which is not used here", at: range,
      hint: "remove the line")
  }

  static func secondDocument(at range: Range<Int>) -> Finding {
    Finding(
      .secondDocument, "a second document begins here, expected one in a file", at: range,
      hint: "remove the line, or make it a file of its own")
  }

  /// `what` is `list` or `mapping`.
  static func complexKey(_ what: String, isTemplate: Bool, at range: Range<Int>) -> Finding {
    Finding(
      .complexKey, "expected a key, found a \(what)", at: range,
      hint: isTemplate ? "is this a template that was never filled in?" : "quote the key if it is a text")
  }

  static func explicitKey(at range: Range<Int>, value: String) -> Finding {
    Finding(
      .explicitKey, "'? ' begins a key of several lines, which cannot stand here", at: range,
      hint: "remove the '?', or quote the value: \(quoted(value))")
  }
}

/// Keys and anchors.
extension Finding {
  static func duplicateKey(_ key: String, firstLine: Int, at range: Range<Int>) -> Finding {
    Finding(
      .duplicateKey, "duplicate key '\(shortened(key))', first used on line \(firstLine)", at: range,
      hint: "remove one of the two")
  }

  static func missingKey(at range: Range<Int>) -> Finding {
    Finding(
      .missingKey, "expected a key before ':'", at: range, hint: "write one, or quote the text if it begins with ':'")
  }

  static func longKey(at range: Range<Int>) -> Finding {
    Finding(
      .longKey, "a key and its ':' have to stand on one line, within 1024 characters", at: range)
  }

  static func unknownAnchor(_ name: String, at range: Range<Int>) -> Finding {
    Finding(
      .unknownAnchor, "no '&\(shortened(name))' stands before the alias '*\(shortened(name))'", at: range,
      hint: "quote the value if it is a text: \(quoted("*" + name))")
  }

  static func aliasInItself(_ name: String, at range: Range<Int>) -> Finding {
    Finding(
      .aliasInItself, "the alias '*\(shortened(name))' stands within its own anchor '&\(shortened(name))'", at: range,
      hint: "an alias repeats what its anchor holds, and cannot be a part of it")
  }

  static func aliasName(at range: Range<Int>, value: String) -> Finding {
    Finding(.aliasName, "'*' begins an alias of YAML", at: range, hint: "quote the value: \(quoted(value))")
  }

  static func anchorName(at range: Range<Int>, value: String) -> Finding {
    Finding(.anchorName, "'&' begins an anchor of YAML", at: range, hint: "quote the value: \(quoted(value))")
  }
}

/// Characters that are not what they seem.
extension Finding {
  static func typographicQuote(_ codePoint: CodePoint, at place: Int, value: String) -> Finding {
    Finding(
      .typographicQuote, "the typographic quote '\(character(codePoint.value))' is a letter to YAML",
      at: place..<place + codePoint.length, hint: "write straight quotes: \(quoted(value))")
  }

  static func invisibleCharacter(_ codePoint: CodePoint, at place: Int) -> Finding {
    let name = codePoint.value == 0xA0 ? "no-break space" : "invisible character"
    return Finding(
      .invisibleCharacter, "the \(name) U+\(hexadecimal(codePoint.value, digits: 4)) is a letter to YAML",
      at: place..<place + codePoint.length, hint: "write an ordinary blank")
  }

  static func tabIndentation(at place: Int) -> Finding {
    Finding(.tabIndentation, "a tab in the indentation", at: place..<place + 1, hint: "indent with blanks")
  }

  static func reservedCharacter(_ begin: String, at range: Range<Int>, value: String) -> Finding {
    let rest = String(value.dropFirst())
    let hint: String
    if begin == "%", !rest.isEmpty, rest.utf8.allSatisfy({ $0.isDigit }) {
      hint = "write '\(rest)%'"
    } else if begin == "`", rest.utf8.last == .of("`") {
      hint = "write it without these quotes: \(shortened(String(rest.dropLast())))"
    } else {
      hint = "quote the value: \(quoted(value))"
    }
    return Finding(.reservedCharacter, "a value cannot begin with '\(begin)'", at: range, hint: hint)
  }

  /// `sign` is `>` or `|`.
  static func blockHeader(_ sign: String, at range: Range<Int>, value: String) -> Finding {
    let operand = value.utf8.dropFirst().first { !$0.isBlank && $0 != .of("=") }
    let isComparison = sign == ">" && operand.map { $0.isDigit || $0 == .of(".") } == true
    return Finding(
      .blockHeader, "'\(sign)' begins a text of several lines", at: range,
      hint: isComparison
        ? "write before it what is compared, as in 'cpu.busy \(shortened(value))'"
        : "quote the value: \(quoted(value))")
  }

  static func escape(_ text: String, at range: Range<Int>) -> Finding {
    Finding(
      .escape, "unknown escape '\(shortened(text))'", at: range,
      hint: "write '\\\\' for a backslash, or use single quotes")
  }

  /// Half of a pair that writes one character of UTF-16, as JSON has them.
  static func surrogate(_ text: String, at range: Range<Int>) -> Finding {
    Finding(
      .escape, "the escape '\(shortened(text))' is half a character", at: range,
      hint: "write the character itself, or its number as '\\U0001F600'")
  }
}

/// Quotes and brackets.
extension Finding {
  static func unclosedQuote(_ quote: String, at place: Int) -> Finding {
    Finding(.unclosedQuote, "the quote is not closed", at: place..<place + 1, hint: "expected another \(quote)")
  }

  /// `isTight` says that no blank stands between the quote and the text.
  static func textAfterQuote(at range: Range<Int>, value: String, isTight: Bool) -> Finding {
    let bytes = Array(value.utf8)
    let hint: String
    if bytes.count > 2, bytes.first == bytes.last, isTight {
      // `'it's busy'`: the quotes around it are there, but not the right ones.
      hint = "write \(quoted(String(decoding: bytes[1..<bytes.count - 1], as: UTF8.self)))"
    } else {
      let plain = String(decoding: bytes.filter { $0 != bytes.first }, as: UTF8.self)
      hint = "quote all of the value, or nothing of it: \(shortened(plain))"
    }
    return Finding(.textAfterQuote, "text after the closing quote", at: range, hint: hint)
  }

  static func unclosedBracket(_ bracket: String, closing: String, at place: Int) -> Finding {
    Finding(.unclosedBracket, "'\(bracket)' is not closed", at: place..<place + 1, hint: "expected a '\(closing)'")
  }

  static func wrongBracket(_ bracket: String, found: String, expected: String, at place: Int) -> Finding {
    Finding(
      .wrongBracket, "'\(bracket)' is closed by '\(found)'", at: place..<place + 1, hint: "expected '\(expected)'")
  }

  static func textAfterBracket(_ bracket: String, at range: Range<Int>, value: String) -> Finding {
    Finding(
      .textAfterBracket, "text after the closing '\(bracket)'", at: range,
      hint: "quote the whole value: \(quoted(value))")
  }

  static func missingComma(closing: String, at range: Range<Int>) -> Finding {
    Finding(
      .missingComma, "expected ',' or '\(closing)'", at: range,
      hint: "write a comma between two values, or quote the value if it is one")
  }

  static func commaInValue(at range: Range<Int>, value: String) -> Finding {
    Finding(
      .commaInValue, "a comma ends a value within '{ }'", at: range,
      hint: "quote the value, \(quoted(value)), or write one key a line")
  }

  static func emptyItem(before found: String, at range: Range<Int>) -> Finding {
    Finding(
      .emptyItem, "expected a value before '\(found)'", at: range,
      hint: "remove a comma, or write an empty text as \"\"")
  }

  static func missingValue(_ key: String, at range: Range<Int>) -> Finding {
    Finding(
      .missingValue, "the key '\(shortened(key))' has no value", at: range,
      hint: "write '\(shortened(key)): ...'; a comma ends a value within '{ }'")
  }

  static func leadingColon(at range: Range<Int>, value: String) -> Finding {
    Finding(
      .leadingColon, "a colon beside a bracket or comma is a sign of YAML", at: range,
      hint: "quote the value: \(quoted(value))")
  }
}

/// Lines.
extension Finding {
  /// `tight` is the value with the blank left out, where that may have been meant.
  static func colonInValue(at place: Int, value: String, tight: String?) -> Finding {
    Finding(
      .colonInValue, "': ' within a value", at: place..<place + 1,
      hint: (tight.map { "write '\(shortened($0))' without the blank, or quote" } ?? "quote")
        + " the value: \(quoted(value))")
  }

  static func missingColon(after key: String, at range: Range<Int>, suggestion: String?) -> Finding {
    Finding(
      .missingColon, "expected ':' after the key '\(shortened(key))'", at: range,
      hint: suggestion.map { "did you mean '\(shortened($0))'?" }
        ?? "a line that goes on with the value above begins further right")
  }

  /// `sign` is `:` or `-`.
  static func missingBlank(after sign: String, at place: Int, suggestion: String) -> Finding {
    Finding(
      .missingBlank, "expected a blank after '\(sign)'", at: place..<place + 1,
      hint: "did you mean '\(shortened(suggestion))'?")
  }

  static func wrongIndentation(at range: Range<Int>) -> Finding {
    Finding(
      .wrongIndentation, "the indentation fits no line above", at: range,
      hint: "what belongs together begins in one column")
  }

  /// Columns count from 1. `isBelowDash` is set where the line begins below a dash instead of below what follows it.
  static func wrongIndentation(
    at range: Range<Int>, column: Int, like word: String, line: Int, isBelowDash: Bool = false
  ) -> Finding {
    Finding(
      .wrongIndentation, isBelowDash ? "a key below the '-' of a list" : "the indentation fits no line above",
      at: range,
      hint: "begin it in column \(column), as '\(shortened(word))' on line \(line)")
  }

  /// `column`, from 1, is where it would belong to the key `word` that the list belongs to.
  static func missingDash(at range: Range<Int>, suggestion: String, column: Int, like word: String?) -> Finding {
    let key = word.map { ", as '\(shortened($0))'" } ?? ""
    return Finding(
      .missingDash, "expected '- ' before the next value of the list", at: range,
      hint: "did you mean '- \(shortened(suggestion))'?\nwhat is not of the list begins in column \(column)\(key)")
  }

  static func itemAmongKeys(at range: Range<Int>) -> Finding {
    Finding(
      .itemAmongKeys, "expected a key, found a value of a list", at: range,
      hint: "write the key that the list belongs to above it, as in 'rules:'")
  }

  static func listBehindKey(at range: Range<Int>, value: String) -> Finding {
    Finding(
      .listBehindKey, "a list cannot begin behind a key", at: range,
      hint: "begin it on the next line, or quote the value: \(quoted(value))")
  }

  static func textAfterAlias(at range: Range<Int>) -> Finding {
    Finding(
      .textAfterAlias, "text after an alias or anchor", at: range,
      hint: "an alias stands for a whole value: write out what is meant")
  }

  /// `isAnnounced` says that a line `...` stands before it.
  static func textAfterEnd(isAnnounced: Bool, at range: Range<Int>) -> Finding {
    Finding(
      .textAfterEnd, isAnnounced ? "text behind '...', which ends the file" : "text behind the end of the file's value",
      at: range, hint: isAnnounced ? "remove the line '...'" : "a file is one mapping, as in 'rules:'")
  }

  /// What libyaml says, where we know nothing better.
  static func syntax(_ problem: String, _ context: String, at range: Range<Int>) -> Finding {
    Finding(
      .syntax, "not YAML: \(problem)\(context.isEmpty ? "" : " \(context)")", at: range,
      hint: "quote the value if it is a text")
  }

  static func outOfMemory(at place: Int) -> Finding {
    Finding(.outOfMemory, "out of memory", at: place..<place)
  }
}

extension Finding {
  private convenience init(_ code: YAMLCode, _ message: String, at range: Range<Int>, hint: String? = nil) {
    self.init(code: code.rawValue, message, at: range, hint: hint)
  }
}
