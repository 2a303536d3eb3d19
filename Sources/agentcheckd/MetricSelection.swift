// Which metrics `agentcheckd metrics` shows: of each source those that suit the pattern, with the arguments that this host has
// for them. A host with 64 processors and 40 disks has thousands of metrics; nobody wants to see them all without asking.

import Diagnostics
import Language
import Metrics

/// A source with the metrics that are to be shown of it.
struct SelectedSource {
  /// Its place in the catalogue.
  let source: Int
  let shape: SourceShape
  /// What its argument can be on this host; absent where that cannot be listed.
  let instances: Instances?
  /// What is shown, each in its natural kind.
  let references: [MetricReference]
  /// The metrics of a source that has no argument on this host, or none that is known: shown without a value.
  let unbound: [MetricShape]
}

extension SourceShape {
  /// `disk(DEVICE)`, `cpu, cpu(N)`: how it is written.
  var spelling: String {
    switch argument {
    case .none, .times: name
    case .number(let label, optional: true): "\(name), \(name)(\(label))"
    case .number(let label, optional: false), .text(let label, _), .name(let label, _), .path(let label, _),
      .numberOrText(let label, _):
      "\(name)(\(label))"
    }
  }

  /// How it may be written, with an argument that some host has.
  var example: String {
    switch argument {
    case .none, .times: name
    case .number: "\(name)(0)"
    case .text(_, let example), .name(_, let example), .path(_, let example): "\(name)(\"\(example)\")"
    case .numberOrText(_, let example): "\(name)(\(example))"
    }
  }

  /// Whether nothing can be asked of it without an argument.
  fileprivate var needsArgument: Bool {
    switch argument {
    case .none, .times, .number(_, optional: true): false
    case .number(_, optional: false), .text, .name, .path, .numberOrText: true
    }
  }

  /// Whether it can have an argument.
  fileprivate var takesArgument: Bool {
    if case .none = argument { false } else { true }
  }
}

/// Picks metrics from the catalogue. Without a pattern, of each source one instance stands for all. With one, all usual
/// instances are shown of metrics whose name suits it, and instances whose own name does; of the unusual ones, as pseudo
/// file systems, only if nothing else suits. `instances` says what this host has.
func selectMetrics(
  _ pattern: String?, of catalogue: Catalogue, instances: (_ source: Int) -> Instances?
) -> [SelectedSource] {
  let choices = catalogue.sources.indices.map {
    Selection(source: $0, catalogue: catalogue, instances: instances($0))
  }
  guard let pattern else { return choices.compactMap { $0.overview } }
  let selected = choices.compactMap { $0.matching(pattern, amongAll: false) }
  return selected.isEmpty ? choices.compactMap { $0.matching(pattern, amongAll: true) } : selected
}

/// The choice within one source.
private struct Selection {
  let source: Int
  let catalogue: Catalogue
  let instances: Instances?

  private var shape: SourceShape { catalogue.sources[source] }

  var overview: SelectedSource? {
    guard shape.needsArgument else { return selected(all(with: [])) }
    guard let first = instances?.usual.first else { return selected([], unbound: shape.metrics) }
    return selected(all(with: [first]))
  }

  func matching(_ text: String, amongAll: Bool) -> SelectedSource? {
    let pattern = NamePattern(text)
    var references: [MetricReference] = []
    var unbound: [MetricShape] = []
    let named = all(with: []).filter { pattern.matches($0.text(in: catalogue)) }
    if !named.isEmpty {
      references = shape.needsArgument ? (instances?.usual ?? []).flatMap { named.with($0) } : named
      if references.isEmpty { unbound = named.map { shape.metrics[$0.metric] } }
    } else if shape.takesArgument {
      let every = (instances?.usual ?? []) + (amongAll ? instances?.others ?? [] : [])
      references = every.flatMap { all(with: [$0]) }.filter { pattern.matches($0.text(in: catalogue)) }
      // `file("/run/lag")` is in no list, but names what is meant.
      if references.isEmpty { references = written(text) }
    }
    return references.isEmpty && unbound.isEmpty ? nil : selected(references, unbound: unbound)
  }

  private func selected(_ references: [MetricReference], unbound: [MetricShape] = []) -> SelectedSource? {
    SelectedSource(source: source, shape: shape, instances: instances, references: references, unbound: unbound)
  }

  private func all(with arguments: [Argument]) -> [MetricReference] {
    shape.metrics.indices.map { metric in
      var arguments = arguments
      // Any two times will do to show what the metric says.
      if case .times = shape.metrics[metric].argument { arguments += [.text("22:30"), .text("05:15")] }
      return MetricReference(source: source, arguments: arguments, metric: metric, inPercent: false)
    }
  }

  /// The metrics of a source with an argument that somebody has written out, or the one metric.
  private func written(_ text: String) -> [MetricReference] {
    guard text.hasPrefix("\(shape.name)(") else { return [] }
    if let one = reference(text) { return [one] }
    return shape.metrics.compactMap { reference("\(text).\($0.name)") }
  }

  private func reference(_ text: String) -> MetricReference? {
    do throws(Finding) {
      let expression = try Expression(parsing: text)
      guard let checked = check(expression, expecting: .any, in: Scope(catalogue: catalogue)).checked else {
        return nil
      }
      var assembly = Assembly()
      _ = assembly.add(checked)
      guard assembly.references.count == 1, assembly.references[0].source == source else { return nil }
      return MetricReference(
        source: source, arguments: assembly.references[0].arguments, metric: assembly.references[0].metric,
        inPercent: false)
    } catch {
      return nil
    }
  }
}

extension [MetricReference] {
  /// The same metrics with an argument.
  fileprivate func with(_ argument: Argument) -> [MetricReference] {
    map { MetricReference(source: $0.source, arguments: [argument], metric: $0.metric, inPercent: false) }
  }
}
