// Checked expressions become programs for one machine, at load time.

/// One expression of an assembly, ready to run. Equal programs may be the same one.
public struct Program: Hashable, Sendable {
  let start: Int32
  let count: Int32
}

/// All programs of a rule set, the metrics they ask for, and the windows they share.
public struct Assembly: Sendable {
  /// What has to be measured, each once: the value of slot i is that of reference i.
  public private(set) var references: [MetricReference] = []

  /// An assembly without programs.
  public init() {}

  /// Adds an expression. What is in the assembly already is shared.
  public mutating func add(_ checked: Checked) -> Program { fatalError() }
}
