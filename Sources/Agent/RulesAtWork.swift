// A rule set in force: what it reads, what it concludes, and the notices that hang on the board because of it.

import Kernel
import Metrics
import Reply
import Rules
import Text

/// A rule set with its sampler, its judge and its notices.
final class RulesAtWork {
  let rules: RuleSet
  let sampler: Sampler
  /// One for each service, in order.
  let notices: [Notice]
  /// Where each service is.
  let places: [[ProbePlace]]
  private(set) var judge: Judge
  /// Of each service, when its line last changed, and what hung there before, without the end; absent before the first.
  private(set) var changed: [(at: Duration, before: [UInt8])?]
  private let ledger: Ledger
  private var line: [UInt8] = []
  private var lineWithReady: [UInt8] = []
  private var unknowns: UnknownMetrics
  private var changes: RuleChanges

  /// Puts a rule set to work beside the one that is in force still; `takeOver` makes it the one.
  init(
    _ rules: RuleSet, asking helpers: Helpers, keeping ledger: Ledger, after previous: RulesAtWork?
  ) {
    self.rules = rules
    self.ledger = ledger
    sampler = Sampler(rules, asking: helpers, inheriting: previous?.sampler)
    notices = rules.services.map { _ in Notice() }
    places = ProbePlace.all(of: rules)
    judge = Judge(rules)
    changed = .init(repeating: nil, count: rules.services.count)
    unknowns = UnknownMetrics(rules, after: previous?.unknowns)
    changes = RuleChanges(judge)
    line.reserveCapacity(mostLineBytes)
    lineWithReady.reserveCapacity(mostLineBytes)
  }

  /// Whether every metric has been read once or has failed once.
  var isSettled: Bool { sampler.readings.settled.allSatisfy { $0 } }

  /// Becomes the rule set in force, now that its places are its own; goes on from where the previous one stands.
  func takeOver(from previous: RulesAtWork?, _ now: Duration) {
    let (ledger, places) = (ledger, places)
    ledger.serve(at: places.flatMap { $0 }, now)
    judge = Judge(rules, inheriting: previous?.judge) { ledger.hasSentWeight(places[$0]) }
    guard let previous else { return }
    changes = RuleChanges(judge)
    // What hangs there now is what a change is told against, and stays where the new line is held back.
    for (index, service) in rules.services.enumerated() {
      guard let before = previous.rules.services.firstIndex(where: { $0.name == service.name }) else { continue }
      notices[index].hang(previous.notices[before])
      changed[index] = previous.changed[before]
    }
  }

  /// Judges the latest sample and hangs up what is new. Says so in the log.
  func judgeSample(at now: Duration, _ log: Log) {
    let readings = sampler.readings
    unknowns.look(at: readings, sampler, log)
    let hasNews = judge.step(readings.values, settled: readings.settled, at: now)
    changes.look(at: judge, readings.values, log)
    if hasNews { hangAll(at: now, log) }
  }

  /// Hangs up what all services have to say.
  func hangAll(at now: Duration, _ log: Log) {
    for index in notices.indices { hang(index, at: now, log) }
  }

  /// Hangs up a service's line, with the variant for those to whom a `ready` is owed.
  private func hang(_ index: Int, at now: Duration, _ log: Log) {
    let verdict = judge.verdicts[index]
    if verdict.isMeasured {
      let places = places[index]
      if verdict.words.weightPercent != nil { ledger.sendWeight(places, now) }
      if verdict.isAdministrative {
        // What hangs there stays until the intention is written down.
        guard ledger.mayBegin(places, now) else { return }
      } else {
        ledger.end(places, now)
      }
    }
    verdict.write(rules, withReady: false, into: &line)
    if line != notices[index].line { announce(index, at: now, log) }
    if verdict.words.administrative == nil, !ledger.isEmpty {
      verdict.write(rules, withReady: true, into: &lineWithReady)
      notices[index].hang(line, withReady: lineWithReady)
    } else {
      notices[index].hang(line, isAdministrative: verdict.isMeasured && verdict.isAdministrative)
    }
  }

  /// Tells the log what a service says now, what it said before, and which comparisons are behind it.
  private func announce(_ index: Int, at now: Duration, _ log: Log) {
    let before = notices[index].line.dropLast()
    changed[index] = (now, Array(before))
    var message = "service '\(rules.services[index].name)': \(quoted(line.dropLast())), was \(quoted(before))"
    for rule in judge.explanationsOfSpeakers(index, sampler.readings.values, at: now) { message += "; \(rule)" }
    log.notice(message)
  }

  private func quoted(_ line: ArraySlice<UInt8>) -> String {
    line.isEmpty ? "nothing" : "'\(String(decoding: line, as: UTF8.self))'"
  }
}
