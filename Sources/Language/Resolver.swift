// From a reference to what it means: a definition in `metrics:`, a metric of the catalogue, or a finding with the best guess
// at what was meant.

import Diagnostics
import Text

extension Scope {
  /// What a reference means.
  enum Resolution {
    /// A name in `metrics:` that stands for this expression.
    case definition(String, Expression)
    /// A name in `metrics:` that has been reported as wrong.
    case poisoned(String)
    /// Something measured: the user's name of the probe, if it is one.
    case metric(Metric, MetricShape, probe: String?)
    /// A mistake; the name in `metrics:` that it begins with, if it does.
    case wrong(Finding, name: String?)
  }

  /// Looks a reference up. `text` is how it was written, `range` its place; `isDivisor` says that something is divided by it.
  func resolve(
    _ reference: Reference, _ text: String, isDivisor: Bool = false, at range: Range<Int>
  ) -> Resolution {
    switch meanings[reference.name] {
    case .expression(let expression):
      guard reference.parts.isEmpty else {
        return .wrong(.memberOfName(reference.name, at: range), name: reference.name)
      }
      return .definition(reference.name, expression)
    case .poisoned where reference.parts.isEmpty || !isBuiltInWord(reference.name):
      return .poisoned(reference.name)
    case .source(let index):
      return metric(of: index, reference.parts[...], text, at: range, probe: reference.name)
    case .poisoned, nil:
      guard let (index, rest) = source(of: reference) else {
        return unknown(reference, text, isDivisor: isDivisor, at: range).map { .wrong($0, name: nil) }
          ?? .poisoned(reference.name)
      }
      return metric(of: index, rest, text, at: range, probe: nil)
    }
  }

  /// The built-in source whose name is the longest beginning of the reference, and what follows it.
  private func source(of reference: Reference) -> (index: Int, rest: ArraySlice<Reference.Part>)? {
    var name = reference.name
    var found = builtInSource(name).map { (index: $0, rest: reference.parts[...]) }
    for (place, part) in reference.parts.enumerated() {
      guard case .member(let member) = part else { break }
      name += ".\(member)"
      if let index = builtInSource(name) { found = (index, reference.parts[(place + 1)...]) }
    }
    return found
  }

  /// What comes behind a source: its argument, the metric, the metric's argument.
  private func metric(
    of index: Int, _ parts: ArraySlice<Reference.Part>, _ text: String, at range: Range<Int>, probe: String?
  ) -> Resolution {
    let source = catalogue.sources[index]
    var rest = parts
    let sourceArguments = takeArguments(&rest)
    var members: [String] = []
    while case .member(let member)? = rest.first {
      members.append(member)
      rest.removeFirst()
    }
    let name = members.joined(separator: ".")
    let metricArguments = takeArguments(&rest)
    let written = ArgumentReading(source: source, given: sourceArguments)

    if let finding = written.finding(
      source.argument, of: source.name, sourceArguments, suffix: name.isEmpty ? suffix(source) : ".\(name)", at: range)
    {
      // `filesystem.used("/var")`: the argument is there, in the wrong place.
      let moved = source.name + argumentText(metricArguments) + ".\(name)"
      let isMoved = sourceArguments == nil && metricArguments != nil
      return .wrong(
        isMoved ? .argumentMissing(source.name, suggestion: moved, at: range) : finding, name: probe)
    }
    guard let place = source.metrics.firstIndex(where: { $0.name == name }) else {
      return .wrong(unknownMember(of: source, name, written, text, at: range), name: probe)
    }
    let shape = source.metrics[place]
    let path = written.prefix + (name.isEmpty ? "" : ".\(name)")
    if let finding = written.finding(shape.argument, of: path, metricArguments, suffix: "", at: range) {
      return .wrong(finding, name: probe)
    }
    guard rest.isEmpty else {
      return .wrong(
        .unknownMetric(text, hint: "did you mean '\(path)\(argumentText(metricArguments))'?", at: range), name: probe)
    }
    let reference = MetricReference(
      source: index, arguments: (sourceArguments ?? []) + (metricArguments ?? []), metric: place, inPercent: false)
    let metric = Metric(reference: reference, kind: shape.kind, text: path + argumentText(metricArguments))
    return .metric(metric, shape, probe: probe)
  }

  private func takeArguments(_ parts: inout ArraySlice<Reference.Part>) -> [Argument]? {
    guard case .arguments(let arguments, _)? = parts.first else { return nil }
    parts.removeFirst()
    return arguments
  }

  /// The metric to show in an example of a source: the first one that has a name.
  private func suffix(_ source: SourceShape) -> String {
    source.metrics.first { !$0.name.isEmpty }.map { ".\($0.name)" } ?? ""
  }
}

/// What stands in the parentheses behind a source, as messages and canonical texts need it.
struct ArgumentReading {
  let source: SourceShape
  let given: [Argument]?

  /// The source with what was written in its parentheses.
  var prefix: String { source.name + argumentText(given) }

  /// The source as it should look: with an example of an argument where it needs one and has none.
  var example: String { given == nil ? source.name + exampleText(source.argument) : prefix }

  /// What is wrong with these arguments of `owner`, or nil. `suffix` is what follows them in a suggestion.
  func finding(
    _ shape: ArgumentShape, of owner: String, _ arguments: [Argument]?, suffix: String, at range: Range<Int>
  ) -> Finding? {
    let suggestion = owner + exampleText(shape) + suffix
    guard let arguments else {
      switch shape {
      case .none, .number(_, optional: true): return nil
      case .number(_, optional: false), .text, .name, .path, .numberOrText:
        return .argumentMissing(owner, suggestion: suggestion, at: range)
      case .times: return .timesWrong(owner, suggestion: suggestion, at: range)
      }
    }
    switch shape {
    case .none:
      return .argumentUnwanted(owner, suggestion: owner + suffix, at: range)
    case .number(let label, _):
      if arguments.count == 1, case .number = arguments[0] { return nil }
      var number = "0"
      if case .text(let text)? = arguments.first, Int(text) != nil { number = text }
      return .argumentWrong(
        owner, wants: "one whole number (\(label))", suggestion: "\(owner)(\(number))\(suffix)", at: range)
    case .text(let label, _):
      return textFinding(label, of: owner, arguments, suggestion, at: range)
    case .name(let label, _):
      guard arguments.count == 1, case .text(let name) = arguments[0], name.utf8.first == .of("/") else {
        return textFinding(label, of: owner, arguments, suggestion, at: range)
      }
      let last = name.split(separator: "/").last.map { String($0) } ?? "nginx"
      return .argumentWrong(
        owner, wants: "a name without its path", suggestion: "\(owner)\(argumentText([.text(last)]))\(suffix)",
        at: range)
    case .path(let label, _):
      guard arguments.count == 1, case .text(let path) = arguments[0], !path.isEmpty else {
        return .argumentWrong(owner, wants: "one path in quotes (\(label))", suggestion: suggestion, at: range)
      }
      return path.utf8.first == .of("/") ? nil : .pathNotFromRoot(owner, path, at: range)
    case .numberOrText(let label, _):
      if arguments.count == 1 {
        guard case .text(let text) = arguments[0] else { return nil }
        if text.utf8.first == .of("/") || text.utf8.first == .of("@") { return nil }
        // "80", "127.0.0.1:80"
        let end = text.utf8.split(separator: .of(":")).last.flatMap { Int(Substring($0)) }
        if let end, end > 0 {
          return .argumentWrong(
            owner, wants: "a port alone", suggestion: "\(owner)(\(end))\(suffix)", at: range)
        }
      }
      return .argumentWrong(
        owner, wants: "one number or one absolute path in quotes (\(label))", suggestion: suggestion, at: range)
    case .times:
      if arguments.count == 2, arguments.allSatisfy({ $0.isTimeOfDay }) { return nil }
      return .timesWrong(owner, suggestion: suggestion, at: range)
    }
  }
}

extension ArgumentReading {
  /// What is wrong with arguments that have to be one text.
  private func textFinding(
    _ label: StaticString, of owner: String, _ arguments: [Argument], _ suggestion: String, at range: Range<Int>
  ) -> Finding? {
    if arguments.count == 1, case .text(let text) = arguments[0], !text.isEmpty { return nil }
    if arguments.count == 1, case .number(let number) = arguments[0] {
      return .unquotedArgument(owner, "\(number)", at: range)
    }
    return .argumentWrong(owner, wants: "one text in quotes (\(label))", suggestion: suggestion, at: range)
  }
}

/// What a message shows in the parentheses of something that needs an argument.
private func exampleText(_ shape: ArgumentShape) -> String {
  switch shape {
  case .none, .number(_, optional: true): ""
  case .number(_, optional: false): "(0)"
  case .text(_, let example), .name(_, let example), .path(_, let example): "(\"\(example)\")"
  case .numberOrText(_, let example): "(\(example))"
  case .times: "(\"22:30\", \"05:15\")"
  }
}

/// Arguments as they are written, or nothing where there are none.
func argumentText(_ arguments: [Argument]?) -> String {
  guard let arguments else { return "" }
  return "(" + arguments.map { $0.text }.joined(separator: ", ") + ")"
}

extension Argument {
  /// As it is written. A text cannot contain both kinds of quotes, because it stood in one of them.
  var text: String {
    switch self {
    case .number(let number): "\(number)"
    case .text(let text): text.utf8.contains(.of("\"")) ? "'\(text)'" : "\"\(text)\""
    }
  }

  /// Whether it is a text from `00:00` to `23:59`.
  fileprivate var isTimeOfDay: Bool {
    guard case .text(let text) = self else { return false }
    let bytes = Array(text.utf8)
    guard bytes.count == 5, bytes[2] == .of(":") else { return false }
    for place in [0, 1, 3, 4] where !bytes[place].isDigit { return false }
    return (bytes[0] - 0x30) * 10 + (bytes[1] - 0x30) < 24 && bytes[3] < .of("6")
  }
}
