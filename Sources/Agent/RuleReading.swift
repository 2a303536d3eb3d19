// Reading the rule file again, for a reload. It may lie on a mount whose server has died since the start, so that a helper
// process reads it and its fragments, and one that does not answer leaves the old rules in force.

import Diagnostics
import Kernel
import Rules

/// Who reloads.
protocol RuleReadingClient: AnyObject {
  /// The rule file has been read and checked. The log has been told what is wrong with it.
  func ruleReadingEnded(_ outcome: RuleReading.Outcome)
}

/// Reads and checks a rule file aside, once at a time.
final class RuleReading {
  /// How long each file and each pattern may take: longer than a busy disk, and than a new process waits for its turn on a
  /// host without processor time; shorter than whoever reloads looks at the log. Replies go on meanwhile.
  private static let patience = Duration.seconds(5)
  /// How long a helper without work is kept: one reload is often followed by another.
  private static let leisure = Duration.seconds(1)

  /// What came of it.
  struct Outcome {
    /// The rules, where the file can be used.
    let rules: RuleSet?
    /// What there is to say about the file.
    let diagnostics: [Diagnostic]
    /// What is wrong, in a few words; absent where the file can be used.
    let complaint: String?
    /// The same as a sentence of the log.
    let sentence: String
  }

  var client: (any RuleReadingClient)?
  private let file: RuleFile
  private let log: Log
  private let loop: EventLoop
  /// Helpers of its own: metrics do not wait for a slow disk, nor the rules for a mount that hangs.
  let helpers: Helpers
  private let checkTimer: TimerIndex
  private var loading: RuleLoading?
  /// Of all readings, which: an answer to one that was given up is not taken for another's.
  private var generation: UInt32 = 0
  /// Whether nobody has written a file yet.
  private var isBuiltIn: Bool

  init(of file: RuleFile, loop: EventLoop, log: Log, program: String = "/proc/self/exe") {
    self.file = file
    isBuiltIn = file.isBuiltIn
    self.loop = loop
    self.log = log
    helpers = Helpers(loop: loop, log: log, program: program)
    checkTimer = loop.makeTimer()
    helpers.timeout = Self.patience
    helpers.leisure = Self.leisure
    helpers.client = self
    loop.connect(checkTimer, to: self)
  }

  /// Whether the client still has to be told.
  var isUnderWay: Bool { loading != nil }

  /// What to call the file that was read last.
  var fileName: String { file.name(isBuiltIn: isBuiltIn) }

  /// Begins to read. The client will be told; at once where no helper can be asked.
  func begin(_ now: Duration) {
    generation &+= 1
    loading = RuleLoading(from: file.name(isBuiltIn: false))
    proceed(now)
  }

  /// Asks for what is needed next; checks the whole once nothing is.
  private func proceed(_ now: Duration) {
    switch loading?.need {
    case .contents(let path): ask(.readRuleFile, path, now)
    case .matches(let pattern): ask(.matchRuleFiles, pattern, now)
    // In the next turn: who has probed while the last file was taken apart is answered before.
    case nil: loop.set(checkTimer, at: now + .nanoseconds(1))
    }
  }

  private func ask(_ operation: HelperOperation, _ path: String, _ now: Duration) {
    switch helpers.ask(operation, path, generation: generation, now: now) {
    case .underWay: break
    case .hangs: fail("\(path) still does not answer")
    }
  }

  private func fail(_ reason: String) {
    complain(reason, "\(reason): the rules in force stay; reload again when it can be read")
  }

  private func complain(_ complaint: String?, _ sentence: String, _ diagnostics: [Diagnostic] = []) {
    log.error(sentence)
    end(Outcome(rules: nil, diagnostics: diagnostics, complaint: complaint, sentence: sentence))
  }

  private func end(_ outcome: Outcome) {
    loading = nil
    client?.ruleReadingEnded(outcome)
  }
}

extension RuleReading: HelperClient {
  /// A file has been read, or has not.
  func answered(
    _ operation: HelperOperation, _ path: String, _ result: HelperResult, generation: UInt32, now: Duration
  ) {
    guard let loading, generation == self.generation else { return }
    switch result {
    case .ruleFile(.missing) where isBuiltIn: self.loading = RuleLoading(RuleFile.builtInSource)
    case .ruleFile(let contents):
      isBuiltIn = false
      loading.answer(contents)
    case .ruleFiles(let names): loading.answer(names)
    case .timedOut: return fail("\(path) does not answer within \(Self.patience.components.seconds) s")
    default: return fail("\(path) cannot be read: the helper process was ended")
    }
    proceed(now)
  }
}

extension RuleReading: TimerHandler {
  /// Everything has been read.
  func due(_ tag: Int, now: Duration) {
    guard let outcome = loading?.finish() else { return }
    log.tell(outcome.diagnostics)
    guard let rules = outcome.ruleSet else {
      return complain(
        outcome.complaint, "\(fileName) has mistakes: the rules in force stay", outcome.diagnostics)
    }
    end(Outcome(rules: rules, diagnostics: outcome.diagnostics, complaint: nil, sentence: ""))
  }
}

extension LoadOutcome {
  /// Why there are no rules: the first mistake, with its place.
  var complaint: String? {
    let first = diagnostics.first { $0.finding.severity == .error }
    let line = first.flatMap { render($0, colour: false).utf8.split(separator: UInt8(ascii: "\n")).first }
    return line.map { String(Substring($0)) }
  }
}
