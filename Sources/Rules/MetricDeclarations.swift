// `metrics:`: names for what the rules talk about. All names are known before any expression is checked, so that they
// may stand in any order and in any file; a name whose definition is wrong is not complained about again at its uses.

import Diagnostics
import Language
import Metrics
import YAML

/// A name that stands for an expression.
private struct Definition {
  let name: String
  let text: PlacedText
  let expression: Expression
}

extension Loader {
  /// Makes the names known, and complains about wrong ones. Gives those that are right, each once.
  func declareMetrics(in sections: [Section]) -> [(name: PlacedText, meaning: DeclaredMetric.Meaning)] {
    var declared: [(name: PlacedText, meaning: DeclaredMetric.Meaning)] = []
    var places: [String: PlacedText] = [:]
    var definitions: [Definition] = []
    for section in sections {
      if section.lacksNames { scope.mayLackNames = true }
      for (name, value) in section.named("metrics") {
        if let finding = checkName(name.text, in: scope) {
          complaints.add(finding, in: name)
          scope.poison(name.text)
          scope.mayLackNames = true
          continue
        }
        if let first = places[name.text] {
          complaints.add(
            .duplicateMetric(name.text, at: name.range), in: name.source,
            notes: [.init("the other one is here", in: first.source, at: first.range)])
          continue
        }
        places[name.text] = name
        if case .mapping = value.content {
          guard let probe = probe(name, value, in: section) else {
            scope.poison(name.text)
            continue
          }
          scope.define(probe: probe.shape)
          if probes.count == maximumProbeCount {
            complaints.add(.tooManyProbes(at: name.range), in: name.source)
          }
          probes.append(probe)
          declared.append((name, .probe(probe)))
          continue
        }
        guard let text = definition(of: name, value, in: section) else {
          scope.poison(name.text)
          continue
        }
        do throws(Finding) {
          let expression = try Expression(parsing: text.text)
          scope.define(name.text, as: expression)
          warnAboutWindows(of: expression, in: text)
          declared.append((name, .expression(expression.tidyText)))
          definitions.append(Definition(name: name.text, text: text, expression: expression))
        } catch {
          complaints.add(explained(error, text), in: text)
          scope.poison(name.text)
        }
      }
    }
    check(definitions)
    return declared
  }

  /// Checks definitions; where something is wrong with one, first those that it uses, so that a mistake is complained
  /// about once, where it was made. Without recursion: thousands of definitions may build on each other.
  private func check(_ definitions: [Definition]) {
    enum Progress { case new, waiting, done }
    var places: [String: Int] = [:]
    for (place, definition) in definitions.enumerated() { places[definition.name] = place }
    var progress = [Progress](repeating: .new, count: definitions.count)
    for place in definitions.indices {
      var open = [place]
      while let last = open.last {
        guard progress[last] != .done else {
          open.removeLast()
          continue
        }
        let outcome = Language.check(definitions[last].expression, expecting: .any, in: scope)
        if outcome.checked == nil, progress[last] == .new {
          progress[last] = .waiting
          let used = outcome.usedNames.compactMap { places[$0] }.filter { progress[$0] == .new }
          guard used.isEmpty else {
            open += used
            continue
          }
        }
        progress[last] = .done
        open.removeLast()
        complain(about: definitions[last], outcome)
      }
    }
  }

  private func complain(about definition: Definition, _ outcome: CheckOutcome) {
    for finding in outcome.findings { complaints.add(finding, in: definition.text) }
    warnAboutHost(of: definition.expression, nil, in: definition.text)
    if outcome.checked == nil { scope.poison(definition.name) }
  }

  /// The text of a definition.
  private func definition(of name: PlacedText, _ value: Node, in section: Section) -> PlacedText? {
    switch value.content {
    case _ where value.isBroken:
      break
    case .scalar(let scalar) where !scalar.isEmpty:
      return PlacedText(scalar: scalar, source: section.source)
    case .scalar:
      complaints.add(
        .emptyValue(
          name.text, standard: nil, isCommented: section.isCommented(behind: name.range), at: name.range),
        in: section.source)
    case .sequence, .mapping:
      complaints.add(
        .wrongShape(of: "metric '\(name.text)'", expected: .expression(.any), found: value), in: section.source)
    }
    return nil
  }
}

extension Section {
  /// Whether names that stand under `metrics:` cannot be known.
  fileprivate var lacksNames: Bool {
    guard let node = optionalNode("metrics") else { return false }
    if case .mapping = node.content { return node.isBroken }
    return true
  }
}
