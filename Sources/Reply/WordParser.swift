// The words of a reply as people write them in a rule file: `50% maxconn:30, drain`. What passes here is understood by every
// HAProxy since 2.2 exactly as it is meant (`tcpcheck_agent_expect_reply` in its `tcpcheck.c`); everything else is a mistake,
// also where HAProxy would not complain but skip a word.

import Text

/// The words of a text, each with its place, and every mistake in it.
public struct ParsedWords: Equatable, Sendable {
  /// What is said, as far as it could be understood.
  public private(set) var words = Words()
  /// Everything wrong, in the order of the text. The words are to be used only if this is empty.
  public private(set) var mistakes: [WordMistake] = []
  private var places: [(thing: Things, range: Range<Int>)] = []

  /// Where a thing (one, not several) is spoken of, as bytes of the text.
  public func range(of thing: Things) -> Range<Int>? {
    for place in places where place.thing == thing { return place.range }
    return nil
  }

  /// Reads a text. Words are separated by blanks, tabs, commas and line ends, and their case does not matter.
  public init(_ text: String) {
    let bytes = Array(text.utf8)
    var tokens = Self.tokens(of: bytes)[...]
    while let token = tokens.popFirst() {
      let next = tokens.first.map { bytes[$0] }
      if take(token, of: bytes, before: next) { tokens.removeFirst() }
    }
    if let sign = bytes.firstIndex(of: .of("#")) {
      mistakes.append(WordMistake(.commentSign, at: sign..<bytes.count))
    } else if places.isEmpty, mistakes.isEmpty {
      mistakes.append(WordMistake(.empty, at: 0..<bytes.count))
    }
  }

  /// Compares what is understood, not how it was spelled.
  public static func == (one: ParsedWords, other: ParsedWords) -> Bool {
    one.words == other.words && one.mistakes == other.mistakes
  }

  /// The words before a `#`.
  private static func tokens(of bytes: [UInt8]) -> [Range<Int>] {
    var tokens: [Range<Int>] = []
    var start: Int?
    for (index, byte) in bytes.enumerated() {
      let separates = byte.isBlank || byte.isLineEnd || byte == .of(",")
      if separates || byte == .of("#"), let begun = start {
        tokens.append(begun..<index)
        start = nil
      }
      if byte == .of("#") { return tokens }
      if !separates, start == nil { start = index }
    }
    if let start { tokens.append(start..<bytes.count) }
    return tokens
  }

  /// Understands one word. True if the word after it belongs to the same mistake: `maxconn: 30`, `50 %`.
  private mutating func take(_ range: Range<Int>, of bytes: [UInt8], before next: ArraySlice<UInt8>?) -> Bool {
    let word = bytes[range]
    let spelling = String(decoding: word.map { $0.lowercased }, as: UTF8.self)
    if let state = Self.administrativeWords.first(where: { $0.description == spelling }) {
      if isFirst(of: .administrative, at: range) { words.administrative = state }
    } else if let state = Self.healthWords.first(where: { $0.description == spelling }) {
      if isFirst(of: .health, at: range) { words.health = state }
    } else if spelling.hasPrefix("maxconn") {
      return takeMaxconn(range, number: word.dropFirst("maxconn".utf8.count), before: next)
    } else if spelling.hasPrefix("weight") {
      let number = word.drop { !$0.isDigit }.prefix { $0.isDigit }
      if number.isEmpty, let next, next.first?.isDigit == true {
        blame(.absoluteWeight(percent: Self.percent(next.prefix { $0.isDigit })), range.lowerBound..<next.endIndex)
        return true
      }
      blame(.absoluteWeight(percent: Self.percent(number)), range)
    } else if let first = word.first(where: { $0 != .of("-") && $0 != .of("+") }), first.isDigit || first == .of(".") {
      return takeNumber(range, word, before: next)
    } else {
      blame(.unknownWord(String(decoding: word, as: UTF8.self), suggestion: Self.suggestion(for: spelling)), range)
    }
    return false
  }

  private mutating func takeMaxconn(
    _ range: Range<Int>, number: ArraySlice<UInt8>, before next: ArraySlice<UInt8>?
  ) -> Bool {
    let digits = number.dropFirst()
    if number.first == .of(":"), !digits.isEmpty, digits.allSatisfy({ $0.isDigit }) {
      let value = Self.value(digits) ?? Int.max
      if value == 0 {
        blame(.zeroMaxconn, range)
      } else if value > Words.maxconnRange.upperBound {
        blame(.maxconnTooLarge, range)
      } else if isFirst(of: .maxconn, at: range) {
        words.maxconn = value
      }
      return false
    }
    if digits.isEmpty, let next, next.allSatisfy({ $0.isDigit }) {
      blame(.malformedMaxconn(number: Self.connections(next)), range.lowerBound..<next.endIndex)
      return true
    }
    blame(.malformedMaxconn(number: Self.connections(number.drop { !$0.isDigit })), range)
    return false
  }

  private mutating func takeNumber(
    _ range: Range<Int>, _ word: ArraySlice<UInt8>, before next: ArraySlice<UInt8>?
  ) -> Bool {
    let digits = word.prefix { $0.isDigit }
    let rest = word.dropFirst(digits.count)
    if rest.elementsEqual("%".utf8) {
      if let percent = Self.percent(digits) {
        if isFirst(of: .weight, at: range) { words.weightPercent = percent }
      } else {
        blame(.percentTooLarge, range)
      }
    } else if rest.isEmpty {
      let belongs = next?.elementsEqual("%".utf8) == true
      let end = belongs ? next?.endIndex ?? range.upperBound : range.upperBound
      blame(.bareNumber(percent: Self.percent(digits)), range.lowerBound..<end)
      return belongs
    } else if word.first == .of("-") {
      blame(.negativePercent, range)
    } else if let nearest = Self.nearestPercent(word) {
      blame(.fractionalPercent(nearest: nearest), range)
    } else {
      let suggestion = Self.percent(word.drop { !$0.isDigit }.prefix { $0.isDigit }).map { "\($0)%" }
      blame(.unknownWord(String(decoding: word, as: UTF8.self), suggestion: suggestion), range)
    }
    return false
  }

  /// Notes that a thing is spoken of; false, and a mistake, if it was before.
  private mutating func isFirst(of thing: Things, at range: Range<Int>) -> Bool {
    if let first = self.range(of: thing) {
      blame(.saidTwice(thing, first: first), range)
      return false
    }
    places.append((thing, range))
    return true
  }

  private mutating func blame(_ fact: WordMistake.Fact, _ range: Range<Int>) {
    mistakes.append(WordMistake(fact, at: range))
  }

  private static let administrativeWords: [Administrative] = [.ready, .drain, .maint]
  private static let healthWords: [Health] = [.up, .stopped, .fail, .down]

  /// The word that was probably meant: a longer form of it (`maintenance`, `failed`), or its letters mixed up.
  private static func suggestion(for spelling: String) -> String? {
    let known = administrativeWords.map { $0.description } + healthWords.map { $0.description }
    let shortestStem = 4  // so that `update` is not taken for `up`
    return known.first { $0.utf8.count >= shortestStem && spelling.hasPrefix($0) }
      ?? known.first { spelling.utf8.count >= shortestStem && $0.hasPrefix(spelling) }
      ?? closest(to: spelling, among: known)
  }

  private static func value(_ digits: ArraySlice<UInt8>) -> Int? { Int(String(decoding: digits, as: UTF8.self)) }

  private static func percent(_ digits: ArraySlice<UInt8>) -> Int? {
    value(digits).flatMap { Words.weightRange.contains($0) ? $0 : nil }
  }

  private static func connections(_ digits: ArraySlice<UInt8>) -> Int? {
    value(digits).flatMap { Words.maxconnRange.contains($0) ? $0 : nil }
  }

  /// `50.5%`, `50.5`, `.5%`: the whole percentage nearest to it.
  private static func nearestPercent(_ word: ArraySlice<UInt8>) -> Int? {
    let number = word.last == .of("%") ? word.dropLast() : word
    guard number.contains(.of(".")), number.allSatisfy({ $0.isDigit || $0 == .of(".") }),
      let value = Double("0" + String(decoding: number, as: UTF8.self)), value < Double(Words.weightRange.upperBound)
    else { return nil }
    return Int(value.rounded())
  }
}
