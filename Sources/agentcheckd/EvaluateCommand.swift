// `agentcheckd eval`: runs expressions over given values. It shows people and tests what the language does, and shows
// that both builds of this program do the same.

import Diagnostics
import Kernel
import Language
import Metrics
import Text

extension Command {
  static let evaluate = Command(
    "eval", operands: "[METRIC=VALUE]...", 0...1000,
    summary: "Evaluates the expressions that standard input has, one a line, over given values.",
    details: ["Metrics without a value are unknown. Values are numbers in base units."],
    example: "echo 'cpu.idle < 10' | agentcheckd eval cpu.idle=7.5",
    isHidden: true
  ) { invocation in
    var values: [String: Double] = [:]
    for operand in invocation.operands {
      guard let sign = operand.lastIndex(of: "="), let value = Double(operand[operand.index(after: sign)...]) else {
        return Console.complain("expected METRIC=VALUE, found '\(operand)'", hint: nil)
      }
      values[String(operand[..<sign])] = value
    }
    guard let input = StandardInput.readAll(limit: evaluationLimitBytes) else {
      return Console.fail("cannot read standard input, or it is too long")
    }
    for line in input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true) {
      Console.say(harmlessLines(evaluation(of: String(decoding: line, as: UTF8.self), values)))
    }
    return .success
  }
}

/// More than any corpus of expressions.
private let evaluationLimitBytes = 1 << 22

/// The expression in its canonical form, its kind and its value; or what is wrong with it.
private func evaluation(of text: String, _ values: [String: Double]) -> String {
  do throws(Finding) {
    let expression = try Expression(parsing: text)
    let outcome = check(expression, expecting: .any, in: Scope(catalogue: .host))
    guard let checked = outcome.checked else { return outcome.findings.map { shown($0, text) }.joined() }
    var assembly = Assembly()
    let program = assembly.add(checked)
    let machine = Machine(assembly, inheriting: nil)
    let given = assembly.references.map { values[$0.text(in: .host)] }
    machine.feed(given, at: .zero)
    let value = machine.run(program, given)
    return
      "\(checked) (\(checked.kind)) = \(value.map { "\($0)" } ?? "unknown") = \(valueText(value, kind: checked.kind))\n"
  } catch {
    return shown(error, text)
  }
}

private func shown(_ finding: Finding, _ text: String) -> String {
  render(Diagnostic(finding, in: Source(name: "eval", bytes: Array(text.utf8))), colour: false)
}
