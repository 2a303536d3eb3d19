import TestSupport
import Testing

@testable import Language

/// Writes random expressions of a wanted kind, right by construction.
private struct Author {
  var random: SeededGenerator

  private mutating func pick<T>(_ choices: [T]) -> T { choices[Int.random(in: 0..<choices.count, using: &random)] }

  private mutating func length() -> String { pick(["100ms", "5s", "1m30s", "2h"]) }

  mutating func number(_ depth: Int) -> String {
    guard depth > 0 else {
      return pick(["queue", "load.1m", "cpu.count", "3", "0.25", "-7", "backlog", "time.hour", "limit"])
    }
    switch Int.random(in: 0..<9, using: &random) {
    case 0: return "\(number(depth - 1)) + \(number(depth - 1))"
    case 1: return "(\(number(depth - 1)) - (\(number(depth - 1))))"
    case 2: return "(\(number(depth - 1))) * (\(number(depth - 1)))"
    case 3: return "(\(bytes(depth - 1))) / (\(bytes(depth - 1)))"
    case 4: return "-(\(number(depth - 1)))"
    case 5: return "if(\(condition(depth - 1)), \(number(depth - 1)), \(number(depth - 1)))"
    case 6: return "clamp(\(number(depth - 1)), \(number(depth - 1)), queue)"
    case 7: return "avg(\(number(depth - 1)) over \(length()))"
    default: return "curve(\(percent(depth - 1)), -5 -> 3, 20% -> 0, 1000 -> -4.5)"
    }
  }

  mutating func percent(_ depth: Int) -> String {
    guard depth > 0 else { return pick(["cpu.idle", "cpu(2).idle", "12.5%", "idle", "disk(\"sda\").utilization"]) }
    switch Int.random(in: 0..<6, using: &random) {
    case 0: return "(\(percent(depth - 1)) - \(pick(["5", "5%", "0", "memory.used"])))"
    case 1: return "(\(number(depth - 1))) / cpu.count * 100%"
    case 2: return "min(\(percent(depth - 1)), root, 40)"
    case 3: return "max(\(percent(depth - 1)) over \(length()))"
    case 4: return "(\(percent(depth - 1))) * (\(percent(depth - 1)))"
    default: return "-(\(percent(depth - 1)))"
    }
  }

  mutating func bytes(_ depth: Int) -> String {
    guard depth > 0 else { return pick(["memory.used", "memory.total", "1.5G", "root", "3Mi", "12B"]) }
    switch Int.random(in: 0..<5, using: &random) {
    case 0: return "(\(bytes(depth - 1)) + 0 - memory.total)"
    case 1: return "(\(percent(depth - 1))) * (\(bytes(depth - 1)))"
    case 2: return "(\(bytes(depth - 1))) / (\(number(depth - 1)))"
    case 3: return "rate(\(bytes(depth - 1)) over \(length())) * 1m"
    default: return "swap.in * \(pick(["lag", "3h", "90s"]))"
    }
  }

  mutating func condition(_ depth: Int) -> String {
    guard depth > 0 else {
      return pick(["queue.ok", "sick", "lag > 1m", "memory.used > 10%", "load.1m > 4", "root < 5G"])
    }
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return "\(condition(depth - 1)) and \(condition(depth - 1))"
    case 1: return "(\(condition(depth - 1)) or \(condition(depth - 1)))"
    case 2: return "not (\(condition(depth - 1)))"
    case 3: return "\(number(depth - 1)) \(pick(["<", "<=", ">", ">=", "==", "!="])) \(number(depth - 1))"
    case 4: return "\(percent(depth - 1)) < \(percent(depth - 1))"
    case 5: return "\(bytes(depth - 1)) >= \(bytes(depth - 1))"
    case 6: return "known(\(number(depth - 1)))"
    default: return "(\(condition(depth - 1))) != (\(condition(depth - 1)))"
    }
  }
}

/// The definition of the language, written down as a walk over the form, with unknown as nil. Windows are not in it.
private func model(_ term: Term, _ value: (Metric) -> Double?) -> Double? {
  func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
  func of(_ term: Term) -> Double? { model(term, value) }
  switch term.form {
  case .constant(let number, _): return number
  case .metric(let metric): return value(metric).flatMap(finite)
  case .negate(let inner): return of(inner).map { -$0 }
  case .not(let inner): return of(inner).map { $0 == 0 ? 1 : 0 }
  case .known(let inner): return of(inner) == nil ? 0 : 1
  case .and(let terms):
    let all = terms.map(of)
    return all.contains { $0 == 0 } ? 0 : all.contains { $0 == nil } ? nil : 1
  case .or(let terms):
    let all = terms.map(of)
    return all.contains { $0 != nil && $0 != 0 } ? 1 : all.contains { $0 == nil } ? nil : 0
  case .compare(let comparison, let left, let right):
    guard let left = of(left), let right = of(right) else { return nil }
    switch comparison {
    case .less: return left < right ? 1 : 0
    case .lessOrEqual: return left <= right ? 1 : 0
    case .greater: return left > right ? 1 : 0
    case .greaterOrEqual: return left >= right ? 1 : 0
    case .equal: return left == right ? 1 : 0
    case .notEqual: return left != right ? 1 : 0
    }
  case .sum(let first, let rest):
    return rest.reduce(of(first)) { sum, addend in
      guard let sum, let term = of(addend.term) else { return nil }
      return finite(addend.isSubtracted ? sum - term : sum + term)
    }
  case .product(let first, let factors):
    var kind = first.kind
    var product = of(first)
    for factor in factors {
      let other = factor.term.kind
      let share = !factor.isDivisor && kind != .number && other != .number && (kind == .percent || other == .percent)
      if let left = product, let right = of(factor.term) {
        product = finite(factor.isDivisor ? left / right : share ? left * right / 100 : left * right)
      } else {
        product = nil
      }
      if factor.isDivisor {
        if other != .number { kind = .number }
      } else if kind == .number || kind == .percent && other != .number {
        kind = other
      } else if other == .seconds || kind == .seconds && other == .bytesPerSecond {
        kind = .bytes
      }
    }
    return product
  case .least(let terms):
    let all = terms.map(of)
    return all.contains { $0 == nil } ? nil : all.compactMap { $0 }.min()
  case .greatest(let terms):
    let all = terms.map(of)
    return all.contains { $0 == nil } ? nil : all.compactMap { $0 }.max()
  case .clamp(let term, let low, let high):
    guard let term = of(term), let low = of(low), let high = of(high) else { return nil }
    return min(max(term, low), high)
  case .choose(let condition, let then, let otherwise):
    return of(condition).flatMap { $0 != 0 ? of(then) : of(otherwise) }
  case .curve(let term, let points, _):
    guard let x = of(term) else { return nil }
    if x <= points[0].x { return points[0].y }
    for (left, right) in zip(points, points.dropFirst()) where x <= right.x {
      return finite(left.y + (right.y - left.y) * ((x - left.x) / (right.x - left.x)))
    }
    return points.last?.y
  case .window: return nil
  }
}

extension Term {
  fileprivate var hasWindow: Bool { description.contains(" over ") }
}

@Suite struct PropertyTests {
  static let seeds: [UInt64] = Array(1...40)

  /// SeededGenerator expressions of all kinds.
  private func texts(_ seed: UInt64) -> [(text: String, place: Language.Expectation, kind: Kind)] {
    var author = Author(random: SeededGenerator(seed: seed))
    return (0..<50).map { index in
      let depth = index % 6
      switch index % 4 {
      case 0: return (author.condition(depth), .condition, .yesNo)
      case 1: return (author.percent(depth), .percent, .percent)
      case 2: return (author.number(depth), .number, .number)
      default: return (author.bytes(depth), .any, .bytes)
      }
    }
  }

  @Test(arguments: seeds) func printAndParseAreInverse(_ seed: UInt64) throws {
    for (text, place, kind) in texts(seed) where text.utf8.count < longestExpression {
      let form = try checked(text, place)
      #expect(form.kind == kind && form.term.kind == kind, "\(text)")
      let again = try checked(form.description, place)
      #expect(again == form, "\(text)")
      #expect(again.hashValue == form.hashValue)
      #expect(again.description == form.description)
    }
  }

  @Test(arguments: seeds) func whatIsCheckedAlwaysEvaluates(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed ^ 0xABCD)
    let odd: [Double?] = [
      nil, 0, -0.0, 1, -1, 100, 1e308, -1e308, .leastNonzeroMagnitude, .infinity, -.infinity, .nan,
      .greatestFiniteMagnitude, 0.1,
    ]
    var assembly = Assembly()
    var all: [(form: Checked, program: Program)] = []
    for (text, place, _) in texts(seed) where text.utf8.count < longestExpression {
      let form = try checked(text, place)
      all.append((form, assembly.add(form)))
    }
    let machine = Machine(assembly)
    var now = Duration.seconds(1000)
    for _ in 0..<60 {
      now += .milliseconds(Int64.random(in: 0...20_000, using: &random))
      let values = assembly.references.map { _ -> Double? in
        Bool.random(using: &random)
          ? odd[Int.random(in: 0..<odd.count, using: &random)] : Double.random(in: 0...200, using: &random)
      }
      machine.feed(values, at: now)
      for (form, program) in all {
        let found = machine.run(program, values)
        if let found {
          #expect(found.isFinite)
          if form.kind == .yesNo { #expect(found == 0 || found == 1 || form.term.form.isMetric) }
        }
        #expect(machine.value(of: form.term, values) == found)
        _ = valueText(found, kind: form.kind)
        if form.kind == .yesNo { _ = explanation(of: form, in: machine, values) }
        guard !form.term.hasWindow else { continue }
        let expected = model(form.term) { metric in
          assembly.references.firstIndex(of: metric.reference).flatMap { values[$0] }
        }
        #expect(found == expected, "\(form)")
      }
    }
  }

  @Test(arguments: seeds) func anyBytesAreRefusedOrUnderstood(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let scope = try makeScope()
    let pieces = [
      "cpu.idle", "queue", "<", ">=", "10%", "5", "0", "500M", "1m30s", "/s", "and", "or", "not", "(", ")", ",", "avg",
      "over", "30s", "->", "curve", "-", "+", "*", "/", ".", "\"", "'", "ok", "\u{E9}", "\u{201C}", "\u{1}", " ", "%",
      "=",
      "1.", "_", "1e9", "load.1m", "filesystem(\"/\").used", "if(", "known(", "clamp(", "min(", "=>", "\n",
    ]
    for _ in 0..<500 {
      let text = (0..<Int.random(in: 0..<14, using: &random)).map { _ in
        pieces[Int.random(in: 0..<pieces.count, using: &random)] + (Bool.random(using: &random) ? " " : "")
      }.joined()
      let found = findings(text, in: scope)
      for finding in found {
        #expect(finding.range.lowerBound >= 0 && finding.range.upperBound <= text.utf8.count)
        #expect(LanguageCode(rawValue: finding.code) != nil)
        #expect(!finding.message.isEmpty)
      }
      if found.isEmpty {
        let form = try checked(text, in: scope)
        #expect(try checked(form.description, in: scope) == form)
      }
      _ = try? parseDuration(text)
      _ = checkName(text, in: scope)
    }
  }
}

extension Form {
  fileprivate var isMetric: Bool {
    if case .metric = self { return true }
    return false
  }
}
