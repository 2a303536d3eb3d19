// A reference to a metric, spelled as a rule file spells it.

extension MetricReference {
  /// `cpu(3).idle`, `filesystem("/var").used`. The same for both ways of asking.
  public func text(in catalogue: Catalogue) -> String {
    let shape = catalogue.sources[source]
    let metric = shape.metrics[metric]
    var arguments = arguments[...]
    var text = shape.name
    if case .none = shape.argument {
    } else if case .times = metric.argument {
    } else if !arguments.isEmpty {
      text += "(\(arguments.removeFirst().text))"
    }
    if !metric.name.isEmpty { text += ".\(metric.name)" }
    if case .times = metric.argument { text += "(" + arguments.map { $0.text }.joined(separator: ", ") + ")" }
    return text
  }
}
