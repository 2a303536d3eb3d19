// What has happened here: every change of every reply, what was behind it and who was told, and what was done to the daemon.
// HAProxy logs no change of a weight, so that this is where people look after an incident.
//
// Records are collected in memory and appended to a file by a helper process, every few seconds at most however often
// replies change; so a daemon that is killed takes its last seconds with it, and one that is ended in order takes nothing.
// When the file is full it becomes the older one of two generations. A disk that is full or dead costs records, which is
// said in the log and in the history, but never a reply.

import Kernel
import Text

/// The history of this daemon, as it is written.
final class History {
  /// How often the disk is written.
  struct Pace {
    /// How long after an event the disk is written at the earliest: by then somebody has fetched the new reply.
    var gatherTime = Duration.seconds(2)
    /// How long after a write the next one begins at the earliest.
    var beat = Duration.seconds(5)
    /// How long after a failure it is tried again.
    var pause = Duration.seconds(10)
  }

  /// How long a disk may take.
  static let timeout = Duration.seconds(10)
  /// So much that waits for the disk does not wait for its beat.
  static let manyBytes = 65_536
  /// So much waits for a disk that does not take it. What comes then is lost.
  static let mostBytes = 262_144

  private enum TimerTag: Int {
    case write, read
  }

  /// What was told to the daemon's folder; absent where there is none.
  private let file: HistoryFile?
  private let failures: WriteFailures
  private let pace: Pace
  let helpers: Helpers
  private let loop: EventLoop
  private let log: Log
  private let writeTimer: TimerIndex
  private let readTimer: TimerIndex

  /// The number of the latest record.
  private(set) var number = 0
  /// Lines that are on their way to the disk, and those that wait.
  private(set) var writing: [UInt8] = []
  private(set) var unsaved: [UInt8] = []
  private var size = 0
  private var isRotating = false
  private var nextWrite: Duration?
  private var lastWrite: Duration?
  private var isEnding = false
  /// Records that nobody will read.
  private var lost = 0
  private var hanging: [HangingReply] = []
  private var readers: [HistoryReader] = []
  private var lastReader: UInt32 = 0

  /// Goes on with the history in a folder; without one it is told to those who follow it, and kept nowhere. That it cannot
  /// be written is noted in `failures`.
  init(
    in folder: String?, loop: EventLoop, log: Log, failures: WriteFailures = WriteFailures(),
    program: String = "/proc/self/exe", pace: Pace = Pace()
  ) {
    self.failures = failures
    self.pace = pace
    self.loop = loop
    self.log = log
    // Helpers of its own: what must be written before a reply may be told does not wait for this.
    helpers = Helpers(loop: loop, log: log, program: program)
    writeTimer = loop.makeTimer()
    readTimer = loop.makeTimer()
    file = folder.map { HistoryFile(in: $0) }
    helpers.timeout = Self.timeout
    helpers.client = self
    loop.connect(writeTimer, to: self, tag: TimerTag.write.rawValue)
    loop.connect(readTimer, to: self, tag: TimerTag.read.rawValue)
    guard let file else { return }
    let end = file.end
    (number, size) = (end.number, end.size)
    if let complaint = end.complaint { log.warning(complaint) }
  }

  /// Whether the last attempt to write has failed.
  var isFailing: Bool { file.map { failures.has($0.path) } ?? false }
  /// Whether everything is on the disk, as far as that is possible.
  var isKept: Bool { file == nil || isFailing || writing.isEmpty && unsaved.isEmpty }

  // MARK: - What happens

  /// Something was done to the daemon, or to one service.
  func note(_ event: HistoryRecord.Event, service: String? = nil, _ text: String, _ now: Duration) {
    var record = HistoryRecord(event, at: Self.time())
    record.service = service
    record.text = text
    add(record, now)
  }

  /// The services from now on. Their replies hang where they hung, by name.
  func serve(_ names: [String], _ now: Duration) {
    let before = hanging
    hanging = names.map { name in before.first { $0.service == name } ?? HangingReply(of: name) }
    for reply in before where !names.contains(reply.service) { tellFetches(of: reply, now) }
  }

  /// A service says something else than before. Lines are without their ends.
  func change(_ service: Int, to line: String, from was: String?, because: [String], _ now: Duration) {
    let reply = hanging[service]
    tellFetches(of: reply, now)
    var record = HistoryRecord(.reply, at: Self.time())
    record.service = reply.service
    record.line = line
    record.was = was
    record.because = because
    add(record, now)
    reply.begin(number)
  }

  /// A load balancer is told what a service says. Allocates nothing.
  func fetch(_ service: Int, _ address: IPAddress, _ now: Duration) {
    guard service < hanging.count else { return }
    hanging[service].fetch(address, now)
    // The first one is worth writing down, for when there is no time at the end.
    if hanging[service].fetches == 1 { schedule(now) }
  }

  /// The daemon ends in order. What is not on the disk goes there at once; see `isKept`.
  func end(_ text: String, _ now: Duration) {
    for reply in hanging { tellFetches(of: reply, now) }
    note(.ended, text, now)
    isEnding = true
    write(now)
  }

  private func tellFetches(of reply: HangingReply, _ now: Duration) {
    guard reply.hasNews, let record = fetches(of: reply, now) else { return }
    reply.becomeKnown()
    add(record, now)
  }

  private func fetches(of reply: HangingReply, _ now: Duration) -> HistoryRecord? {
    guard reply.number > 0, let first = reply.first, let last = reply.last else { return nil }
    let time = Self.time()
    var record = HistoryRecord(.fetched, at: time)
    record.service = reply.service
    record.reply = reply.number
    record.fetches = reply.fetches
    record.first = first.fetch(now, time)
    record.last = last.fetch(now, time)
    return record
  }

  private static func time() -> CalendarTime {
    let wall = Clock.wall()
    return CalendarTime(milliseconds: Int(wall.milliseconds), secondsEast: LocalTime(wall).secondsEast)
  }

  private func add(_ record: HistoryRecord, _ now: Duration) {
    if unsaved.count + writing.count > Self.mostBytes {
      if lost == 0 { log.error("the history is losing records: the disk does not take them") }
      lost += 1
      return
    }
    if lost > 0 {
      let count = lost
      lost = 0
      note(.lost, "\(count) records were lost here: the disk did not take them", now)
    }
    number += 1
    var record = record
    record.number = number
    for reader in readers where reader.isFollowing { reader.tell(record.json) }
    guard file != nil else { return }
    HistoryLine.append(record, to: &unsaved)
    // What people have done is seldom, and whoever looks after a crash wants to know it.
    schedule(now, isUrgent: record.event == .forced || record.event == .released)
  }
}

// MARK: - Writing

extension History {
  private func schedule(_ now: Duration, isUrgent: Bool = false) {
    guard file != nil, writing.isEmpty, !isRotating else { return }
    var due = max(now + pace.gatherTime, (lastWrite ?? now - pace.beat) + pace.beat)
    if isFailing { due = (lastWrite ?? now) + pace.pause }
    if !isFailing, isUrgent || isEnding || unsaved.count >= Self.manyBytes { due = now }
    if let nextWrite, nextWrite <= due { return }
    nextWrite = due
    loop.set(writeTimer, at: due)
  }

  private func write(_ now: Duration) {
    nextWrite = nil
    loop.set(writeTimer, at: nil)
    guard let file, writing.isEmpty, !isRotating else { return }
    for reply in hanging where !reply.isKnown { tellFetches(of: reply, now) }
    guard !unsaved.isEmpty else { return }
    lastWrite = now
    let asking: Helpers.Asking
    if size >= HistoryFile.limit, !readers.contains(where: { !$0.isFollowing }) {
      isRotating = true
      asking = helpers.ask(.rotateFile, file.path, generation: 0, now: now)
    } else {
      takeLines()
      asking = helpers.ask(.appendFile, file.path, payload: writing, generation: 0, now: now)
    }
    if case .hangs = asking { fail("an earlier write still hangs", now) }
  }

  /// Whole lines, as many as one question may carry.
  private func takeLines() {
    var count = unsaved.count
    if count > Self.manyBytes {
      count = (unsaved[..<Self.manyBytes].lastIndex(of: .of("\n")) ?? unsaved.firstIndex(of: .of("\n")) ?? 0) + 1
    }
    writing = Array(unsaved[..<count])
    unsaved.removeFirst(count)
  }

  private func wrote(_ operation: HelperOperation, _ result: HelperResult, _ now: Duration) {
    switch result {
    case .replaced:
      if let file, failures.end(file.path) { log.notice("\(file.path): written again") }
      if operation == .rotateFile {
        isRotating = false
        size = 0
        return write(now)
      }
      size += writing.count
      writing = []
      if readers.isEmpty { helpers.dismiss() }
      if !unsaved.isEmpty { schedule(now) }
    case .failed(let error): fail(error.message.sentenceStart, now)
    case .timedOut: fail("the disk does not answer", now)
    default: fail("the process that writes it was ended", now)
    }
  }

  private func fail(_ reason: String, _ now: Duration) {
    isRotating = false
    unsaved = writing + unsaved
    writing = []
    if let file, failures.begin(file.path, reason, .history, now) {
      log.error("cannot write \(file.path): \(reason): trying again every \(roundText(pace.pause))")
    }
    lastWrite = now
    nextWrite = nil
    schedule(now)
  }
}

// MARK: - Reading

extension History {
  /// So many may read at a time: people, not programs.
  static let mostReaders = 8

  /// Tells a reader everything that was kept and what is not on the disk yet, and then, if it follows, what happens.
  /// False where there are too many already.
  func begin(_ reader: HistoryReader, _ now: Duration) -> Bool {
    guard readers.count < Self.mostReaders else { return false }
    lastReader &+= 1
    reader.begin(lastReader, in: file)
    readers.append(reader)
    readOn(reader, now)
    return true
  }

  /// A reader has gone.
  func end(_ reader: HistoryReader) { readers.removeAll { $0 === reader } }

  private func readOn(_ reader: HistoryReader, _ now: Duration) {
    guard !reader.isFollowing, !reader.isAsking else { return }
    guard let (path, offset) = reader.next else { return finish(reader, now) }
    // Who is slow is waited for.
    guard reader.hasRoom else { return loop.set(readTimer, at: now + .milliseconds(20)) }
    reader.isAsking = true
    let asking = helpers.ask(
      .readFile, path, payload: HelperQuestion.payload(offset), generation: reader.number, now: now)
    if case .hangs = asking { leave(reader, "an earlier call still hangs") }
  }

  private func read(_ number: UInt32, _ result: HelperResult, _ now: Duration) {
    guard let reader = readers.first(where: { $0.number == number }) else { return }
    reader.isAsking = false
    switch result {
    case .contents(let bytes): reader.take(bytes)
    case .failed(let error) where error.isNoSuchFile: reader.take([])
    case .failed(let error): return leave(reader, error.message.sentenceStart)
    default: return leave(reader, "the disk does not answer")
    }
    readOn(reader, now)
  }

  private func finish(_ reader: HistoryReader, _ now: Duration) {
    reader.take(waiting: writing)
    reader.take(waiting: unsaved)
    for reply in hanging where reply.hasNews {
      if let record = fetches(of: reply, now) { reader.tell(record.json) }
    }
    if reader.finish() { end(reader) }
  }

  private func leave(_ reader: HistoryReader, _ reason: String) {
    end(reader)
    reader.fail("the history cannot be read: \(reason)")
  }
}

extension History: HelperClient {
  func answered(
    _ operation: HelperOperation, _ path: String, _ result: HelperResult, generation: UInt32, now: Duration
  ) {
    if operation == .readFile { read(generation, result, now) } else { wrote(operation, result, now) }
  }
}

extension History: TimerHandler {
  func due(_ tag: Int, now: Duration) {
    switch TimerTag(rawValue: tag) {
    case .write: write(now)
    case .read: for reader in readers { readOn(reader, now) }
    case nil: break
    }
  }
}
