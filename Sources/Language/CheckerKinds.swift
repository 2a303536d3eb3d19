// The rules of kinds: what operators and functions ask of their operands, and what they give.

import Diagnostics

extension Checker {
  /// What an expression has to be in its place.
  mutating func settle(_ draft: Draft, _ expectation: Expectation) -> Checked? {
    let kind: Kind
    switch expectation {
    case .any: kind = draft.natural
    case .condition: kind = .yesNo
    case .percent: kind = .percent
    case .number: kind = .number
    }
    if draft.kinds.contains(kind) { return Checked(kind: kind, term: draft.settled(as: kind)) }
    switch expectation {
    case .any: break
    case .condition: report(.conditionExpected(operand(draft)))
    case .percent: report(.percentExpected(operand(draft)))
    case .number: report(.numberExpected(operand(draft)))
    }
    return nil
  }

  /// `not x`, `-x`
  mutating func prefix(_ entry: OperatorEntry, _ draft: Draft, at range: Range<Int>) -> Draft? {
    let wanted: Kinds = entry.operation == .not ? .yesNo : .quantities
    guard let kinds = unify([draft], within: wanted, for: needs(entry)) else { return nil }
    let term = draft.settled(as: kinds.natural ?? .number)
    return compose(entry.operation == .not ? .not(term) : .negate(term), kinds, of: [draft], at: range)
  }

  /// Operands of operators of one precedence. A nil operand has been reported; the others are judged all the same.
  mutating func chain(_ links: [Link], _ operands: [Draft?], at range: Range<Int>) -> Draft? {
    let entry = links[0].entry
    let sound = operands.compactMap { $0 }
    switch entry.rule {
    case .conditions:
      guard let kinds = unify(sound, within: .yesNo, for: needs(entry)) else { return nil }
      let terms = sound.map { $0.term }
      return complete(
        operands, compose(entry.operation == .and ? .and(terms) : .or(terms), kinds, of: sound, at: range))
    case .ordered, .comparable:
      let wanted: Kinds = if case .comparable = entry.rule { [.quantities, .yesNo] } else { .quantities }
      guard let kinds = unify(sound, within: wanted, for: needs(entry)), sound.count == 2,
        case .compare(let comparison) = entry.operation
      else { return nil }
      let terms = settled(sound, kinds)
      return compose(.compare(comparison, terms[0], terms[1]), .yesNo, of: sound, at: range)
    case .common:
      guard let kinds = unify(sound, within: .quantities, for: needs(entry)) else { return nil }
      guard sound.count == operands.count else { return nil }
      if kinds == .percent { noteFractions(sound) { $0 == 1 } }
      let terms = settled(sound, kinds)
      let rest = zip(links, terms.dropFirst()).map { Addend(isSubtracted: $0.entry.operation == .subtract, term: $1) }
      return compose(.sum(terms[0], rest), kinds, of: sound, at: range)
    case .product, .quotient:
      return product(links, operands, at: range)
    }
  }

  /// `x * y / z`: from left to right, by the tables of products.
  private mutating func product(_ links: [Link], _ operands: [Draft?], at range: Range<Int>) -> Draft? {
    guard let first = operands[0] else { return nil }
    var kind = first.natural
    var isShareOfNumber = false
    var last = first
    for (link, operand) in zip(links, operands.dropFirst()) {
      guard let operand else { return nil }
      let isDivision = link.entry.operation == .divide
      if isDivision, case .constant(0, _) = operand.term.form {
        report(.divisionByZero(at: operand.range))
        return nil
      }
      guard let rule = productRule(kind, operand.natural, isDivision: isDivision) else {
        report(.productOfKinds(kind, operand.natural, isDivision: isDivision, at: link.range))
        return nil
      }
      isShareOfNumber = !isDivision && (last.isShare(of: operand) || operand.isShare(of: last))
      kind = rule.kind
      last = operand
    }
    let sound = operands.compactMap { $0 }
    let factors = zip(links, sound.dropFirst()).map {
      Factor(isDivisor: $0.entry.operation == .divide, term: $1.term)
    }
    var draft = compose(.product(first.term, factors), Kinds(kind), of: sound, at: range)
    draft?.isShareOfNumber = isShareOfNumber && kind == .percent
    return draft
  }

  /// `min`, `max`, `clamp`, `if`, `known`.
  mutating func call(_ entry: FunctionEntry, _ arguments: [Draft?], at range: Range<Int>) -> Draft? {
    let sound = arguments.compactMap { $0 }
    switch entry.function {
    case .known:
      return sound.first.flatMap { compose(.known($0.term), .yesNo, of: sound, at: range) }
    case .choose:
      var alternatives = sound
      if let condition = arguments[0] {
        alternatives.removeFirst()
        if unify([condition], within: .yesNo, for: "'if' needs a condition first") == nil { return nil }
      }
      guard let kinds = unify(alternatives, within: [.quantities, .yesNo], for: "'if' needs values"),
        sound.count == arguments.count
      else { return nil }
      let terms = settled(alternatives, kinds)
      return compose(.choose(sound[0].term, then: terms[0], otherwise: terms[1]), kinds, of: sound, at: range)
    case .least, .greatest, .clamp:
      guard let kinds = unify(sound, within: .quantities, for: "'\(entry.name)' needs quantities"),
        sound.count == arguments.count
      else { return nil }
      let terms = settled(sound, kinds)
      if entry.function == .least { return compose(.least(terms), kinds, of: sound, at: range) }
      if entry.function == .greatest { return compose(.greatest(terms), kinds, of: sound, at: range) }
      if case .constant(let low, _) = terms[1].form, case .constant(let high, _) = terms[2].form, high < low {
        report(.clampUpsideDown(at: sound[2].range))
        return nil
      }
      return compose(.clamp(terms[0], low: terms[1], high: terms[2]), kinds, of: sound, at: range)
    case .average, .rate, .curve:
      preconditionFailure("these have a syntax of their own")
    }
  }

  /// `avg(x over 30s)` and its siblings.
  mutating func window(
    _ function: WindowFunction, _ argument: Draft, _ length: Duration, at range: Range<Int>
  ) -> Draft? {
    let name = FunctionEntry.reading(function).name
    if function == .rate {
      let kinds: Kinds
      switch argument.natural {
      case .number: kinds = Kinds(.perSecond)
      case .bytes: kinds = Kinds(.bytesPerSecond)
      case .seconds: kinds = Kinds(.number)
      case .percent, .bytesPerSecond, .perSecond, .yesNo:
        report(.rateOfKind(operand(argument)))
        return nil
      }
      return compose(.window(.rate, argument.term, over: length), kinds, of: [argument], at: range)
    }
    guard let kinds = unify([argument], within: .quantities, for: "'\(name)' needs quantities") else { return nil }
    let term = argument.settled(as: kinds.natural ?? .number)
    return compose(.window(function, term, over: length), kinds, of: [argument], at: range)
  }

  /// `curve(x, a -> b, ...)`: the left sides are of the kind of x, the right sides of one kind of their own.
  mutating func curve(_ argument: Draft?, _ points: [PointSyntax], at range: Range<Int>) -> Draft? {
    let left = (argument.map { [$0] } ?? []) + points.map { draft($0.x.literal, at: $0.x.range) }
    let right = points.map { draft($0.y.literal, at: $0.y.range) }
    let across = unify(left, within: .quantities, for: "'curve' needs quantities")
    let up = unify(right, within: .quantities, for: "'curve' needs quantities")
    guard let argument, let across, let up else { return nil }
    for (before, after) in zip(points, points.dropFirst()) where after.x.literal.value <= before.x.literal.value {
      report(.pointsNotRising(at: after.x.range))
      return nil
    }
    let term = argument.settled(as: across.natural ?? .number)
    let curve = points.map { CurvePoint(x: $0.x.literal.value, y: $0.y.literal.value) }
    return compose(.curve(term, curve, up.natural ?? .number), up, of: [argument] + right, at: range)
  }

  // MARK: What is common

  private func needs(_ entry: OperatorEntry) -> String {
    if case .conditions = entry.rule { return "'\(entry.symbol)' needs conditions" }
    return "'\(entry.symbol)' needs quantities"
  }

  /// The kinds that all of these can have together, or nil once it has been reported that there is none. `reason` says who wants what.
  private mutating func unify(_ drafts: [Draft], within wanted: Kinds, for reason: String) -> Kinds? {
    var isSound = true
    for draft in drafts where draft.kinds.isDisjoint(with: wanted) {
      report(.kindUnsuited(operand(draft), because: reason))
      isSound = false
    }
    guard isSound else { return nil }
    var common = wanted
    var deciding: Draft?
    for draft in drafts where !draft.isBare {
      let rest = common.intersection(draft.kinds)
      if rest.isEmpty, let deciding {
        let marksOther = deciding.isLiteral && !draft.isLiteral
        report(
          .mixedKinds(operand(marksOther ? deciding : draft), with: operand(marksOther ? draft : deciding)))
        return nil
      }
      if rest != common || deciding == nil { deciding = draft }
      common = rest
    }
    guard let deciding else { return drafts.isEmpty ? wanted : Kinds(.number) }
    if common == .percent {
      noteShares(drafts)
      noteFractions(drafts) { $0 < 1 }
    }
    for draft in drafts where draft.isBare && common != .percent {
      guard common.contains(.number) else {
        report(.bareNumber(operand(draft), beside: operand(deciding, common)))
        return nil
      }
    }
    return drafts.contains { $0.isBare } && common != .percent ? Kinds(.number) : common
  }

  /// Warns of `load.1m > 50% * cpu.count` and `cpu.busy * cpu.count > 4`: the product is a percent, and so the other side is taken
  /// for one, which is hardly meant.
  private mutating func noteShares(_ drafts: [Draft]) {
    for product in drafts where product.isShareOfNumber {
      for other in drafts where other.isBare || other.kinds != .quantities && other.kinds.contains(.number) {
        report(.percentOfNumber(operand(product), beside: operand(other)))
      }
    }
  }

  /// Warns of `cpu.idle < 0.1`, which is a tenth of a percent, and of `1 - cpu.busy`, which begins with one percent: hardly
  /// meant.
  private mutating func noteFractions(_ drafts: [Draft], where isFraction: (Double) -> Bool) {
    for draft in drafts where draft.isBare {
      guard case .constant(let value, _) = draft.term.form, isFraction(value.magnitude) else { continue }
      report(.bareFraction(operand(draft), value))
    }
  }

  private func settled(_ drafts: [Draft], _ kinds: Kinds) -> [Term] {
    drafts.map { $0.settled(as: kinds.natural ?? .number) }
  }

  /// A draft of a form, if it has not grown too large.
  private mutating func compose(_ form: Form, _ kinds: Kinds, of parts: [Draft], at range: Range<Int>) -> Draft? {
    var size = 1
    var depth = 0
    for part in parts {
      size += part.size
      depth = max(depth, part.depth)
    }
    guard size <= largestExpansion else {
      report(.expansionTooLarge(at: range))
      return nil
    }
    return Draft(term: Term(form), kinds: kinds, range: range, size: size, depth: depth)
  }

  /// The draft, unless one of these was wrong.
  private func complete(_ operands: [Draft?], _ draft: Draft?) -> Draft? {
    operands.contains { $0 == nil } ? nil : draft
  }

  private func operand(_ draft: Draft, _ kinds: Kinds? = nil) -> Operand {
    Operand(text: text(draft.range), kinds: kinds ?? draft.kinds, term: draft.term, range: draft.range)
  }
}

extension Draft {
  /// Whether it is a number written out, here or under a name.
  fileprivate var isLiteral: Bool {
    if case .constant = term.form { return true }
    return false
  }

  /// Whether it is a percent, other than the 100% that makes a percent of a number, and the other one is a number that is
  /// measured.
  fileprivate func isShare(of other: Draft) -> Bool {
    if case .constant(100, _) = term.form { return false }
    return kinds == .percent && other.natural == .number && !other.isLiteral
  }
}
