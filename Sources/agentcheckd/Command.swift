// Every command and option, once. The parser, `--help`, the suggestions and the tests that compare the manual page with
// the code read this.

/// An option of a command.
final class Option: Sendable {
  /// `--name`, without the dashes.
  let name: String
  /// `-c`, without the dash.
  let letter: UInt8?
  /// What its value is called in help; nothing for an option without a value.
  let value: String?
  /// A line of help.
  let help: String

  init(_ name: String, letter: Unicode.Scalar? = nil, value: String? = nil, _ help: String) {
    self.name = name
    self.letter = letter.map { UInt8(ascii: $0) }
    self.value = value
    self.help = help
  }

  static let help = Option("help", letter: "h", "say how it is used, and nothing else")
}

/// A command of the command line.
final class Command: Sendable {
  /// As it is typed.
  let name: String
  /// Its operands, as help writes them.
  let operands: String
  /// How many operands it takes.
  let operandCount: ClosedRange<Int>
  /// A line of help.
  let summary: String
  /// What help says beyond that, in paragraphs.
  let details: [String]
  /// Something to type.
  let example: String
  let options: [Option]
  /// Whether help and the manual leave it out: it serves tests, or the daemon itself.
  let isHidden: Bool
  /// Does it, and says with which status the process ends.
  let perform: @Sendable (Invocation) -> ExitStatus

  init(
    _ name: String, operands: String = "", _ operandCount: ClosedRange<Int> = 0...0, summary: String,
    details: [String] = [], example: String, options: [Option] = [], isHidden: Bool = false,
    perform: @escaping @Sendable (Invocation) -> ExitStatus
  ) {
    self.name = name
    self.operands = operands
    self.operandCount = operandCount
    self.summary = summary
    self.details = details
    self.example = example
    self.options = options + [.help]
    self.isHidden = isHidden
    self.perform = perform
  }
}

/// How the process ends.
enum ExitStatus: Int32 {
  /// Done.
  case success = 0
  /// The answer is no, or it could not be done: a rule file with a mistake, an address that is taken.
  case failure = 1
  /// The command line makes no sense.
  case usage = 2
}

/// A command line that makes sense.
struct Invocation {
  let operands: [String]
  fileprivate(set) var values: [String: String]

  init(operands: [String], values: [String: String]) {
    self.operands = operands
    self.values = values
  }

  /// Whether an option without a value is there.
  func has(_ option: String) -> Bool { values[option] != nil }

  /// The value of an option; the last one counts.
  subscript(_ option: String) -> String? { values[option] }
}
