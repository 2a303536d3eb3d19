// What names mean in a rule file: the catalogue, and what `metrics:` adds to it.

/// The names that an expression may use.
public struct Scope {
  /// What a name in `metrics:` stands for.
  enum Meaning {
    case expression(Expression)
    case source(Int)
    case poisoned
  }
  /// What can be measured.
  public let catalogue: Catalogue
  var meanings: [String: Meaning] = [:]

  /// A scope with the names of a catalogue. Its probes are known only after `define(_:asSource:)`.
  public init(catalogue: Catalogue) { self.catalogue = catalogue }

  /// A name in `metrics:` that stands for an expression. Definitions may come in any order.
  public mutating func define(_ name: String, as expression: Expression) { meanings[name] = .expression(expression) }

  /// A name in `metrics:` that stands for a probe: the place of its shape in the catalogue's sources.
  public mutating func define(_ name: String, asSource index: Int) { meanings[name] = .source(index) }

  /// A name whose definition has been reported as wrong: what uses it is wrong too, and silently so.
  public mutating func poison(_ name: String) { meanings[name] = .poisoned }
}
