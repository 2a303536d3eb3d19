// Everything that can be asked for on the control socket, once. A verb is a row here and a file beside this one that says
// what it does.

/// An option of a verb: `--name`, or `--name VALUE`.
final class ControlOption: Sendable {
  let name: String
  let takesValue: Bool

  init(_ name: String, takesValue: Bool = true) {
    self.name = name
    self.takesValue = takesValue
  }
}

/// Something that can be asked for.
public final class ControlVerb: Sendable {
  /// As it is written.
  let name: String
  /// Whether it changes anything, which not everybody may who may ask.
  let changes: Bool
  /// How many operands it takes.
  let operandCount: ClosedRange<Int>
  let options: [ControlOption]
  /// Does it. Answers the call, at once or later, exactly once.
  let perform: @Sendable (ControlCall, Daemon) -> Void

  init(
    _ name: String, changes: Bool, _ operandCount: ClosedRange<Int> = 0...0, options: [ControlOption] = [],
    perform: @escaping @Sendable (ControlCall, Daemon) -> Void
  ) {
    self.name = name
    self.changes = changes
    self.operandCount = operandCount
    self.options = options
    self.perform = perform
  }

  /// All of them, in the order of the manual page.
  static let all: [ControlVerb] = [.status, .reload]
}
