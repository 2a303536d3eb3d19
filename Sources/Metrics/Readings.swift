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
  private var times: [Duration]
  private var gaps: [(absence: Absence, input: Input)?]
  private var now: Duration = .zero

  /// Readings for these references into `Catalogue.host`. A value that cannot be read anew is kept for `stale` after
  /// it was read, with 0 not at all. `pageSize` is in bytes; `groups` says where this host's control groups are.
  ///
  /// With `inheriting`, what both have in common goes on where the earlier readings are: last values, and the counters
  /// that rates are taken from. The earlier readings may go on being used until these are.
  public init(
    references: [MetricReference], stale: Duration, pageSize: Int, groups: ControlGroups = ControlGroups(),
    inheriting earlier: Readings? = nil
  ) {
    var inputs = Inputs(pageSize: pageSize, groups: groups, inherited: earlier?.documents ?? [])
    formulas = references.map { definitions[$0.source].bind($0, &inputs) }
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

  private func evaluate(_ index: Int) {
    do throws(Gap) {
      let value = try formulas[index]()
      precondition(value.isFinite, "a formula gave a value that is no number")
      values[index] = value
      times[index] = now
      gaps[index] = nil
      settled[index] = true
    } catch {
      switch error {
      case .unchanged:
        times[index] = now
      case .absent(let absence, let input):
        gaps[index] = (absence, input)
        if absence != .pending { settled[index] = true }
        if now - times[index] >= stale { values[index] = nil }
      }
    }
  }
}
