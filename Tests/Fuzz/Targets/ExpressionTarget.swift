// Expressions: what is understood can be written, read again as the same, and computed with any values.

import Language
import Metrics

extension FuzzTarget {
  static let expression = FuzzTarget(name: "expression", largest: 4200) { bytes in
    guard let expression = try? Expression(parsing: String(decoding: bytes, as: UTF8.self)) else { return }
    let scope = Scope(catalogue: .host)
    for expectation in [Expectation.condition, .percent, .number, .any] {
      guard let checked = check(expression, expecting: expectation, in: scope).checked else { continue }
      var assembly = Assembly()
      let program = assembly.add(checked)
      let machine = Machine(assembly)
      for round in 0..<4 {
        let values = assembly.references.indices.map { odd[($0 + round) % odd.count] }
        machine.feed(values, at: .seconds(round * round))
        if let value = machine.run(program, values) { promise(value.isFinite, "a value is finite") }
      }
      let text = "\(checked)"
      // Names have become what they stand for, which may be longer than what a person may write.
      guard text.utf8.count < 4096, let again = try? Expression(parsing: text) else { continue }
      promise(check(again, expecting: expectation, in: scope).checked == checked, "'\(text)' reads as itself")
    }
  } seeds: {
    files(below: "Tests/Fixtures") { $0.hasSuffix("expressions.txt") || $0.hasSuffix("mistakes.txt") }
      .flatMap { $0.split(separator: 0x0A).map { Array($0) } }
  }

  private static let odd: [Double?] = [
    nil, 0, 1, -1, 100, 1e308, -1e308, .leastNonzeroMagnitude, 0.1, 86_400, .infinity, .nan,
  ]
}
