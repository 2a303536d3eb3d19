// Every sentence about kinds: what does not go together, and how it would.

import Diagnostics
import Text

/// An operand as messages speak of it.
struct Operand {
  /// What was written.
  let text: String
  /// What it can be.
  let kinds: Kinds
  /// What it means so far.
  let term: Term
  /// Its place.
  let range: Range<Int>

  /// Whether it is a number written out, here or under a name.
  var isLiteral: Bool {
    if case .constant = term.form { true } else { false }
  }

  /// Whether it is a number under a name: its text says nothing about it.
  var isNamed: Bool { isLiteral && text.utf8.first { $0 != .of("(") && !$0.isBlank }?.isNameStart == true }

  /// The number that it is, in the base unit of its kind, as it can be written.
  var number: String {
    if case .constant(let value, _) = term.form { plainText(value) } else { text }
  }

  /// Whether it was multiplied or divided.
  var isComputed: Bool {
    if case .product = term.form { true } else { false }
  }

  /// Whether it was added to something.
  var isSum: Bool {
    if case .sum = term.form { true } else { false }
  }

  /// Whether its values are the heights of a curve.
  var isCurve: Bool {
    if case .curve = term.form { true } else { false }
  }

  /// A number without a unit as a percent, where it was written here and not under a name: '20%', '(20%)'.
  var inPercent: String? {
    guard text.utf8.allSatisfy({ !$0.isNameStart }), let last = text.utf8.lastIndex(where: { $0.isDigit }) else {
      return nil
    }
    return "\(text[...last])%\(text[text.index(after: last)...])"
  }

  /// The number of a literal, without its unit. Absent under a name, and in what is composed: `1m30s`.
  var digits: Substring? {
    let digits = text.prefix { $0.isNumber || $0 == "." }
    return digits.isEmpty || text.dropFirst(digits.count).utf8.contains { $0.isDigit } ? nil : digits
  }

  /// The same as a percent, where it is a product that is a plain number.
  var timesPercent: String { text.hasSuffix("* 100") ? "\(text)%" : "\(text) * 100%" }
}

extension Kind {
  /// As a sentence needs it: "a number", "bytes".
  var words: String {
    switch self {
    case .number, .percent: "a \(self)"
    case .perSecond: "a number \(self)"
    case .bytes, .seconds, .bytesPerSecond, .yesNo: "\(self)"
    }
  }
}

extension Kinds {
  /// As a sentence needs it, the natural kind first: "bytes or a percent".
  var words: String {
    if self == .quantities { return "a zero of any kind" }
    guard let natural else { return "nothing" }
    return natural != .percent && contains(.percent) ? "\(natural.words) or \(Kind.percent.words)" : natural.words
  }
}

extension Finding {
  static func mixedKinds(_ marked: Operand, with other: Operand) -> Finding {
    let message = "'\(marked.text)' is \(marked.kinds.words), '\(other.text)' is \(other.kinds.words)"
    for (one, another) in [(marked, other), (other, marked)] {
      if one.isLiteral, !one.isNamed, one.kinds == Kinds(.seconds), one.text.utf8.last == .of("m"),
        another.kinds.contains(.bytes) || another.kinds.contains(.bytesPerSecond)
      {
        let amount = "\(one.text.dropLast())M" + (another.kinds.contains(.bytes) ? "" : "B/s")
        return Finding(
          .minutesForMegabytes, message, at: marked.range,
          hint: "'\(one.text)' is a time: write '\(amount)' for megabytes")
      }
    }
    var hint: String?
    for (one, another) in [(marked, other), (other, marked)] {
      if one.kinds == .yesNo { return Finding(.mixedKinds, message, at: marked.range, hint: alone(one)) }
      if one.isLiteral, !another.isLiteral {
        hint = unit(instead: one, another.kinds)
      } else if another.kinds == .percent, !one.isLiteral {
        hint =
          one.kinds == Kinds(.number) && one.isComputed
          ? "write '\(one.timesPercent)' for a percent" : "'\(one.text)' cannot be asked in percent"
      }
    }
    return Finding(.mixedKinds, message, at: marked.range, hint: hint)
  }

  /// What to write for a literal with the wrong unit, if that can be guessed.
  private static func unit(instead literal: Operand, _ kinds: Kinds) -> String? {
    if literal.isNamed { return "define '\(literal.text)' as in '\(example(of: kinds))'" }
    guard let digits = literal.digits else { return nil }
    if kinds == Kinds(.number) { return "it has no unit here: write '\(digits)'" }
    if literal.kinds == Kinds(.bytesPerSecond), kinds.contains(.bytes), literal.text.hasSuffix("/s") {
      return "write '\(literal.text.dropLast(2))'"
    }
    if literal.kinds == Kinds(.bytes) {
      if kinds.contains(.bytesPerSecond) {
        return "write '\(literal.text)\(literal.text.utf8.last == .of("B") ? "" : "B")/s'"
      }
      if kinds.contains(.seconds), literal.text == "\(digits)M" { return "write '\(digits)m' for minutes" }
    }
    guard kinds == .percent else { return nil }
    // More than all of it is hardly meant.
    return digits.utf8.count <= 2 ? "write '\(digits)%'" : "as in '10%'"
  }

  /// What to do with a yes/no operand beside a number.
  private static func alone(_ operand: Operand) -> String {
    "'\(operand.text)' is a condition by itself; its opposite is 'not \(operand.text)'"
  }

  /// A number without a unit beside something that has one.
  static func bareNumber(_ literal: Operand, beside other: Operand) -> Finding {
    var choices: [String] = []
    let number = literal.number
    for kind in Kind.allCases where other.kinds.contains(kind) {
      switch kind {
      case .number, .yesNo: break
      case .percent: choices.append("10%")
      case .bytes: choices.append("\(number)M")
      case .seconds: choices += ["\(number)ms", "\(number)s"]
      case .bytesPerSecond: choices.append("\(number)MB/s")
      case .perSecond: choices.append("\(number)/s")
      }
    }
    // The percent is the alternative that is asked for, not what the number would be: '500M or 10%?'
    if choices.count > 1, choices[0] == "10%" { choices.append(choices.removeFirst()) }
    return Finding(
      .bareNumber, "'\(literal.text)' is a plain number, '\(other.text)' is \(other.kinds.words)", at: literal.range,
      hint: choices.isEmpty
        ? alone(other) : (literal.isNamed ? "define it with a unit: " : "") + choices.joined(separator: " or ") + "?")
  }

  static func kindUnsuited(_ operand: Operand, because reason: String) -> Finding {
    let hint =
      operand.kinds == .yesNo
      ? "'if(\(operand.text), x, y)' makes a value of a condition"
      : operand.isLiteral
        ? "each side is a condition of its own, as in 'x == 1 or x == 2'"
        : "compare it with something, as in '\(operand.text) < \(example(of: operand.kinds))'"
    return Finding(
      .kindUnsuited, "'\(operand.text)' is \(operand.kinds.words): \(reason)", at: operand.range, hint: hint)
  }

  static func conditionExpected(_ operand: Operand) -> Finding {
    Finding(
      .conditionExpected, "expected a condition, and '\(operand.text)' is \(operand.kinds.words)", at: operand.range,
      hint: operand.isLiteral
        ? operand.kinds == Kinds(.seconds)
          ? "how long it has to hold stands behind 'for:' or 'keep-for:'" : "as in 'cpu.idle < 10%'"
        : "compare it with something, as in '\(operand.text) < \(example(of: operand.kinds))'")
  }

  static func percentExpected(_ operand: Operand) -> Finding {
    let hint: String
    if operand.isLiteral {
      let isNumber = operand.kinds == Kinds(.number)
      hint =
        !isNumber
        ? "as in '20%'" : operand.inPercent.map { "write '\($0)'" } ?? "define it as a percent, as in '20%'"
    } else if operand.kinds == .yesNo {
      hint = "as in 'if(\(operand.text), 50%, 100%)'"
    } else if operand.isCurve {
      hint = "write percents behind '->', as in '0% -> 10%'"
    } else if operand.isComputed, operand.kinds == Kinds(.number) {
      hint = "write '\(operand.timesPercent)' if 1 is all of it"
    } else {
      hint = "as in 'curve(\(operand.text), 0 -> 100%, \(example(of: operand.kinds)) -> 10%)'"
    }
    return Finding(
      .percentExpected, "expected a percent, and '\(operand.text)' is \(operand.kinds.words)", at: operand.range,
      hint: hint)
  }

  static func numberExpected(_ operand: Operand) -> Finding {
    let hint: String
    if operand.isLiteral {
      hint = "as in '200'"
    } else if operand.kinds == .yesNo {
      hint = "as in 'if(\(operand.text), 50, 200)'"
    } else if operand.isCurve {
      hint = "write numbers behind '->', as in '0% -> 20'"
    } else if operand.kinds == .percent, operand.isComputed {
      hint = "write '\(operand.text) / 100%'"
    } else if operand.kinds == .percent {
      hint = "as in '\(operand.isSum ? "(\(operand.text))" : operand.text) / 100% * 200'"
    } else {
      hint = "as in 'curve(\(operand.text), 0 -> 200, \(example(of: operand.kinds)) -> 20)'"
    }
    return Finding(
      .numberExpected, "expected a number, and '\(operand.text)' is \(operand.kinds.words)", at: operand.range,
      hint: hint)
  }

  static func productOfKinds(_ left: Kind, _ right: Kind, isDivision: Bool, at range: Range<Int>) -> Finding {
    let hint: String? = isDivision && right == .percent ? "divide by a number: '0.5' for '50%'" : nil
    return Finding(
      .productOfKinds,
      isDivision
        ? "\(left.words) cannot be divided by \(right.words)"
        : "\(left.words) cannot be multiplied with \(right.words)",
      at: range, hint: hint)
  }

  static func rateOfKind(_ operand: Operand) -> Finding {
    Finding(
      .rateOfKind, "'rate' is of numbers, bytes and seconds, and '\(operand.text)' is \(operand.kinds.words)",
      at: operand.range)
  }

  static func divisionByZero(at range: Range<Int>) -> Finding {
    Finding(.divisionByZero, "a division by zero is never known", at: range)
  }

  static func percentOfNumber(_ product: Operand, beside other: Operand) -> Finding {
    Finding(
      .percentOfNumber, severity: .warning,
      "'\(product.text)' is a percent, and so '\(other.text)' is taken for one", at: product.range,
      hint: "if a number is meant, write '\(product.text) / 100%'")
  }

  static func bareFraction(_ literal: Operand, _ value: Double) -> Finding {
    Finding(
      .bareFraction, severity: .warning, "'\(literal.text)' beside a percent is \(plainText(value))%",
      at: literal.range,
      hint: "write '\(valueText(value * 100, kind: .percent))' for that share of the whole, or '\(plainText(value))%'")
  }

  private static func example(of kinds: Kinds) -> String {
    switch kinds.natural ?? .number {
    case .number, .yesNo: "10"
    case .percent: "10%"
    case .bytes: "500M"
    case .seconds: "30s"
    case .bytesPerSecond: "10MB/s"
    case .perSecond: "100/s"
    }
  }
}
