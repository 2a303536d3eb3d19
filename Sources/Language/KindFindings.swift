// Every sentence about kinds: what does not go together, and how it would.

import Diagnostics

/// An operand as messages speak of it.
struct Operand {
  /// What was written.
  let text: String
  /// What it can be.
  let kinds: Kinds
  /// Whether it is a number written out.
  let isLiteral: Bool
  /// Its place.
  let range: Range<Int>
}

/// What to do with a yes/no metric beside a number.
private let aloneHint = "a yes/no metric is a condition by itself, as in 'queue.ok' and 'not queue.ok'"

extension Kinds {
  /// `bytes or percent`: the natural kind first.
  var words: String {
    if self == .quantities { return "a zero of any kind" }
    guard let natural else { return "nothing" }
    return natural != .percent && contains(.percent) ? "\(natural) or percent" : "\(natural)"
  }
}

extension Finding {
  static func mixedKinds(_ marked: Operand, with other: Operand) -> Finding {
    let message = "'\(marked.text)' is \(marked.kinds.words), '\(other.text)' is \(other.kinds.words)"
    for (one, another) in [(marked, other), (other, marked)] {
      if one.isLiteral, one.kinds == Kinds(.seconds), one.text.utf8.last == .of("m"),
        another.kinds.contains(.bytes) || another.kinds.contains(.bytesPerSecond)
      {
        let amount = "\(one.text.dropLast())M" + (another.kinds.contains(.bytes) ? "" : "B/s")
        return Finding(
          .minutesForMegabytes, message, at: marked.range,
          hint: "'\(one.text)' is a time: write '\(amount)' for megabytes")
      }
    }
    var hint: String?
    for (one, another) in [(marked, other), (other, marked)] where another.kinds == .percent && !one.isLiteral {
      hint =
        one.kinds == Kinds(.number)
        ? "a plain number becomes a percent by '* 100%'" : "'\(one.text)' cannot be asked in percent"
    }
    if marked.kinds == .yesNo || other.kinds == .yesNo { hint = aloneHint }
    return Finding(.mixedKinds, message, at: marked.range, hint: hint)
  }

  /// A number without a unit beside something that has one.
  static func bareNumber(_ literal: Operand, beside other: Operand) -> Finding {
    var choices: [String] = []
    for kind in Kind.allCases where other.kinds.contains(kind) {
      switch kind {
      case .number, .yesNo: break
      case .percent: choices.append("10%")
      case .bytes: choices.append("\(literal.text)M")
      case .seconds: choices.append("\(literal.text)s")
      case .bytesPerSecond: choices.append("\(literal.text)MB/s")
      case .perSecond: choices.append("\(literal.text)/s")
      }
    }
    // The percent is the alternative that is asked for, not what the number would be: '500M or 10%?'
    if choices.count > 1, choices[0] == "10%" { choices.append(choices.removeFirst()) }
    return Finding(
      .bareNumber, "'\(literal.text)' is a plain number, '\(other.text)' is \(other.kinds.words)", at: literal.range,
      hint: choices.isEmpty ? aloneHint : choices.joined(separator: " or ") + "?")
  }

  static func kindUnsuited(_ operand: Operand, because reason: String) -> Finding {
    let hint: String? =
      operand.kinds == .yesNo
      ? "'if(\(operand.text), x, y)' makes a value of a condition"
      : "compare it with something, as in '\(operand.text) < \(example(of: operand.kinds))'"
    return Finding(
      .kindUnsuited, "'\(operand.text)' is \(operand.kinds.words): \(reason)", at: operand.range, hint: hint)
  }

  static func conditionExpected(_ operand: Operand) -> Finding {
    Finding(
      .conditionExpected, "expected a condition, and '\(operand.text)' is \(operand.kinds.words)", at: operand.range,
      hint: "compare it with something, as in '\(operand.text) < \(example(of: operand.kinds))'")
  }

  static func percentExpected(_ operand: Operand) -> Finding {
    let hint: String? =
      operand.isLiteral && operand.kinds == Kinds(.number)
      ? "write '\(operand.text)%'"
      : operand.kinds == Kinds(.number)
        ? "a plain number becomes a percent by '* 100%'"
        : operand.kinds == .yesNo ? "as in 'if(\(operand.text), 50%, 100%)'" : nil
    return Finding(
      .percentExpected, "expected a percent, and '\(operand.text)' is \(operand.kinds.words)", at: operand.range,
      hint: hint)
  }

  static func numberExpected(_ operand: Operand) -> Finding {
    let hint: String? =
      operand.kinds == .yesNo
      ? "as in 'if(\(operand.text), 50, 100)'"
      : operand.kinds == .percent ? "as in '\(operand.text) / 100% * 200'" : nil
    return Finding(
      .numberExpected, "expected a number, and '\(operand.text)' is \(operand.kinds.words)", at: operand.range,
      hint: hint)
  }

  static func productOfKinds(_ left: Kind, _ right: Kind, isDivision: Bool, at range: Range<Int>) -> Finding {
    let hint: String? = isDivision && right == .percent ? "divide by a number: '0.5' for '50%'" : nil
    return Finding(
      .productOfKinds,
      isDivision ? "\(left) cannot be divided by \(right)" : "\(left) cannot be multiplied with \(right)",
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
      "'\(product.text)' is a percent, so '\(other.text)' is asked in percent as well", at: product.range,
      hint: "for half of a number write '0.5 * x' instead of '50% * x'")
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
