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
  private(set) var judge: Judge
  private var line: [UInt8] = []
  private var lineWithReady: [UInt8] = []
  private var unknowns: UnknownMetrics

  /// Puts a rule set to work beside the one that is in force still; `takeOver` makes it the one.
  init(
    _ rules: RuleSet, asking helpers: Helpers, naming names: inout ServiceNames, after previous: RulesAtWork?
  ) {
    self.rules = rules
    sampler = Sampler(rules, asking: helpers, inheriting: previous?.sampler)
    notices = rules.services.map { Notice(service: names.number(of: $0.name)) }
    judge = Judge(rules)
    unknowns = UnknownMetrics(rules, after: previous?.unknowns)
    line.reserveCapacity(mostLineBytes)
    lineWithReady.reserveCapacity(mostLineBytes)
  }

  /// Whether every metric has been read once or has failed once.
  var isSettled: Bool { sampler.readings.settled.allSatisfy { $0 } }

  /// Goes on from where the previous rule set stands.
  func takeOver(from previous: RulesAtWork) {
    judge = Judge(rules, inheriting: previous.judge)
    // What hangs there now is what a change is told against.
    for (index, service) in rules.services.enumerated() {
      guard let before = previous.rules.services.firstIndex(where: { $0.name == service.name }) else { continue }
      notices[index].hang(previous.notices[before].line)
    }
  }

  /// Reads what the rules use.
  func sample(at now: Duration) { sampler.sample(at: now) }

  /// Judges the latest sample and hangs up what is new. Says so in the log.
  func judgeSample(at now: Duration, owing balancers: Balancers, _ log: Log) {
    let readings = sampler.readings
    unknowns.look(at: readings, sampler, log)
    guard judge.step(readings.values, settled: readings.settled, at: now) else { return }
    for index in notices.indices { hang(index, owing: balancers, at: now, log) }
  }

  /// Hangs up a service's line, with the variant for those to whom a `ready` is owed.
  func hang(_ index: Int, owing balancers: Balancers, at now: Duration, _ log: Log) {
    let verdict = judge.verdicts[index]
    verdict.write(rules, withReady: false, into: &line)
    if line != notices[index].line { announce(index, at: now, log) }
    if verdict.words.administrative == nil, !balancers.isEmpty {
      verdict.write(rules, withReady: true, into: &lineWithReady)
      notices[index].hang(line, withReady: lineWithReady)
    } else {
      notices[index].hang(line)
    }
  }

  /// Whether the line of the service of this number puts the server into a state that has to be taken back.
  func isAdministrative(_ number: Int) -> Bool {
    guard let index = notices.firstIndex(where: { $0.service == number }) else { return false }
    return judge.verdicts[index].isAdministrative
  }

  /// Tells the log what a service says now, what it said before, and which comparisons are behind it.
  private func announce(_ index: Int, at now: Duration, _ log: Log) {
    let before = notices[index].line.dropLast()
    var message = "service '\(rules.services[index].name)': \(quoted(line.dropLast())), was \(quoted(before))"
    for rule in judge.explanationsOfSpeakers(index, sampler.readings.values) { message += "; \(rule)" }
    log.notice(message)
  }

  private func quoted(_ line: ArraySlice<UInt8>) -> String {
    line.isEmpty ? "nothing" : "'\(String(decoding: line, as: UTF8.self))'"
  }
}

/// The numbers by which the probe server knows services. A number means the same service for as long as the daemon runs,
/// so that a connection which was accepted before a reload is not taken for one of another service.
struct ServiceNames {
  private var names: [String] = []

  /// The number of a service.
  mutating func number(of name: String) -> Int {
    if let number = names.firstIndex(of: name) { return number }
    names.append(name)
    return names.count - 1
  }

  /// The service of a number.
  func name(of number: Int) -> String { names[number] }
}
