// `metrics:`: names for what the rules talk about. All names are known before any expression is checked, so that they
// may stand in any order and in any file; a name whose definition is wrong is not complained about again at its uses.

import Diagnostics
import Language
import YAML

/// A name under `metrics:`.
struct MetricDeclaration {
  let name: PlacedText
  let section: Section
}

extension Loader {
  /// Makes the names known, and complains about wrong ones.
  func declareMetrics(in sections: [Section]) -> [MetricDeclaration] {
    var declared: [MetricDeclaration] = []
    var definitions: [(name: PlacedText, text: PlacedText, expression: Expression)] = []
    for section in sections {
      for (name, value) in section.named("metrics") {
        if let finding = checkName(name.text, in: scope) {
          complaints.add(finding, in: name)
          continue
        }
        if let first = declared.first(where: { $0.name.text == name.text }) {
          complaints.add(
            .duplicateMetric(name.text, at: name.range), in: name.source,
            notes: [.init("the other one is here", in: first.name.source, at: first.name.range)])
          continue
        }
        declared.append(MetricDeclaration(name: name, section: section))
        guard let text = definition(of: name, value, in: section) else {
          scope.poison(name.text)
          continue
        }
        do throws(Finding) {
          let expression = try Expression(parsing: text.text)
          scope.define(name.text, as: expression)
          definitions.append((name, text, expression))
        } catch {
          complaints.add(error, in: text)
          scope.poison(name.text)
        }
      }
    }
    for (name, text, expression) in definitions {
      let outcome = check(expression, expecting: .any, in: scope)
      for finding in outcome.findings { complaints.add(finding, in: text) }
      if outcome.checked == nil { scope.poison(name.text) }
    }
    return declared
  }

  /// The text of a definition; probes are mappings.
  private func definition(of name: PlacedText, _ value: Node, in section: Section) -> PlacedText? {
    switch value.content {
    case _ where value.isBroken:
      break
    case .scalar(let scalar) where !scalar.isEmpty:
      return PlacedText(scalar: scalar, source: section.source)
    case .scalar:
      complaints.add(.emptyValue(name.text, at: name.range), in: section.source)
    case .mapping:
      complaints.add(
        .notInThisVersion(
          "metric '\(name.text)' is a probe", hint: "write an expression over the metrics of the host", at: value.range),
        in: section.source)
    case .sequence:
      complaints.add(
        .wrongShape(of: "metric '\(name.text)'", expected: .expression(.any), found: value), in: section.source)
    }
    return nil
  }
}
