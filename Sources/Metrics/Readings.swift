// From what the kernel says to a value for each metric that the rules use.
//
// A sample is: begin, then for each input accept or fail, then finish. What has not answered by then (a file system whose
// helper still waits) is counted at the finish that follows its answer. Once warm, a sample allocates nothing.

import Language

/// The present values of the metrics that a rule set refers to.
public final class Readings {
  /// What must be read in each sample, each once. The order is fixed: the other calls name an input by its index here.
  public let inputs: [Input]
  /// One for each reference, in order; absent where unknown. Percentages as 0...100, yes as 1.
  public private(set) var values: [Double?]
  /// Whether each reference has been read once or has failed once. A rate settles at its second sample.
  public private(set) var settled: [Bool]

  private let references: [MetricReference]
  private let stale: Duration
  private let documents: [Document]
  private let formulas: [Formula]
  /// Whose value is not read in samples but heard between them.
  private let histories: [ProbeHistory?]
  private var times: [Duration]
  private var gaps: [(absence: Absence, input: Input)?]
  private var now: Duration = .zero

  /// Readings for these references into `Catalogue.host`, and into `probes` behind it. A value that cannot be read anew is
  /// kept for `stale` after it was read, with 0 not at all; that of a probe for its own `stale`.
  /// `pageSize` is in bytes; `groups` says where this host's control groups are.
  ///
  /// With `inheriting`, what both have in common goes on where the earlier readings are: last values, and the counters
  /// that rates are taken from. The earlier readings may go on being used until these are.
  public init(
    references: [MetricReference], probes: [Probe] = [], stale: Duration, pageSize: Int,
    groups: ControlGroups = ControlGroups(), inheriting earlier: Readings? = nil
  ) {
    var inputs = Inputs(pageSize: pageSize, groups: groups, inherited: earlier?.documents ?? [])
    var formulas: [Formula] = []
    var histories: [ProbeHistory?] = []
    for reference in references {
      let history =
        reference.source < definitions.count ? nil : inputs.probe(probes[reference.source - definitions.count])
      histories.append(history)
      formulas.append(history?.formula(of: reference.metric) ?? definitions[reference.source].bind(reference, &inputs))
    }
    self.formulas = formulas
    self.histories = histories
    documents = inputs.documents
    self.inputs = inputs.documents.map { $0.input }
    self.references = references
    self.stale = stale
    values = .init(repeating: nil, count: references.count)
    settled = .init(repeating: false, count: references.count)
    times = .init(repeating: .zero, count: references.count)
    gaps = .init(repeating: nil, count: references.count)
    if let earlier { inherit(earlier) }
  }

  private func inherit(_ earlier: Readings) {
    var places: [MetricReference: Int] = [:]
    for (place, reference) in earlier.references.enumerated() { places[reference] = place }
    for (index, reference) in references.enumerated() {
      // Probes have other places in another file; their histories go on by themselves.
      if histories[index] != nil { continue }
      guard let place = places[reference] else { continue }
      values[index] = earlier.values[place]
      settled[index] = earlier.settled[place]
      times[index] = earlier.times[place]
      gaps[index] = earlier.gaps[place]
    }
  }

  /// A sample starts. `now` is the time since boot and never goes back.
  public func begin(at now: Duration) { self.now = now }

  /// An input that is a file was read: its whole text; of a file of the user's, its beginning.
  public func accept(_ input: Int, _ bytes: Span<UInt8>) { documents[input].accept(bytes, at: now) }

  /// An input that is a file system was asked: what statvfs(3) said.
  public func accept(_ input: Int, _ facts: FilesystemFacts) { answer(input).accept(facts) }

  /// An input that is a file was looked at.
  public func accept(_ input: Int, _ facts: FileFacts) { answer(input).accept(facts) }

  /// An input that is a directory was read.
  public func accept(_ input: Int, _ facts: DirectoryFacts) { answer(input).accept(facts) }

  /// An input that is a listener was looked for.
  public func accept(_ input: Int, _ facts: ListenerFacts) { answer(input).accept(facts) }

  /// An input that is a number of processes was looked for.
  public func accept(_ input: Int, _ facts: ProcessFacts) {
    guard let answer = documents[input] as? ProcessAnswer else {
      preconditionFailure("facts of another kind than the input asks for")
    }
    answer.accept(facts)
  }

  /// The input that is the clock: what it shows.
  public func accept(_ input: Int, _ facts: ClockFacts) { answer(input).accept(facts) }

  /// An input that is the load balancers of a service.
  public func accept(_ input: Int, _ facts: BalancerFacts) { answer(input).accept(facts) }

  /// The probes that are referred to, each once, and whether by their value.
  public var probes: [(probe: Probe, wantsValue: Bool)] {
    var probes: [(probe: Probe, wantsValue: Bool)] = []
    for (history, reference) in zip(histories, references) {
      guard let history else { continue }
      let wantsValue = history.isValue(reference.metric)
      if let place = probes.firstIndex(where: { $0.probe == history.probe }) {
        probes[place].wantsValue = probes[place].wantsValue || wantsValue
      } else {
        probes.append((history.probe, wantsValue))
      }
    }
    return probes
  }

  /// An attempt of a probe has ended; when, in terms of `begin(at:)`. Nothing, where nobody reads this probe.
  public func accept(_ probe: Probe, _ facts: ProbeFacts, at now: Duration) {
    for document in documents where document.input == .probe(probe) {
      (document as? ProbeHistory)?.accept(facts, at: now)
    }
  }

  private func answer<Facts>(_ input: Int) -> Answer<Facts> {
    guard let answer = documents[input] as? Answer<Facts> else {
      preconditionFailure("facts of another kind than the input asks for")
    }
    return answer
  }

  /// An input could not be read. That lasts until it is accepted again.
  public func fail(_ input: Int, _ absence: Absence) { documents[input].settle(absence) }

  /// Computes all values from what was accepted since the last time.
  public func finish() {
    for index in formulas.indices { evaluate(index) }
    for document in documents { document.endSample() }
  }

  /// Why a reference has no value in the latest sample, and what was to be read; also while its last value is still kept.
  public func absence(of reference: Int) -> (absence: Absence, input: Input)? { gaps[reference] }

  /// Of a reference to a probe's `ok`, what went wrong in its last attempt, and what was asked; absent where nothing did.
  public func failure(of reference: Int) -> (reason: String, input: Input)? {
    guard let history = histories[reference], history.isOK(references[reference].metric) else { return nil }
    return history.failure.map { ($0, history.input) }
  }

  private func evaluate(_ index: Int) {
    do throws(Gap) {
      let value = try formulas[index]()
      precondition(value.isFinite, "a formula gave a value that is no number")
      values[index] = value
      times[index] = histories[index]?.endedAt ?? now
      gaps[index] = nil
      settled[index] = true
    } catch {
      switch error {
      case .unchanged:
        times[index] = now
      case .absent(let absence, let input):
        gaps[index] = (absence, input)
        if absence != .pending { settled[index] = true }
        if let history = histories[index] {
          values[index] = history.lastValue(of: references[index].metric, at: now)
        } else if now - times[index] >= stale {
          values[index] = nil
        }
      }
    }
  }
}
