// One attempt to get an answer for a probe. It runs on the loop beside everything else, says once what came of it, and can be
// given up at any moment.

import Kernel
import Metrics

/// What came of an attempt, before anybody has looked for a value in it.
enum Answer {
  /// A program has ended; its output may be more than this.
  case command(CommandRun.End, output: [UInt8], isCut: Bool)
  /// A server has answered.
  case http(HTTPResponse)
  /// A connection was made, and the expected text has come if there is one; the number behind it.
  case tcp(number: Double?)
  /// The beginning of a file.
  case file([UInt8])
  /// None; why.
  case failed(String)
}

/// Who waits for an attempt.
protocol AttemptOwner: AnyObject {
  /// It has come to this. It may do so before `begin` has returned.
  func ended(_ attempt: Attempt, _ answer: Answer, now: Duration)
}

/// An attempt. Each kind of question has its own subclass.
class Attempt {
  private var owner: (any AttemptOwner)?

  /// Nothing has happened yet.
  init(owner: any AttemptOwner) { self.owner = owner }

  /// Whether it is over: told, or given up.
  final var isOver: Bool { owner == nil }

  /// Whether something of it still hangs in the kernel, though it is over.
  var lingers: Bool { false }

  /// What it waits for, behind "timed out after 1s"; empty where that goes without saying.
  var occupation: String { "" }

  /// What it can say at its timeout, though it would have gone on; absent where that is nothing.
  var lastWord: Answer? { nil }

  /// Begins.
  func begin(_ now: Duration) { preconditionFailure("an attempt without a kind") }

  /// Lets go of everything that it holds.
  func release() {}

  /// Tells the owner, once.
  final func finish(_ answer: Answer, _ now: Duration) {
    guard let owner else { return }
    self.owner = nil
    release()
    owner.ended(self, answer, now: now)
  }

  /// Tells nobody any more.
  final func giveUp() {
    guard owner != nil else { return }
    owner = nil
    release()
  }
}
