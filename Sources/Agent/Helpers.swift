// Asking what can hang without hanging. A file system of a dead server keeps a process that asks it in the kernel, where
// not even SIGKILL reaches it; in a thread of ours it would keep our ports bound after our own death. So another process
// asks. When it does not answer in time it is killed and abandoned, the next question goes to a new one, and the path
// that hung is left alone until the kernel has given the old one up.

public import Kernel

/// Who asked.
public protocol HelperClient: AnyObject {
  /// What came of a question, perhaps before `ask` has returned. `generation` is what was said when asking.
  func answered(
    _ operation: HelperOperation, _ path: String, _ result: HelperResult, generation: UInt32, now: Duration)
}

/// The helpers: at most one that works, and those that hang.
public final class Helpers {
  /// How many processes there may be. A host on which so many calls hang has other worries than its metrics.
  public static let most = 16

  /// What became of asking.
  public enum Asking: Sendable {
    /// The client will be told: once for all who have asked the same in the meantime.
    case underWay
    /// Not asked: the last call with this path still hangs, or there are as many hanging calls as may be.
    case hangs
  }

  /// How long a call may take, from when it is made.
  public var timeout = Duration.seconds(1)
  /// How long a helper without work is kept; absent, for ever.
  public var leisure: Duration?
  /// Who is told.
  public var client: (any HelperClient)?

  private let loop: EventLoop
  private let log: Log
  private let program: String
  private let timer: TimerIndex
  private var helpers: [Helper] = []
  private var waiting: [HelperQuestion] = []
  private var lastNumber: UInt32 = 0
  private var record: [UInt8] = []
  private var reply = [UInt8](repeating: 0, count: HelperAnswer.largest)
  private var isStartFailureKnown = false

  /// No helper yet: the first question starts it. `program` is this program's own file, which exists as long as it
  /// runs, even when an upgrade has removed its name.
  public init(loop: EventLoop, log: Log, program: String = "/proc/self/exe") {
    self.loop = loop
    self.log = log
    self.program = program
    timer = loop.makeTimer()
    loop.connect(timer, to: self)
  }

  /// How many helper processes there are, those that hang included.
  public var count: Int { helpers.count }

  /// How many of them have been given up and are still there.
  var abandonedCount: Int { helpers.count { $0.isAbandoned } }

  /// The process numbers of all helpers.
  var identifiers: [Int] { helpers.map { $0.child.identifier } }

  /// Asks a helper. Allocates nothing once a helper runs and has been asked as much before.
  public func ask(
    _ operation: HelperOperation, _ path: String, payload: [UInt8] = [], generation: UInt32, now: Duration
  ) -> Asking {
    for helper in helpers {
      guard let question = helper.question else { continue }
      if helper.isAbandoned {
        if question.path == path { return .hangs }
      } else if question.operation == operation, question.path == path, question.generation == generation {
        return .underWay
      }
    }
    for question in waiting
    where question.operation == operation && question.path == path && question.generation == generation {
      return .underWay
    }
    if helpers.count >= Self.most, worker == nil { return .hangs }
    // Most rule files ask for nothing that needs the room.
    if operation.answersAtLength, reply.count < HelperAnswer.largestWithContents {
      reply.append(contentsOf: repeatElement(0, count: HelperAnswer.largestWithContents - reply.count))
    }
    lastNumber &+= 1
    waiting.append(
      HelperQuestion(
        generation: generation, number: lastNumber, operation: operation, path: path, payload: payload))
    proceed(now)
    return .underWay
  }

  /// Lets the helper go that has nothing to do. The next question starts another one.
  public func dismiss() {
    guard waiting.isEmpty, let worker, worker.question == nil else { return }
    worker.connection.shutdown(.both)
    worker.isAbandoned = true
  }

  /// Ends the helper that has nothing to do, and waits until it is gone. Nothing may be asked any more.
  func endAndWait() {
    guard let worker, worker.question == nil else { return }
    if let watch = worker.childWatch { loop.forget(watch) }
    if let watch = worker.connectionWatch { loop.forget(watch) }
    worker.child.endAndWait()
    helpers.removeAll { $0 === worker }
  }

  /// The helper that does not hang.
  private var worker: Helper? { helpers.last { !$0.isAbandoned } }

  /// Sends the next question, if there is somebody who can take it.
  private func proceed(_ now: Duration) {
    while let question = waiting.first {
      if let worker, worker.question != nil { return }
      guard let helper = worker ?? start() else {
        waiting.removeFirst()
        tell(question, .lost, now)
        continue
      }
      question.write(to: &record)
      let record = record
      guard case .done? = try? helper.connection.send(record.span) else {
        // It is dead, and its end not yet told: the next one gets the question.
        abandon(helper)
        continue
      }
      waiting.removeFirst()
      if !question.payload.isEmpty {
        let payload = question.payload
        guard case .done? = try? helper.connection.send(payload.span) else {
          abandon(helper)
          tell(question, .lost, now)
          continue
        }
      }
      helper.question = question
      loop.set(timer, at: now + timeout)
    }
  }

  private func tell(_ question: HelperQuestion, _ result: HelperResult, _ now: Duration) {
    client?.answered(question.operation, question.path, result, generation: question.generation, now: now)
  }
}

// MARK: - Processes

/// One helper process.
private final class Helper {
  let child: Child
  let connection: Descriptor
  var childWatch: Watch?
  var connectionWatch: Watch?
  /// What it has been asked and has not answered.
  var question: HelperQuestion?
  /// An answer whose payload has not all come: what came before it, and how much of it there is.
  var answer: [UInt8] = []
  var payload: [UInt8] = []
  var payloadCount = 0
  /// It has been killed or let go, and nothing more is expected of it but its end.
  var isAbandoned = false

  init(_ child: consuming Child, _ connection: consuming Descriptor) {
    self.child = child
    self.connection = connection
  }
}

extension Helpers {
  private static let childKind = 0
  private static let connectionKind = 1

  /// A new helper; absent where there are too many, or the kernel has no room for one.
  private func start() -> Helper? {
    guard helpers.count < Self.most else { return nil }
    do throws(SystemError) {
      let pair = try Socket.pair()
      var inheritance = Inheritance()
      try inheritance.give(pair.far, as: .extra)
      let connection = try pair.near.dup()
      try connection.setNonblocking()
      // Last of what can fail: a child without an owner would never be reaped.
      let child = try Child(
        program: program, arguments: ["agentcheckd", HelperProcess.argument], inheritance: inheritance, ownGroup: true)
      let helper = Helper(child, connection)
      let tag = helper.child.identifier * 2
      do throws(SystemError) {
        helper.connectionWatch = try loop.watch(
          helper.connection, for: .readable, tag: tag + Self.connectionKind, by: self)
        helper.childWatch = try loop.watch(helper.child.descriptor, for: .readable, tag: tag + Self.childKind, by: self)
      } catch {
        // It has not been asked anything yet, so that it ends at once.
        if let watch = helper.connectionWatch { loop.forget(watch) }
        helper.child.endAndWait()
        throw error
      }
      helpers.append(helper)
      isStartFailureKnown = false
      return helper
    } catch {
      if !isStartFailureKnown { log.error("cannot start a helper for calls that may hang (\(error))") }
      isStartFailureKnown = true
      return nil
    }
  }

  /// Expects nothing more of a helper but its end.
  private func abandon(_ helper: Helper) {
    helper.isAbandoned = true
    helper.child.send(.kill)
    loop.set(timer, at: nil)
    if let watch = helper.connectionWatch { try? loop.unwatch(watch, of: helper.connection) }
    helper.connectionWatch = nil
  }

  /// The kernel has given a helper up.
  private func bury(_ helper: Helper, _ now: Duration) {
    guard case .some = try? helper.child.reap() else { return }
    if let watch = helper.childWatch { loop.forget(watch) }
    if let watch = helper.connectionWatch { loop.forget(watch) }
    helpers.removeAll { $0 === helper }
    if !helper.isAbandoned, let question = helper.question {
      loop.set(timer, at: nil)
      tell(question, .lost, now)
    }
    proceed(now)
  }
}

extension Helpers: ReadyHandler {
  /// A helper has answered, or ended.
  public func ready(_ tag: Int, _ events: Events, now: Duration) {
    guard let helper = helpers.first(where: { $0.child.identifier == tag / 2 }) else { return }
    if tag % 2 == Self.childKind { bury(helper, now) } else { receive(from: helper, now) }
  }

  private func receive(from helper: Helper, _ now: Duration) {
    if helper.answer.isEmpty {
      guard case .done(let count)? = try? helper.connection.recv(into: &reply) else { return hangUp(helper) }
      let reply = reply[..<count]
      guard let expected = HelperAnswer.payloadCount(behind: reply.span) else { return }
      guard expected > 0 else { return take(HelperAnswer(reply), from: helper, now) }
      helper.answer = Array(reply)
      helper.payload = [UInt8](repeating: 0, count: expected)
      helper.payloadCount = 0
    } else {
      guard case .done(let count)? = try? helper.connection.recv(into: &helper.payload, at: helper.payloadCount) else {
        return hangUp(helper)
      }
      helper.payloadCount += count
      guard helper.payloadCount == helper.payload.count else { return }
      let answer = HelperAnswer(helper.answer[...], payload: helper.payload)
      helper.answer = []
      helper.payload = []
      take(answer, from: helper, now)
    }
  }

  /// Nothing more comes from a helper. The end of the process will be told by the process.
  private func hangUp(_ helper: Helper) {
    if let watch = helper.connectionWatch { try? loop.unwatch(watch, of: helper.connection) }
    helper.connectionWatch = nil
  }

  private func take(_ answer: HelperAnswer?, from helper: Helper, _ now: Duration) {
    guard let question = helper.question, let answer, answer.number == question.number else { return }
    helper.question = nil
    loop.set(timer, at: nil)
    tell(question, answer.result, now)
    proceed(now)
    if let leisure, let worker, worker.question == nil { loop.set(timer, at: now + leisure) }
  }
}

extension Helpers: TimerHandler {
  /// A call has not come back in time; or there has been none for a while.
  public func due(_ tag: Int, now: Duration) {
    guard let helper = worker, let question = helper.question else { return dismiss() }
    abandon(helper)
    tell(question, .timedOut, now)
    proceed(now)
  }
}
