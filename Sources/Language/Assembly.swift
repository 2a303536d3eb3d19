// Checked expressions become programs for one machine, at load time.

/// One expression of an assembly, ready to run. Equal expressions may have one program.
public struct Program: Hashable, Sendable {
  /// Its first operation.
  let start: Int32
  /// How many it has.
  let count: Int32

  /// How many operations it takes to run it.
  public var operationCount: Int { Int(count) }
}

/// A window of an assembly.
struct WindowPlan: Sendable {
  let function: WindowFunction
  let length: Duration
  /// What is sampled.
  let argument: Program
  /// The whole window, by which its samples are found again after a reload.
  let term: Term
}

/// All programs of a rule set, the metrics they ask for, and the windows they share.
public struct Assembly: Sendable {
  /// What has to be measured, each once: the value of slot i is that of reference i.
  public private(set) var references: [MetricReference] = []
  /// The operations of all programs.
  private(set) var code: [Operation] = []
  /// The points of all curves.
  private(set) var points: [CurvePoint] = []
  /// The windows: one that samples another comes behind it.
  private(set) var windows: [WindowPlan] = []
  /// How large the stack has to be.
  private(set) var deepestStack = 0

  private var slots: [MetricReference: Int32] = [:]
  private var windowPlaces: [Term: Int32] = [:]
  private var programs: [Term: Program] = [:]

  /// An assembly without programs.
  public init() {}

  /// Adds an expression. What is in the assembly already is shared.
  public mutating func add(_ checked: Checked) -> Program { add(checked.term) }

  /// The place of a reference in `references`, if some program asks for it.
  public func slot(of reference: MetricReference) -> Int? { slots[reference].map { Int($0) } }

  /// The place of a window, if it is in the assembly.
  func windowPlace(_ term: Term) -> Int32? { windowPlaces[term] }

  private mutating func add(_ term: Term) -> Program {
    if let known = programs[term] { return known }
    let operations = operations(of: term)
    let program = Program(start: Int32(code.count), count: Int32(operations.count))
    code += operations
    programs[term] = program
    return program
  }

  /// The operations that work a term out. Its metrics, windows and curves become part of the assembly.
  mutating func operations(of term: Term) -> [Operation] {
    var operations: [Operation] = []
    emit(term, onto: 0, &operations)
    return operations
  }

  /// Appends what leaves the value of a term on a stack that has `height` values before.
  private mutating func emit(_ term: Term, onto height: Int, _ code: inout [Operation]) {
    deepestStack = max(deepestStack, height + 1)
    switch term.form {
    case .constant(let value, _):
      code.append(.constant(value))
    case .metric(let metric):
      code.append(.slot(slot(metric.reference)))
    case .negate(let operand):
      emit([operand], .negate, onto: height, &code)
    case .not(let operand):
      emit([operand], .not, onto: height, &code)
    case .known(let operand):
      emit([operand], .known, onto: height, &code)
    case .and(let operands):
      fold(operands, .and, onto: height, &code)
    case .or(let operands):
      fold(operands, .or, onto: height, &code)
    case .least(let operands):
      fold(operands, .least, onto: height, &code)
    case .greatest(let operands):
      fold(operands, .greatest, onto: height, &code)
    case .compare(let comparison, let left, let right):
      emit([left, right], .compare(comparison), onto: height, &code)
    case .sum(let first, let rest):
      emit(first, onto: height, &code)
      for addend in rest {
        emit(addend.term, onto: height + 1, &code)
        code.append(addend.isSubtracted ? .subtract : .add)
      }
    case .product(let first, let factors):
      emit(first, onto: height, &code)
      for (factor, step) in zip(factors, steps(first, factors)) {
        emit(factor.term, onto: height + 1, &code)
        code.append(factor.isDivisor ? .divide : step.isShare ? .share : .multiply)
      }
    case .clamp(let operand, let low, let high):
      emit([operand, low, high], .clamp, onto: height, &code)
    case .choose(let condition, let then, let otherwise):
      emit([condition, then, otherwise], .choose, onto: height, &code)
    case .curve(let operand, let curve, _):
      emit(operand, onto: height, &code)
      code.append(.curve(start: Int32(points.count), count: Int32(curve.count)))
      points += curve
    case .window(let function, let operand, let length):
      code.append(.window(window(term, function, operand, length)))
    }
  }

  /// Operands one after the other, and an operation that takes them all.
  private mutating func emit(
    _ operands: [Term], _ operation: Operation, onto height: Int, _ code: inout [Operation]
  ) {
    for (place, operand) in operands.enumerated() { emit(operand, onto: height + place, &code) }
    code.append(operation)
  }

  /// An operation between each operand and all before it.
  private mutating func fold(
    _ operands: [Term], _ operation: Operation, onto height: Int, _ code: inout [Operation]
  ) {
    emit(operands[0], onto: height, &code)
    for operand in operands.dropFirst() {
      emit(operand, onto: height + 1, &code)
      code.append(operation)
    }
  }

  private mutating func slot(_ reference: MetricReference) -> Int32 {
    if let known = slots[reference] { return known }
    let slot = Int32(references.count)
    references.append(reference)
    slots[reference] = slot
    return slot
  }

  private mutating func window(
    _ term: Term, _ function: WindowFunction, _ operand: Term, _ length: Duration
  ) -> Int32 {
    if let known = windowPlaces[term] { return known }
    let argument = add(operand)  // inner windows get their place first
    let place = Int32(windows.count)
    windows.append(WindowPlan(function: function, length: length, argument: argument, term: term))
    windowPlaces[term] = place
    return place
  }
}
