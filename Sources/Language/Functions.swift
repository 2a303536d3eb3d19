// The functions: one table, which the lexer, the parser, the messages and the manual read.

/// What a function does.
public enum Function: Hashable, Sendable {
  case least
  case greatest
  case average
  case rate
  case clamp
  case choose
  case known
  case curve
}

/// A row of the function table.
public struct FunctionEntry: Sendable {
  /// How it is written.
  public let name: String
  /// What it is.
  public let function: Function
  /// How many expressions it takes, separated by commas. Absent where it takes only a window, or the points of a curve.
  public let arguments: ClosedRange<Int>?
  /// What it makes of a window, as in `avg(x over 30s)`. Absent where it cannot look back.
  public let window: WindowFunction?
  /// How a call looks.
  public let usage: String
  /// A line for the manual.
  public let help: String
}

/// All functions.
public let functions: [FunctionEntry] = [
  FunctionEntry(
    name: "min", function: .least, arguments: 1...Int.max, window: .least, usage: "min(x, y, ...) or min(x over 30s)",
    help: "the smallest of the values, or of the samples of the last while"),
  FunctionEntry(
    name: "max", function: .greatest, arguments: 1...Int.max, window: .greatest,
    usage: "max(x, y, ...) or max(x over 30s)",
    help: "the greatest of the values, or of the samples of the last while"),
  FunctionEntry(
    name: "avg", function: .average, arguments: nil, window: .average, usage: "avg(x over 30s)",
    help: "the mean of the samples of the last while"),
  FunctionEntry(
    name: "rate", function: .rate, arguments: nil, window: .rate, usage: "rate(x over 30s)",
    help: "how fast x changes, per second: the last sample less the first, by the time between them"),
  FunctionEntry(
    name: "clamp", function: .clamp, arguments: 3...3, window: nil, usage: "clamp(x, lowest, highest)",
    help: "x, but never below the lowest or above the highest"),
  FunctionEntry(
    name: "if", function: .choose, arguments: 3...3, window: nil, usage: "if(condition, x, y)",
    help: "x while the condition holds, y while it does not; the other may be unknown"),
  FunctionEntry(
    name: "known", function: .known, arguments: 1...1, window: nil, usage: "known(x)",
    help: "whether x has a value"),
  FunctionEntry(
    name: "curve", function: .curve, arguments: nil, window: nil, usage: "curve(x, 0% -> 10%, 40% -> 100%)",
    help: "straight lines between the points, flat outside of them"),
]

/// What people from elsewhere call functions that are here under another name.
let foreignFunctions: [(foreign: String, ours: String)] = [
  ("average", "avg"), ("mean", "avg"), ("minimum", "min"), ("maximum", "max"), ("lowest", "min"), ("highest", "max"),
  ("deriv", "rate"), ("irate", "rate"), ("delta", "rate"), ("limit", "clamp"), ("bound", "clamp"), ("iif", "if"),
  ("ifelse", "if"), ("unknown", "not known"), ("isnull", "not known"), ("missing", "not known"), ("exists", "known"),
  ("defined", "known"), ("interpolate", "curve"), ("linear", "curve"),
]

/// The word that begins the length of a window.
let overWord = "over"

extension FunctionEntry {
  /// The function with this name.
  static func named(_ name: String) -> FunctionEntry? {
    for entry in functions where entry.name == name { return entry }
    return nil
  }

  /// The function that reads windows this way.
  static func reading(_ window: WindowFunction) -> FunctionEntry {
    for entry in functions where entry.window == window { return entry }
    preconditionFailure("a window function is missing in the table")
  }
}

/// Whether the grammar has this word to itself, so that no metric may be called so.
func isGrammarWord(_ word: String) -> Bool {
  if word == overWord || FunctionEntry.named(word) != nil { return true }
  for entry in operators where entry.symbol == word { return true }
  return false
}
