// The reading of one sample: what the rules use and nothing else, each file once, into one buffer that is used again.
// Whatever can hang is asked of the helper process, and its answer is taken when it comes.

import Kernel
import Language
import Metrics
import Rules

/// Reads the inputs of a rule set.
final class Sampler {
  let readings: Readings
  private let roots: Roots
  private let files: [KernelFileReader?]
  private let inquiries: [Inquiry]
  /// Of each inquiry, whether it waits for an answer.
  private var isOpen: [Bool]
  /// Inputs that no inquiry asks for though one would have to, and why.
  private let leftOut: [(place: Int, reason: Absence)]
  private let helpers: Helpers
  /// Grows to the longest of the files that are read.
  private var buffer: [UInt8] = []
  /// Who probes; absent for those who look at a host without being its daemon.
  var balancers: LoadBalancers?
  /// Of all samplers of this process, which: answers for one that is gone are not taken for another's.
  let generation: UInt32
  /// The probes that are used, in the order of first use.
  let wantedProbes: [WantedProbe]

  /// A sampler for a rule set. With `inheriting`, values and counters that both have in common go on.
  convenience init(_ rules: RuleSet, asking helpers: Helpers, inheriting earlier: Sampler? = nil) {
    self.init(
      rules.assembly.references, of: rules.probes, stale: rules.stale, roots: rules.roots, asking: helpers,
      inheriting: earlier)
  }

  /// A sampler for these metrics.
  init(
    _ references: [MetricReference], of probes: [Probe], stale: Duration, roots: Roots, asking helpers: Helpers,
    inheriting earlier: Sampler? = nil
  ) {
    self.roots = roots
    self.helpers = helpers
    generation = (earlier?.generation ?? 0) &+ 1
    let readings = Readings(
      references: references, probes: probes, stale: stale, pageSize: ThisProcess.pageSize,
      groups: ControlGroups(below: roots),
      // The counters of another root belong to another host.
      inheriting: earlier.flatMap { $0.roots == roots ? $0.readings : nil })
    self.readings = readings
    wantedProbes = readings.probes.map { WantedProbe(probe: $0.probe, wantsValue: $0.wantsValue) }
    let inquiries = Inquiry.all(for: readings.inputs, roots: roots)
    self.inquiries = inquiries
    isOpen = .init(repeating: false, count: inquiries.count)
    var isAsked = [Bool](repeating: false, count: readings.inputs.count)
    for inquiry in inquiries { for input in inquiry.inputs { isAsked[input.place] = true } }
    leftOut = readings.inputs.indices.compactMap { place in
      guard !isAsked[place], let reason = Inquiry.reasonLeftOut(readings.inputs[place]) else { return nil }
      return (place, reason)
    }
    files = readings.inputs.map { input in
      switch input {
      case .file: KernelFileReader(roots.path(of: input))
      case .filesystem, .status, .contents, .directory, .listener, .processes, .pidfile, .clock, .probe, .balancers:
        nil
      }
    }
  }

  /// How long the slowest probe may take.
  var longestTimeout: Duration { wantedProbes.reduce(.zero) { max($0, $1.probe.timeout) } }

  /// Whether an answer may still come to what was asked last.
  var isWaiting: Bool { isOpen.contains(true) }

  /// Whether there is anything to ask of a helper.
  var asks: Bool { !inquiries.isEmpty }

  /// Asks the helper what can hang. The answers count in the next sample, so that this comes a little before it.
  func ask(at now: Duration) {
    for (place, inquiry) in inquiries.enumerated() {
      let asking = helpers.ask(
        inquiry.operation, inquiry.path, payload: inquiry.payload, generation: generation, now: now)
      switch asking {
      case .underWay: isOpen[place] = true
      case .hangs: for input in inquiry.inputs { readings.fail(input.place, .timedOut) }
      }
    }
  }

  /// Takes a sample. Values are those of the readings afterwards.
  func sample(at now: Duration) {
    readings.begin(at: now)
    for index in files.indices {
      if let file = files[index] {
        read(file, index)
      } else {
        look(readings.inputs[index], index, now)
      }
    }
    for input in leftOut { readings.fail(input.place, input.reason) }
    readings.finish()
  }

  /// What is no file and cannot hang.
  private func look(_ input: Input, _ index: Int, _ now: Duration) {
    switch input {
    case .clock:
      let time = LocalTime(Clock.wall())
      readings.accept(index, ClockFacts(hour: time.hour, minute: time.minute, weekday: time.weekday))
    case .balancers(let service):
      if let balancers {
        readings.accept(index, BalancerFacts(count: balancers.count(ofService: service, now)))
      } else {
        readings.fail(index, .missing("only the running daemon knows"))
      }
    default: break
    }
  }

  /// Why a metric had no value in the latest sample: `/proc/pressure/io: no such file or directory`.
  func absenceText(of reference: Int) -> String? {
    guard let (absence, input) = readings.absence(of: reference) else { return nil }
    // Whoever had an answer before would take "not measured yet" for a lie.
    var isAsked = false
    for inquiry in inquiries where inquiry.inputs.contains(where: { readings.inputs[$0.place] == input }) {
      isAsked = true
    }
    if absence == .pending, isAsked { return "\(roots.path(of: input)): no answer yet" }
    return "\(roots.path(of: input)): \(absence.text(systemError: Self.words))"
  }

  /// What there is to say about a metric beside its value: why it has none; of a probe's `ok`, why it is no.
  func remark(on reference: Int) -> String? {
    if readings.values[reference] == nil { return absenceText(of: reference) }
    return readings.failure(of: reference).map { "\(roots.path(of: $0.input)): \($0.reason)" }
  }

  /// What an error number means here, and what to do about it.
  private static func words(_ code: Int32) -> String {
    let error = SystemError(code: code, call: "open")
    let words = error.message.sentenceStart
    return error.isPermissionDenied ? "\(words); the capability CAP_DAC_READ_SEARCH would help" : words
  }

  private func read(_ file: KernelFileReader, _ input: Int) {
    do throws(SystemError) {
      let count = try file.read(into: &buffer)
      let bytes = buffer
      readings.accept(input, bytes.span.extracting(0..<count))
    } catch {
      readings.fail(input, .system(code: error.code))
    }
  }

  /// Takes what a helper has found out for this sampler.
  func answered(_ operation: HelperOperation, _ path: String, _ result: HelperResult) {
    for (place, inquiry) in inquiries.enumerated() where inquiry.operation == operation && inquiry.path == path {
      isOpen[place] = false
      for input in inquiry.inputs { accept(input.place, result, input.part) }
    }
  }

  /// Takes an input's part of an answer.
  private func accept(_ input: Int, _ result: HelperResult, _ part: Int) {
    switch result {
    case .fileSystem(let status): readings.accept(input, FilesystemFacts(status))
    case .contents(let bytes): readings.accept(input, bytes.span)
    case .file(let facts): readings.accept(input, facts)
    case .directory(let facts): readings.accept(input, facts)
    case .listeners(let record):
      guard let facts = ListenerRecord.facts(at: part, in: record.span) else { return }
      readings.accept(input, facts)
    case .processes(let record):
      guard let facts = ProcessRecord.facts(at: part, in: record.span) else { return }
      readings.accept(input, facts)
    case .notRegular: readings.fail(input, .missing("not a regular file"))
    case .failed(let error): readings.fail(input, .system(code: error.code))
    case .timedOut, .lost: readings.fail(input, .timedOut)
    case .replaced, .ruleFile, .ruleFiles, .group: break  // The answer to a question that no sampler asks.
    }
  }
}

extension FilesystemFacts {
  /// What statvfs(3) said.
  fileprivate init(_ status: FileSystemStatus) {
    self.init(
      blockSize: status.blockSize, blocks: status.blocks, blocksFree: status.freeBlocks,
      blocksAvailable: status.availableBlocks, inodes: status.inodes, inodesFree: status.freeInodes,
      readOnly: status.isReadOnly)
  }
}
