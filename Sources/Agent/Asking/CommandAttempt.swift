// Asking a program.

import Kernel
import Metrics

/// One run of a program.
final class CommandAttempt: Attempt, CommandClient {
  private let words: [String]
  private let starter: Starter
  private let loop: EventLoop
  private var run: CommandRun?

  /// The program and its arguments.
  init(_ words: [String], by starter: Starter, _ loop: EventLoop, owner: any AttemptOwner) {
    self.words = words
    self.starter = starter
    self.loop = loop
    super.init(owner: owner)
  }

  override var lingers: Bool { run?.isRunning ?? false }

  override func begin(_ now: Duration) {
    do throws(SystemError) {
      let arguments = [CommandProcess.argument, "\(ThisProcess.identifier)"] + words
      run = try CommandRun(arguments, by: starter, loop, client: self)
    } catch {
      finish(.failed("cannot start a process: \(error.message.sentenceStart)"), now)
    }
  }

  override func release() { run?.kill() }

  /// The program has ended.
  func ended(_ run: CommandRun, _ end: CommandRun.End, now: Duration) {
    finish(.command(end, output: run.text, isCut: run.isCut), now)
  }
}
