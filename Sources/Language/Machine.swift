// Where programs run.

/// The state of an assembly at run time: its windows, and a stack.
public final class Machine {
  /// A machine for an assembly. `interval` is how often it will be fed: it only sizes buffers in advance. Windows that are
  /// equal by expression, function and length take over the samples that `previous` has.
  public init(_ assembly: Assembly, every interval: Duration = .seconds(1), inheriting previous: Machine?) {
    fatalError()
  }

  /// One sample: `values[i]` is that of the assembly's `references[i]`, nil where unknown. `now` never goes backwards.
  public func feed(_ values: [Double?], at now: Duration) { fatalError() }

  /// The value of a program over the values and windows as they are; nil is unknown. Percents are 0 to 100, yes/no is 1 or 0.
  public func run(_ program: Program, _ values: [Double?]) -> Double? { fatalError() }

  /// The value of any part of an expression that was added to the assembly. For showing, not for every sample: it allocates.
  public func value(of term: Term, _ values: [Double?]) -> Double? { fatalError() }
}
