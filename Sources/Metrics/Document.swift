// One input's answers: the latest, the one before it, and whether there is one at all. Metrics that come from the same
// input share its document, so that it is read and parsed once in a sample; a reload hands it on, so that rates go on.

import Text

/// What an input says. Subclasses hold the parsed answers.
class Document {
  /// What is read.
  let input: Input
  /// Why the latest answer is none. A failure lasts until there is an answer again.
  private var absence: Absence? = .pending
  /// Whether an answer came since the last evaluation.
  private var isFresh = false
  /// What one `errno` means here.
  private var explanation: (code: Int32, meaning: String)?

  init(_ input: Input) { self.input = input }

  /// Takes a text.
  func accept(_ bytes: Span<UInt8>, at now: Duration) {
    preconditionFailure("bytes for an input that is not a file")
  }

  /// There was an answer, or there was none.
  final func settle(_ absence: Absence?) {
    self.absence = absence
    if let explanation, absence == .system(code: explanation.code) { self.absence = .missing(explanation.meaning) }
    isFresh = true
  }

  /// Says what an `errno` means for this input, where the system's words for it would leave a person guessing.
  final func explain(_ code: SystemCode, _ meaning: String) { explanation = (code.rawValue, meaning) }

  /// What is accepted from now on belongs to the next evaluation.
  final func endSample() { isFresh = false }

  /// Passes if there is an answer that belongs to this evaluation.
  final func check() throws(Gap) {
    if let absence { throw .absent(absence, input) }
    if !isFresh { throw .absent(.pending, input) }
  }

  /// As `check`, and whether what was asked for is there at all: that there is no such file is an answer, too.
  final func checkThere() throws(Gap) -> Bool {
    switch absence {
    case .system(SystemCode.noSuchFile.rawValue), .system(SystemCode.notDirectory.rawValue):
      guard isFresh else { throw .absent(.pending, input) }
      return false
    default:
      try check()
      return true
    }
  }

  /// No value: the answer does not contain it.
  final func missing(_ what: String) -> Gap { .absent(.missing(what), input) }
}

/// The text of a kernel file, parsed into storage that is used again and again.
protocol KernelText: SendableMetatype {
  /// Nothing read yet.
  init()
  /// Replaces what was there. `lines` are whole lines, each with its line feed. What the text does not say becomes
  /// absent. False where the text is not this file at all.
  mutating func parse(_ lines: Span<UInt8>) -> Bool
}

/// The text of a kernel file of which there is only one.
protocol SoleKernelText: KernelText {
  /// Where it is.
  static var input: Input { get }
}

/// A kernel file, now and one sample ago.
final class KernelFile<Contents: KernelText>: Document {
  private var now = Contents()
  private var before = Contents()
  private var time: Duration?
  private var timeBefore: Duration?

  override func accept(_ bytes: Span<UInt8>, at time: Duration) {
    // The older contents are the ones that may be spoilt.
    timeBefore = nil
    guard before.parse(bytes.extracting(0..<bytes.endOfLastLine)) else { return settle(.malformed) }
    swap(&now, &before)
    timeBefore = self.time
    self.time = time
    settle(nil)
  }

  /// Changes how both contents are parsed: what they look for.
  func configure<Result>(_ change: (inout Contents) -> Result) -> Result {
    _ = change(&before)
    return change(&now)
  }

  /// Something that the file says; `what` is the reason where it does not.
  func value<Value>(_ what: String, _ pick: (Contents) -> Value?) throws(Gap) -> Value {
    try check()
    guard let value = pick(now) else { throw missing(what) }
    return value
  }

  /// Something of what the file said one sample ago.
  func valueBefore<Value>(_ pick: (Contents) -> Value?) throws(Gap) -> Value {
    guard timeBefore != nil, let value = pick(before) else { throw .absent(.pending, input) }
    return value
  }

  /// Something to be seen from both samples together.
  func compare<Result>(_ body: (_ before: Contents, _ now: Contents) -> Result) throws(Gap) -> Result {
    try check()
    guard timeBefore != nil else { throw .absent(.pending, input) }
    return body(before, now)
  }

  /// Seconds between the two samples, more than 0.
  func elapsed() throws(Gap) -> Double {
    guard let time, let timeBefore else { throw .absent(.pending, input) }
    guard time > timeBefore else { throw .unchanged }
    return (time - timeBefore) / .seconds(1)
  }

  /// How much a counter went up since the sample before.
  func increase(_ what: String, _ counter: (Contents) -> UInt64?) throws(Gap) -> UInt64 {
    let value = try value(what, counter)
    let before = try valueBefore(counter)
    guard let increase = value.increase(since: before) else { throw .absent(.restarted, input) }
    return increase
  }

  /// How much a counter goes up in a second.
  func rate(_ what: String, _ counter: (Contents) -> UInt64?) throws(Gap) -> Double {
    // Without time between the samples there is none, whatever the counter did.
    _ = try value(what, counter)
    let seconds = try elapsed()
    return Double(try increase(what, counter)) / seconds
  }
}

/// Something that is answered with facts rather than with a text.
final class Answer<Facts>: Document {
  private var facts: Facts?

  /// Takes the facts.
  func accept(_ facts: Facts) {
    self.facts = facts
    settle(nil)
  }

  /// The latest facts.
  func latest() throws(Gap) -> Facts {
    try check()
    guard let facts else { throw .absent(.pending, input) }
    return facts
  }
}

extension Span<UInt8> {
  /// Where the last line feed ends. Kernel files end with one: what follows it was cut off, and half a number looks like
  /// a smaller one.
  var endOfLastLine: Int {
    var end = count
    while end > 0, self[end - 1] != 0x0A { end -= 1 }
    return end
  }
}
