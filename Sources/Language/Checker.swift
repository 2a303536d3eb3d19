// The walk over a parsed expression that settles what everything means. What must have a common kind is settled in
// `CheckerKinds.swift`; here are names and the forms of the tree.

import Diagnostics
import Text

/// The most terms that an expression may have with the definitions of its names written out: as many as a single expression can
/// have, so that names which use names which use names twice each do not fill the memory.
public let largestExpansion = 4096

/// Checks one expression.
struct Checker {
  private enum Definition {
    case sound(Draft)
    case wrong
  }

  private let scope: Scope
  /// The text that ranges of nodes count in: the expression's, or the definition's while a name is looked into.
  private var text: [UInt8]
  /// The name that is being looked into and the place where the expression used it: where its mistakes are reported.
  private var use: (name: String, range: Range<Int>)?
  /// The names that are being looked into, from the outermost.
  private var path: [String] = []
  /// What is known of the names used so far: each is looked into once.
  private var definitions: [String: Definition] = [:]
  private var level = 0
  private var findings: [Finding] = []
  /// The names in `metrics:` used so far.
  private(set) var usedNames: [String] = []

  init(_ scope: Scope, _ expression: Expression) {
    self.scope = scope
    text = Array(expression.text.utf8)
  }

  /// What was found, from left to right.
  func sortedFindings() -> [Finding] {
    findings.enumerated().sorted {
      ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset)
    }.map { $0.element }
  }

  /// Takes a finding down; an error inside a definition at the place where its name was used.
  mutating func report(_ finding: Finding) {
    guard let use else { return findings.append(finding) }
    if finding.severity == .warning { return }  // said where the name is defined
    let isAboutName = finding.code == LanguageCode.cyclicDefinition.rawValue
    findings.append(
      Finding(
        code: finding.code, isAboutName ? finding.message : "in '\(use.name)': \(finding.message)", at: use.range,
        hint: finding.hint))
  }

  /// What was written there, for messages: the beginning of it, where it is long.
  func text(_ range: Range<Int>) -> String {
    let most = 40
    let whole = String(decoding: text[range], as: UTF8.self)
    return whole.unicodeScalars.count <= most ? whole : String(whole.unicodeScalars.prefix(most - 3)) + "..."
  }

  /// What a node is and can be; nil once a mistake has been reported, here or (a poisoned name) elsewhere.
  mutating func draft(_ node: Node) -> Draft? {
    switch node.syntax {
    case .literal(let literal):
      return draft(literal, at: node.range)
    case .reference(let reference):
      return draft(reference, at: node.range)
    case .group(let inner):
      guard var draft = nested(inner) else { return nil }
      draft.range = node.range
      return draft
    case .prefix(let entry, let operand):
      return nested(operand).flatMap { prefix(entry, $0, at: node.range) }
    case .chain(let first, let links):
      let operands = [draft(first)] + links.map { draft($0.operand) }
      return chain(links, operands, at: node.range)
    case .call(let entry, let arguments):
      return call(entry, arguments.map { nested($0) }, at: node.range)
    case .window(let function, let argument, let length):
      return nested(argument).flatMap { window(function, $0, length, at: node.range) }
    case .curve(let argument, let points):
      return curve(nested(argument), points, at: node.range)
    }
  }

  /// A literal. The kind of 0 is open, and so, in its way, is that of a number without a unit.
  func draft(_ literal: Literal, at range: Range<Int>) -> Draft {
    Draft(
      term: Term(.constant(literal.value, literal.kind)),
      kinds: literal.isZero ? .quantities : Kinds(literal.kind),
      range: range,
      isBare: literal.isBare && !literal.isZero)
  }

  /// A node one level deeper.
  private mutating func nested(_ node: Node) -> Draft? {
    guard level < deepestNesting else {
      report(.expansionTooDeep(at: node.range))
      return nil
    }
    level += 1
    defer { level -= 1 }
    guard var draft = draft(node) else { return nil }
    draft.depth += 1
    return draft
  }

  /// Something by name.
  private mutating func draft(_ reference: Reference, at range: Range<Int>) -> Draft? {
    let before = text[..<range.lowerBound].last { !$0.isBlank && !$0.isLineEnd }
    let written = String(decoding: text[range], as: UTF8.self)
    switch scope.resolve(reference, written, isDivisor: before == .of("/"), at: range) {
    case .wrong(let finding, let name):
      if let name { noteUse(of: name) }
      report(finding)
      return nil
    case .poisoned(let name):
      noteUse(of: name)
      return nil
    case .metric(let metric, let shape, let probe):
      if let probe { noteUse(of: probe) }
      return Draft(term: Term(.metric(metric)), kinds: shape.kinds, range: range)
    case .definition(let name, let expression):
      noteUse(of: name)
      guard var draft = definition(name, expression, at: range) else { return nil }
      guard level + draft.depth < deepestNesting else {
        report(.expansionTooDeep(at: range))
        return nil
      }
      draft.term = Term(draft.term.form, name: name)
      draft.range = range
      draft.depth += 1
      return draft
    }
  }

  private mutating func noteUse(of name: String) {
    if !usedNames.contains(name) { usedNames.append(name) }
  }

  /// What a name in `metrics:` stands for. Its kind is as open here as where it is defined: each use settles it anew.
  private mutating func definition(_ name: String, _ expression: Expression, at range: Range<Int>) -> Draft? {
    if let first = path.firstIndex(of: name) {
      report(.cyclicDefinition(path[first...] + [name], metric: scope.metric(endingIn: name), at: range))
      return nil
    }
    switch definitions[name] {
    case .sound(let draft): return draft
    case .wrong: return nil
    case nil: break
    }
    let outside = (text, use)
    use = use ?? (name, range)
    text = Array(expression.text.utf8)
    path.append(name)
    level += 1
    let draft = level <= deepestNesting ? draft(expression.root) : tooDeep(at: expression.root.range)
    level -= 1
    path.removeLast()
    (text, use) = outside
    definitions[name] = draft.map { .sound($0) } ?? .wrong
    return draft
  }

  private mutating func tooDeep(at range: Range<Int>) -> Draft? {
    report(.expansionTooDeep(at: range))
    return nil
  }
}
