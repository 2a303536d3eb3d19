// The numbers of the language: digits, a fraction, a unit that touches them, `/s`. A duration may be composed: `1m30s`.

import Diagnostics
import Text

extension Lexer {
  /// Reads a literal; the offset is at its first digit.
  mutating func number() throws(Finding) -> Literal {
    let start = offset
    let number = try digits()
    let unitStart = offset
    while byte().isLetter || byte() == .of("%") { offset += 1 }
    let unit = text(unitStart..<offset)
    if unit.isEmpty { return try bare(number, from: start) }
    guard let entry = UnitEntry.named(unit) else { throw unknownUnit(unit, number: start..<unitStart) }
    if byte().isDigit { return try composed(number, entry, from: start) }
    guard byte() != .of("_") else { throw .malformedNumber(runOn(from: start), at: start..<offset) }
    let value = entry.baseUnits(of: number)
    guard value.isFinite else { throw .numberTooLarge(at: start..<offset) }
    guard try takePerSecond(from: start) else { return Literal(value: value, kind: entry.kind, isBare: false) }
    guard entry.kind == .bytes else { throw .rateOfUnit(text(start..<offset), at: start..<offset) }
    return Literal(value: value, kind: .bytesPerSecond, isBare: false)
  }

  /// What a number without a unit is, and what may not follow it.
  private mutating func bare(_ number: Double, from start: Int) throws(Finding) -> Literal {
    if try takePerSecond(from: start) { return Literal(value: number, kind: .perSecond, isBare: false) }
    guard byte() != .of("_") else { throw .malformedNumber(runOn(from: start), at: start..<offset) }
    let end = offset
    var look = self
    while look.byte().isBlank { look.offset += 1 }
    let unitStart = look.offset
    while look.byte().isLetter || look.byte() == .of("%") { look.offset += 1 }
    let unit = text(unitStart..<look.offset)
    if unitStart > end, !unit.isEmpty, !isOperatorWord(unit),
      let meant = UnitEntry.named(unit) != nil ? unit : UnitEntry.meant(by: unit)
    {
      throw .blankBeforeUnit(number: text(start..<end), unit: meant, at: start..<look.offset)
    }
    return Literal(value: number, kind: .number, isBare: true)
  }

  /// Digits with or without a fraction.
  private mutating func digits() throws(Finding) -> Double {
    let start = offset
    while byte().isDigit { offset += 1 }
    if byte() == .of(".") {
      offset += 1
      let fraction = offset
      while byte().isDigit { offset += 1 }
      guard offset > fraction, byte() != .of(".") else {
        throw .malformedNumber(runOn(from: start), at: start..<offset)
      }
    }
    guard let value = Double(text(start..<offset)), value.isFinite else { throw .numberTooLarge(at: start..<offset) }
    return value
  }

  /// The rest of a duration of which the first number and unit are read, from large units to small: `1m30s`.
  private mutating func composed(_ number: Double, _ first: UnitEntry, from start: Int) throws(Finding) -> Literal {
    var value = first.baseUnits(of: number)
    var last = first
    while byte().isDigit {
      let part = offset
      let number = try digits()
      let unitStart = offset
      while byte().isLetter || byte() == .of("%") { offset += 1 }
      let unit = text(unitStart..<offset)
      guard let entry = UnitEntry.named(unit) else {
        if unit.isEmpty { throw .composedWithoutUnit(text(start..<offset), at: part..<offset) }
        throw unknownUnit(unit, number: start..<unitStart)
      }
      guard entry.kind == .seconds, last.kind == .seconds, entry.scale < last.scale else {
        throw .badComposition(runOn(from: start), at: start..<offset)
      }
      value += entry.baseUnits(of: number)
      last = entry
    }
    guard value.isFinite else { throw .numberTooLarge(at: start..<offset) }
    return Literal(value: value, kind: .seconds, isBare: false)
  }

  /// Takes `/s` if it touches and is not the beginning of `/swap.used`.
  private mutating func takePerSecond(from start: Int) throws(Finding) -> Bool {
    guard byte() == .of("/") else { return false }
    var end = offset + 1
    while end < bytes.count, bytes[end].isNamePart { end += 1 }
    let word = text(offset + 1..<end)
    if secondWords.contains(word.lowercased()), end == bytes.count || bytes[end] != .of(".") {
      throw .rateInWords("/\(word)", rate: "\(text(start..<offset))/s", at: start..<end)
    }
    guard word == "s", end == bytes.count || bytes[end] != .of(".") else { return false }
    offset = end
    return true
  }

  /// Whatever touches, so that a message shows all of a number that is none.
  private mutating func runOn(from start: Int) -> String {
    while byte().isNamePart || byte() == .of(".") { offset += 1 }
    return text(start..<offset)
  }

  private mutating func unknownUnit(_ unit: String, number: Range<Int>) -> Finding {
    if let bytes = UnitEntry.bytes(forEight: unit), let bits = Double(text(number)) {
      return .unitOfBits(unit, bytes: plainText(bits / 8) + bytes, at: number.lowerBound..<offset)
    }
    // The exponent of `1e9` belongs to the mark.
    if unit.lowercased() == "e" { while byte().isDigit { offset += 1 } }
    return .unknownUnit(unit, number: text(number), meant: UnitEntry.meant(by: unit), at: number.lowerBound..<offset)
  }
}

/// What people write for the `s` of a rate.
private let secondWords = ["sec", "second", "seconds"]

/// Whether this word may follow an operand.
private func isOperatorWord(_ word: String) -> Bool { word == overWord || OperatorEntry.infix(word) != nil }
