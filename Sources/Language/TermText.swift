// Checked forms as text: canonical, with every name written out, and such that reading it gives the same form again.

import Text

extension Checked: CustomStringConvertible {
  /// The canonical text: parentheses only where they are needed, literals with the unit that they were understood in. Reading it
  /// with the same expectation gives an equal form.
  public var description: String { term.description }
}

extension Term: CustomStringConvertible {
  /// The canonical text.
  public var description: String { text(atLeast: 0, named: false) }

  /// As the user speaks of it: with the names in `metrics:` that were used.
  public var shortText: String { text(atLeast: 0, named: true) }

  /// The same, in parentheses unless it is a single name, number or call.
  var enclosedText: String { text(atLeast: Int.max, named: true) }

  /// The kind of its value.
  public var kind: Kind {
    switch form {
    case .constant(_, let kind): kind
    case .metric(let metric): metric.kind
    case .negate(let term): term.kind
    case .not, .and, .or, .compare, .known: .yesNo
    case .sum(let first, _): first.kind
    case .product(let first, let factors): steps(first, factors).last?.kind ?? first.kind
    case .least(let terms), .greatest(let terms): terms[0].kind
    case .clamp(let term, _, _): term.kind
    case .choose(_, let then, _): then.kind
    case .curve(_, _, let kind): kind
    case .window(.rate, let term, _):
      term.kind == .bytes ? .bytesPerSecond : term.kind == .seconds ? .number : .perSecond
    case .window(.average, let term, _), .window(.least, let term, _), .window(.greatest, let term, _): term.kind
    }
  }

  /// The text, in parentheses if it is an operation that binds less tightly than this.
  private func text(atLeast precedence: Int, named: Bool) -> String {
    if named, let name { return name }
    switch form {
    case .constant(let value, let kind):
      return literalText(value, kind: kind)
    case .metric(let metric):
      return metric.text
    case .negate(let term):
      if case .constant = term.form {
        return chain(precedence, .negate) { _ in "-(\(term.text(atLeast: 0, named: named)))" }
      }
      return chain(precedence, .negate) { "-" + term.text(atLeast: $0, named: named) }
    case .not(let term):
      return chain(precedence, .not) { "not " + term.text(atLeast: $0, named: named) }
    case .and(let terms):
      return chain(precedence, .and) { own in
        terms.map { $0.text(atLeast: own + 1, named: named) }.joined(separator: " and ")
      }
    case .or(let terms):
      return chain(precedence, .or) { own in
        terms.map { $0.text(atLeast: own + 1, named: named) }.joined(separator: " or ")
      }
    case .compare(let comparison, let left, let right):
      return chain(precedence, .compare(comparison)) {
        "\(left.text(atLeast: $0 + 1, named: named)) \(comparison.symbol) \(right.text(atLeast: $0 + 1, named: named))"
      }
    case .sum(let first, let rest):
      return chain(precedence, .add) { own in
        rest.reduce(into: first.text(atLeast: own + 1, named: named)) {
          $0 += ($1.isSubtracted ? " - " : " + ") + $1.term.text(atLeast: own + 1, named: named)
        }
      }
    case .product(let first, let factors):
      return chain(precedence, .multiply) { own in
        factors.reduce(into: first.text(atLeast: own + 1, named: named)) {
          $0 += ($1.isDivisor ? " / " : " * ") + $1.term.text(atLeast: own + 1, named: named)
        }
      }
    case .least(let terms):
      return call(.least, terms, named)
    case .greatest(let terms):
      return call(.greatest, terms, named)
    case .clamp(let term, let low, let high):
      return call(.clamp, [term, low, high], named)
    case .choose(let condition, let then, let otherwise):
      return call(.choose, [condition, then, otherwise], named)
    case .known(let term):
      return call(.known, [term], named)
    case .curve(let term, let points, let kind):
      let across = term.kind
      let list = points.map { "\(literalText($0.x, kind: across)) -> \(literalText($0.y, kind: kind))" }
      return "curve(\(term.text(atLeast: 0, named: named)), \(list.joined(separator: ", ")))"
    case .window(let function, let term, let length):
      let length = literalText(length.inSeconds, kind: .seconds)
      return "\(FunctionEntry.reading(function).name)(\(term.text(atLeast: 0, named: named)) \(overWord) \(length))"
    }
  }

  /// An operation, in parentheses if something around it binds tighter. `write` is given its own precedence.
  private func chain(_ precedence: Int, _ operation: Operator, _ write: (Int) -> String) -> String {
    let own = OperatorEntry.of(operation).precedence
    return own < precedence ? "(\(write(own)))" : write(own)
  }

  private func call(_ function: Function, _ terms: [Term], _ named: Bool) -> String {
    for entry in functions where entry.function == function {
      return "\(entry.name)(\(terms.map { $0.text(atLeast: 0, named: named) }.joined(separator: ", ")))"
    }
    preconditionFailure("a function is missing in the table")
  }
}

/// What a product is after each of its factors: its kind, and whether this factor took a share or had one taken.
func steps(_ first: Term, _ factors: [Factor]) -> [(kind: Kind, isShare: Bool)] {
  var kind = first.kind
  return factors.map { factor in
    guard let rule = productRule(kind, factor.term.kind, isDivision: factor.isDivisor) else {
      preconditionFailure("a product that the checker should have refused")
    }
    kind = rule.kind
    return rule
  }
}

extension Comparison {
  /// How it is written.
  public var symbol: String { OperatorEntry.of(.compare(self)).symbol }
}

/// A literal of this value: in the unit that gives the shortest number of 1 or more, and exactly this value when it is read.
func literalText(_ value: Double, kind: Kind) -> String {
  switch kind {
  case .number, .yesNo: return plainText(value)
  case .perSecond: return plainText(value) + "/s"
  case .percent, .bytes, .seconds: return unitText(value, kind)
  case .bytesPerSecond:
    let text = unitText(value, .bytes)
    return text.utf8.last == .of("B") ? "\(text)/s" : "\(text)B/s"
  }
}

/// A value in the best of the units of a kind that has any.
private func unitText(_ value: Double, _ kind: Kind) -> String {
  var best: String?
  for entry in units.reversed() where entry.kind == kind && (value.magnitude >= entry.scale || entry.scale == 1) {
    let number = entry.scale < 1 ? value * (1 / entry.scale) : value / entry.scale
    guard entry.baseUnits(of: number) == value else { continue }
    let text = plainText(number) + entry.symbol
    if text.utf8.count < best?.utf8.count ?? Int.max { best = text }
  }
  return best ?? plainText(value)
}

/// A finite number in plain digits, as few as give it back exactly: `0.00001` and not `1e-05`, `5` and not `5.0`.
func plainText(_ value: Double) -> String {
  let shortest = Array("\(value.magnitude)".utf8)
  var digits: [UInt8] = []
  var pointAfter: Int?
  var exponent = 0
  var place = 0
  while place < shortest.count, shortest[place] != .of("e") {
    if shortest[place] == .of(".") { pointAfter = digits.count } else { digits.append(shortest[place]) }
    place += 1
  }
  if place < shortest.count { exponent = Int(String(decoding: shortest[(place + 1)...], as: UTF8.self)) ?? 0 }
  var point = (pointAfter ?? digits.count) + exponent
  while point < 1 {
    digits.insert(.of("0"), at: 0)
    point += 1
  }
  while digits.count < point { digits.append(.of("0")) }
  while digits.count > point, digits.last == .of("0") { digits.removeLast() }
  let fraction = digits.count > point ? "." + String(decoding: digits[point...], as: UTF8.self) : ""
  return (value < 0 ? "-" : "") + String(decoding: digits[..<point], as: UTF8.self) + fraction
}
