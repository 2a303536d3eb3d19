// Asking a file, by way of a helper: reading it could hang.

import Kernel
import Metrics

/// One reading of a file. Its helpers' client hands the answer on to `take`.
final class FileAttempt: Attempt {
  /// What is read.
  let path: String
  /// By which the answer is known.
  let generation: UInt32
  private let helpers: Helpers

  /// An absolute path.
  init(_ path: String, _ generation: UInt32, _ helpers: Helpers, owner: any AttemptOwner) {
    self.path = path
    self.generation = generation
    self.helpers = helpers
    super.init(owner: owner)
  }

  override func begin(_ now: Duration) {
    switch helpers.ask(.read, path, generation: generation, now: now) {
    case .underWay: break
    case .hangs: finish(.failed("the last attempt to read it still hangs"), now)
    }
  }

  /// The helper has found something out.
  func take(_ result: HelperResult, _ now: Duration) {
    switch result {
    case .contents(let bytes): finish(.file(Array(bytes)), now)
    case .notRegular: finish(.failed("it is no regular file, and nothing else is opened"), now)
    case .failed(let error): finish(.failed(error.message.sentenceStart), now)
    case .timedOut: finish(.failed("no answer in time"), now)
    case .lost: finish(.failed("the helper that reads files has ended"), now)
    default: break  // Answers to questions that are not asked here.
    }
  }
}
