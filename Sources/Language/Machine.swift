// Where programs run: a stack of numbers and the windows. Nothing is allocated once a machine is made.

/// The state of an assembly at run time.
public final class Machine {
  /// What it runs.
  private let assembly: Assembly
  private var windows: [Window]
  /// What each window says, NaN for unknown.
  private var results: [Double]
  private var stack: [Double]

  /// A machine for an assembly. `interval` is how often it will be fed, and only sizes buffers in advance. Windows that are
  /// equal by expression, function and length go on with the samples that `previous` has.
  public init(_ assembly: Assembly, every interval: Duration = .seconds(1), inheriting previous: Machine? = nil) {
    self.assembly = assembly
    windows = []
    results = []
    stack = Array(repeating: 0, count: assembly.deepestStack)
    for plan in assembly.windows {
      if let previous, let place = previous.assembly.windowPlace(plan.term) {
        windows.append(previous.windows[Int(place)])
        results.append(previous.results[Int(place)])
      } else {
        windows.append(Window(plan.function, length: plan.length, interval: interval))
        results.append(.nan)
      }
    }
  }

  /// One sample: `values[i]` is that of the assembly's `references[i]`, nil where unknown. `now` never goes backwards.
  /// Every window takes a sample, inner ones before those that look at them.
  public func feed(_ values: [Double?], at now: Duration) {
    for place in windows.indices {
      let argument = assembly.windows[place].argument
      let value = run(argument, values) ?? .nan
      windows[place].add(value, at: now)
      results[place] = windows[place].value
    }
  }

  /// The value of a program of the assembly over these values and the windows as they are; nil is unknown. Percents are 0 to 100,
  /// yes/no is 1 or 0.
  public func run(_ program: Program, _ values: [Double?]) -> Double? {
    let range = Int(program.start)..<Int(program.start + program.count)
    let value = evaluate(assembly.code, range, values, results, assembly.points, &stack)
    return value.isNaN ? nil : value
  }

  /// The value of any part of an expression that was added to the assembly; what was not is unknown. For showing values, not
  /// for every sample: this allocates.
  public func value(of term: Term, _ values: [Double?]) -> Double? {
    var copy = assembly
    let operations = copy.operations(of: term)
    var padded = values
    while padded.count < copy.references.count { padded.append(nil) }
    var results = results
    while results.count < copy.windows.count { results.append(.nan) }
    var stack = [Double](repeating: 0, count: copy.deepestStack)
    let value = evaluate(operations, operations.indices, padded, results, copy.points, &stack)
    return value.isNaN ? nil : value
  }
}
