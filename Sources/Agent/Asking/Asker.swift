// Asks the probes of the rules in force, each question at its time: at once after a start, then every so often, at places in
// that time which are spread so that probes do not fire together. Probes that ask the same share an attempt: it is made as
// often as the most impatient of them wants, and each is told at its own timeout if nothing has come by then.

import Kernel
import Metrics
import Rules

/// Who is told what came of probes.
protocol AskerClient: AnyObject {
  /// An attempt has ended, for this probe at least.
  func heard(of probe: Probe, _ facts: ProbeFacts, now: Duration)
}

/// A probe that somebody uses.
struct WantedProbe {
  let probe: Probe
  /// Whether the number is used, and not only that it went well.
  let wantsValue: Bool
}

/// The probes at work.
final class Asker {
  /// A probe that waits for a question's answer.
  private struct Member {
    let probe: Probe
    /// Whether it has not been told yet what came of the present attempt.
    var isWaiting = false
  }

  /// A question and all who ask it.
  private final class Entry {
    let question: Question
    var members: [Member] = []
    var every = Duration.zero
    var wantsValue = false
    /// Whether somebody wanted the number when the present attempt began.
    var awaitsValue = false
    var nextAt: Duration
    var attempt: Attempt?
    var begunAt = Duration.zero
    /// Whether it has not been asked yet.
    var isNew = true

    init(_ question: Question, at now: Duration) {
      self.question = question
      nextAt = now
    }

    var longestTimeout: Duration { members.reduce(.zero) { max($0, $1.probe.timeout) } }
  }

  /// Who is told.
  var client: (any AskerClient)?

  private let loop: EventLoop
  /// Those who read files; and those who do it for probes with more patience, so that a mount that hangs costs them alone.
  let files: Helpers
  let patientFiles: Helpers
  private let timer: TimerIndex
  private let starter: Starter
  /// Whether each question is asked only once.
  private let isOnce: Bool
  private var entries: [Entry] = []
  /// How many questions there have been.
  private var count = 0
  private var generation: UInt32 = 0

  /// How long a file may take for everybody else not to wait: what most probes have for a timeout.
  private static let impatience = Duration.seconds(1)

  /// Nothing is asked yet. With `isOnce` each question is asked once, for those who only look. `program` is this
  /// program's own file.
  init(loop: EventLoop, log: Log, isOnce: Bool = false, program: String = "/proc/self/exe") {
    self.loop = loop
    self.isOnce = isOnce
    starter = Starter(program: program, groupGuard: GroupGuard(loop, program: program))
    files = Helpers(loop: loop, log: log, program: program)
    patientFiles = Helpers(loop: loop, log: log, program: program)
    timer = loop.makeTimer()
    loop.connect(timer, to: self)
    files.timeout = Self.impatience
    files.client = self
    patientFiles.client = self
  }

  /// From now on asks for these probes and no other. Questions that were asked before go on in their rhythm; what nobody
  /// wants to know any more is given up.
  func serve(_ wanted: [WantedProbe], _ now: Duration) {
    var kept: [Entry] = []
    for want in wanted {
      let question = want.probe.question
      let entry: Entry
      if let known = kept.first(where: { $0.question == question }) {
        entry = known
      } else {
        entry = entries.first { $0.question == question } ?? Entry(question, at: now)
        entry.members.removeAll { member in !wanted.contains { $0.probe == member.probe } }
        (entry.every, entry.wantsValue) = (want.probe.every, false)
        kept.append(entry)
      }
      entry.every = min(entry.every, want.probe.every)
      entry.wantsValue = entry.wantsValue || want.wantsValue
      guard !entry.members.contains(where: { $0.probe == want.probe }) else { continue }
      // One that comes later does not wait for the others' turn: what is being asked is its question, too, unless nobody
      // waits for the number that it wants.
      let isAsked = !(entry.attempt?.isOver ?? true) && (entry.awaitsValue || !want.wantsValue)
      entry.members.append(Member(probe: want.probe, isWaiting: isAsked))
      entry.nextAt = now
    }
    for entry in entries where !kept.contains(where: { $0 === entry }) { entry.attempt?.giveUp() }
    entries = kept
    for entry in entries { entry.nextAt = min(entry.nextAt, now + entry.every) }
    patientFiles.timeout = entries.reduce(Self.impatience) { longest, entry in
      guard case .file = entry.question else { return longest }
      return max(longest, entry.longestTimeout)
    }
    loop.set(timer, at: entries.isEmpty ? nil : now)
  }

  /// Gives everything up: programs that run are killed.
  func stop() { serve([], loop.now) }

  private func attempt(_ entry: Entry) -> Attempt {
    switch entry.question {
    case .command(let words): return CommandAttempt(words, by: starter, loop, owner: self)
    case .http(let address): return HTTPAttempt(address, by: starter, loop, owner: self)
    case .tcp(let destination, let send, let expect):
      return TCPAttempt(
        destination, send: send, expect: expect, wantsNumber: entry.wantsValue, by: starter, loop, owner: self)
    case .file(let path):
      generation &+= 1
      let helpers = entry.longestTimeout > Self.impatience ? patientFiles : files
      return FileAttempt(path, generation, helpers, owner: self)
    }
  }

  private func begin(_ entry: Entry, _ now: Duration) {
    for index in entry.members.indices { entry.members[index].isWaiting = true }
    entry.begunAt = now
    entry.awaitsValue = entry.wantsValue
    if let last = entry.attempt, last.lingers {
      let reason = "the last attempt was killed, and still hangs in the kernel"
      return tell(entry, .failed(reason), now) { _ in true }
    }
    let attempt = attempt(entry)
    entry.attempt = attempt
    attempt.begin(now)
  }

  /// Tells those who wait and of whom this holds.
  private func tell(_ entry: Entry, _ answer: Answer, _ now: Duration, where isMeant: (Member) -> Bool) {
    for index in entry.members.indices where entry.members[index].isWaiting && isMeant(entry.members[index]) {
      entry.members[index].isWaiting = false
      let probe = entry.members[index].probe
      client?.heard(of: probe, ProbeFacts(answer, of: probe, after: now - entry.begunAt), now: now)
    }
  }

  /// Tells those whose patience has ended, and gives an attempt up for which nobody waits any more.
  private func lookForTimeouts(_ entry: Entry, _ now: Duration) {
    guard let attempt = entry.attempt, !attempt.isOver else { return }
    let begunAt = entry.begunAt
    for index in entry.members.indices where entry.members[index].isWaiting {
      let probe = entry.members[index].probe
      guard begunAt + probe.timeout <= now else { continue }
      let occupation = attempt.occupation.isEmpty ? "" : ", while \(attempt.occupation)"
      let answer =
        attempt.lastWord ?? .failed("timed out after \(durationText(probe.timeout))\(occupation)")
      tell(entry, answer, now) { $0.probe == probe }
    }
    if !entry.members.contains(where: { $0.isWaiting }) { attempt.giveUp() }
  }

  private func schedule() {
    var next: Duration?
    func take(_ instant: Duration) { next = next.map { min($0, instant) } ?? instant }
    for entry in entries {
      take(entry.nextAt)
      guard let attempt = entry.attempt, !attempt.isOver else { continue }
      for member in entry.members where member.isWaiting { take(entry.begunAt + member.probe.timeout) }
    }
    loop.set(timer, at: next)
  }
}

extension Asker: TimerHandler {
  /// Some attempt is due, or has taken too long.
  func due(_ tag: Int, now: Duration) {
    for entry in entries {
      lookForTimeouts(entry, now)
      guard entry.nextAt <= now else { continue }
      // Another probe of the same question may be more patient.
      if entry.attempt?.isOver ?? true { begin(entry, now) }
      entry.nextAt = isOnce ? now + .seconds(86400) : next(of: entry, now)
    }
    schedule()
  }

  private func next(of entry: Entry, _ now: Duration) -> Duration {
    if entry.isNew {
      entry.isNew = false
      // Multiples of the golden section lie as far apart as can be, however many there are.
      let share = Double(count) * Self.goldenSection
      count += 1
      return now + entry.every * (1 - (share - share.rounded(.down)))
    }
    // Of attempts that were missed, none is made up for.
    let next = entry.nextAt + entry.every
    return next > now ? next : now + entry.every
  }

  private static let goldenSection = 0.618_033_988_749_894_9
}

extension Asker: AttemptOwner {
  /// An answer, or a failure.
  func ended(_ attempt: Attempt, _ answer: Answer, now: Duration) {
    guard let entry = entries.first(where: { $0.attempt === attempt }) else { return }
    tell(entry, answer, now) { _ in true }
    schedule()
  }
}

extension Asker: HelperClient {
  /// A file has been read, or has not.
  func answered(
    _ operation: HelperOperation, _ path: String, _ result: HelperResult, generation: UInt32, now: Duration
  ) {
    for entry in entries {
      if let attempt = entry.attempt as? FileAttempt, attempt.generation == generation, attempt.path == path {
        attempt.take(result, now)
      }
    }
  }
}
