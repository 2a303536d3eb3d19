// A probe as it was declared under `metrics:`: something that no kernel file says and that has to be asked for.

import Language
import Text

/// What a probe asks. Questions that are equal are asked once for all who want to know.
public enum Question: Hashable, Sendable {
  /// Runs a program: its absolute path, then its arguments.
  case command([String])
  /// Fetches a URL by GET.
  case http(HTTPAddress)
  /// Connects, says something perhaps, and awaits a text perhaps.
  case tcp(Destination, send: String?, expect: String?)
  /// Reads the beginning of a file, by its absolute path.
  case file(String)

  /// What is asked, to be shown before a reason: a path, a URL, an address.
  public var subject: String {
    switch self {
    case .command(let words): words[0]
    case .http(let address): address.text
    case .tcp(let destination, _, _): "\(destination)"
    case .file(let path): path
    }
  }
}

/// A declared probe. Two are equal if they differ in nothing but their names, so that a reload finds them again.
public final class Probe: Sendable {
  /// What it asks.
  public let question: Question
  /// What to take of the answer: a label of performance data, or a JSON pointer. Absent: its number.
  public let field: String?
  /// A text that the body of an HTTP answer must contain. That of a TCP probe is part of its question.
  public let expect: String?
  /// What its value is; a number where nothing is said.
  public let unit: Kind
  /// How often it is asked, from one beginning to the next.
  public let every: Duration
  /// How long an answer may take; not more than `every`.
  public let timeout: Duration
  /// How long its last value counts once it cannot be had anew, from when it was had.
  public let stale: Duration
  /// The name and the fields that expressions see.
  public let shape: SourceShape

  /// A probe that rules call `name`.
  public init(
    _ name: String, _ question: Question, field: String? = nil, expect: String? = nil, unit: Kind = .number,
    every: Duration, timeout: Duration, stale: Duration
  ) {
    self.question = question
    self.field = field
    self.expect = expect
    self.unit = unit
    self.every = every
    self.timeout = timeout
    self.stale = stale
    shape = SourceShape(
      name: name, argument: .none, metrics: ProbeField.all(of: question).map { $0.shape(unit) },
      help: "a probe: \(question.subject)")
  }
}

extension Probe: Hashable {
  /// Whether they ask the same in the same way.
  public static func == (one: Probe, other: Probe) -> Bool {
    one.question == other.question && one.field == other.field && one.expect == other.expect && one.unit == other.unit
      && one.every == other.every && one.timeout == other.timeout && one.stale == other.stale
  }

  /// By what it asks.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(question)
    hasher.combine(field)
  }
}

/// What can be known of a probe.
public enum ProbeField: CaseIterable, Sendable {
  /// The number that was asked for: the name of the probe alone.
  case value
  /// Whether the last attempt went as it should.
  case ok
  /// What the program or the server says of itself.
  case status
  /// How long the last attempt took.
  case duration

  /// Those that a question has, in the order in which people are shown them.
  public static func all(of question: Question) -> [ProbeField] {
    allCases.filter { $0.isKnown(of: question) }
  }

  // Not a switch over lists: the release build, of 6.3.1 with these flags, takes the last list for all.
  private func isKnown(of question: Question) -> Bool {
    switch (self, question) {
    case (.value, .tcp(_, _, expect: nil)), (.status, .tcp), (.status, .file), (.duration, .file): false
    default: true
    }
  }

  func shape(_ unit: Kind) -> MetricShape {
    switch self {
    case .value: MetricShape(name: "", kind: unit, hasWhole: false, help: "the value that was asked for")
    case .ok: MetricShape(name: "ok", kind: .yesNo, hasWhole: false, help: "the last attempt went as it should")
    case .status:
      MetricShape(name: "status", kind: .number, hasWhole: false, help: "the exit code, or the status of HTTP")
    case .duration:
      MetricShape(name: "duration", kind: .seconds, hasWhole: false, help: "how long the last attempt took")
    }
  }
}

/// What came of an attempt that has ended, a timeout included.
public struct ProbeFacts: Equatable, Sendable {
  /// Whether it went as it should.
  public var isFine: Bool
  /// The value, in base units of the probe's unit; absent where there is none.
  public var value: Double?
  /// The exit code or the status of HTTP; absent where it came to none.
  public var status: Int?
  /// Why there is no value, or no status.
  public var reason: String
  /// How long it took, up to the answer or the failure.
  public var duration: Duration

  /// All that is to be said of an attempt.
  public init(isFine: Bool, value: Double? = nil, status: Int? = nil, reason: String = "", duration: Duration) {
    self.isFine = isFine
    self.value = value
    self.status = status
    self.reason = reason
    self.duration = duration
  }
}
