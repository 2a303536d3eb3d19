// What names mean in a rule file: the catalogue, and what `metrics:` adds to it.

import Diagnostics

/// The names that an expression may use.
public struct Scope {
  /// What a name in `metrics:` stands for.
  enum Meaning {
    case expression(Expression)
    /// A probe, by its place in the catalogue.
    case source(Int)
    case poisoned
  }

  /// What can be measured.
  public private(set) var catalogue: Catalogue
  /// Whether `metrics:` could not be read whole: a name that is unknown, and looks like no other, may stand in what is
  /// missing, and is not complained about.
  public var mayLackNames = false
  /// What `metrics:` has defined.
  private(set) var meanings: [String: Meaning] = [:]
  /// The names in `metrics:`, in their order.
  private(set) var names: [String] = []
  /// The built-in sources by name.
  private let builtIn: [String: Int]
  /// The first words of the built-in sources' names: `pressure` of `pressure.cpu`.
  private let firstWords: Set<String>

  /// A scope with the built-in names of a catalogue. Its probes are known only after `define(_:asSource:)`.
  public init(catalogue: Catalogue) {
    self.catalogue = catalogue
    var builtIn: [String: Int] = [:]
    var firstWords: Set<String> = []
    for (index, source) in catalogue.sources.enumerated() where !source.isProbe {
      builtIn[source.name] = index
      firstWords.insert(String(source.name.prefix { $0 != "." }))
    }
    self.builtIn = builtIn
    self.firstWords = firstWords
  }

  /// A name in `metrics:` that stands for an expression. Definitions may come in any order.
  public mutating func define(_ name: String, as expression: Expression) { set(name, .expression(expression)) }

  /// A name in `metrics:` that stands for a probe: the place of its shape in the catalogue's sources.
  public mutating func define(_ name: String, asSource index: Int) { set(name, .source(index)) }

  /// A probe, under its own name, behind all that the catalogue has.
  public mutating func define(probe shape: SourceShape) {
    catalogue.sources.append(shape)
    define(shape.name, asSource: catalogue.sources.count - 1)
  }

  /// A name whose definition has been reported as wrong: what uses it is wrong too, and silently so.
  public mutating func poison(_ name: String) { set(name, .poisoned) }

  private mutating func set(_ name: String, _ meaning: Meaning) {
    if meanings.updateValue(meaning, forKey: name) == nil { names.append(name) }
  }

  /// The built-in source with exactly this name.
  func builtInSource(_ name: String) -> Int? { builtIn[name] }

  /// Whether a built-in source's name is this, or begins with this and a point.
  func isBuiltInWord(_ name: String) -> Bool { firstWords.contains(name) }
}

/// What is wrong with a name that `metrics:` wants to define, or nil. The finding's range is the whole name.
public func checkName(_ name: String, in scope: Scope) -> Finding? {
  let range = 0..<name.utf8.count
  guard name.utf8.first?.isNameStart == true, name.utf8.allSatisfy({ $0.isNamePart }) else {
    return .nameMalformed(name, at: range)
  }
  if isGrammarWord(name) { return .nameIsWord(name, at: range) }
  if scope.isBuiltInWord(name) { return .nameIsBuiltIn(name, at: range) }
  return nil
}
