// How the tests name a metric: as a rule file does, with "%" behind it where the percentage is wanted.

import Language

@testable import Metrics

/// The reference that `disk("sda").read`, `memory.used%` or `time.between("22:30", "05:15")` means.
func reference(_ text: String) -> MetricReference {
  var rest = Substring(text)
  let inPercent = rest.hasSuffix("%")
  if inPercent { rest = rest.dropLast() }
  for (place, source) in Catalogue.host.sources.enumerated() where rest.hasPrefix(source.name) {
    var tail = rest.dropFirst(source.name.count)
    var arguments = takeArguments(&tail)
    guard tail.hasPrefix(".") else { continue }
    let name = tail.dropFirst().prefix { $0 != "(" }
    tail = tail.dropFirst(1 + name.count)
    arguments += takeArguments(&tail)
    guard tail.isEmpty, let metric = source.metrics.firstIndex(where: { $0.name == name }) else { continue }
    return MetricReference(source: place, arguments: arguments, metric: metric, inPercent: inPercent)
  }
  fatalError("no metric \(text)")
}

/// Takes what stands in parentheses here, if anything does.
private func takeArguments(_ text: inout Substring) -> [Argument] {
  // What stands in quotes may have parentheses of its own.
  guard text.hasPrefix("("), let last = text.firstRange(of: text.hasPrefix("(\"") ? "\")" : ")") else { return [] }
  let inner = text[text.index(after: text.startIndex)..<text.index(before: last.upperBound)]
  text = text[last.upperBound...]
  return inner.split(separator: ", ").map { argument in
    Int(argument).map { .number($0) } ?? .text(String(argument.dropFirst().dropLast()))
  }
}

/// The name of a metric without arguments: `disk.read`.
func plainName(_ reference: MetricReference) -> String {
  let source = Catalogue.host.sources[reference.source]
  return "\(source.name).\(source.metrics[reference.metric].name)"
}

extension Readings {
  /// Readings of metrics by their names; values are kept for 3 seconds where nothing else is said.
  convenience init(
    _ names: [String], stale: Duration = .seconds(3), groups: ControlGroups = ControlGroups(),
    inheriting earlier: Readings? = nil
  ) {
    self.init(
      references: names.map(reference), stale: stale, pageSize: 4096, groups: groups, inheriting: earlier)
  }

  /// One sample in which every input has this text.
  func sample(_ text: String, at seconds: Double) {
    begin(at: .seconds(seconds))
    for input in inputs.indices { accept(input, Array(text.utf8).span) }
    finish()
  }

  /// One sample in which nothing can be read.
  func sample(failing absence: Absence, at seconds: Double) {
    begin(at: .seconds(seconds))
    for input in inputs.indices { fail(input, absence) }
    finish()
  }

  /// What is said of a reference that has no value in the latest sample.
  func reason(_ index: Int) -> String? {
    absence(of: index).map {
      "\(Roots().path(of: $0.input)): \($0.absence.text { $0 == 2 ? "no such file" : "errno \($0)" })"
    }
  }
}

extension KernelText {
  /// What becomes of these contents with a new text, of which only whole lines count; nothing where it is refused.
  func reading(_ text: String) -> Self? {
    var contents = self
    let bytes = Array(text.utf8)
    return contents.parse(bytes.span.extracting(0..<bytes.span.endOfLastLine)) ? contents : nil
  }
}
