// The helper: this same program, executed anew with one connection to the one that started it. It makes the calls that
// can hang, one after the other, and if it hangs, nobody waits for it.

import Kernel

/// The life of a helper.
public enum HelperProcess {
  /// The first argument by which this program is told to be a helper.
  public static let argument = "helper"

  /// Answers questions until the other side is gone. Nothing may have happened in this process before.
  public static func run() -> Never {
    // A helper that hangs when its parent ends is ended by the kernel; one that waits for questions reads the end.
    ThisProcess.dieWithParent()
    let connection = Descriptor(inherited: .extra)
    // One whose parent was gone before the line above is on its own: what it would write now could be older than what
    // the next daemon has written.
    if connection.isAbandoned { ThisProcess.exit(0) }
    var question = [UInt8](repeating: 0, count: HelperQuestion.largest)
    var answer: [UInt8] = []
    do throws(SystemError) {
      while case .done(let count) = try connection.recv(into: &question) {
        guard var asked = HelperQuestion(question.span.extracting(0..<count)) else { break }
        if !asked.payload.isEmpty {
          let expected = asked.payload.count
          guard case .done(expected) = try connection.recv(into: &asked.payload) else { break }
        }
        HelperAnswer(to: asked, perform(asked)).write(to: &answer)
        guard case .done = try connection.send(answer.span) else { break }
      }
    } catch {}
    ThisProcess.exit(0)
  }

  private static func perform(_ question: HelperQuestion) -> HelperResult {
    do throws(SystemError) {
      switch question.operation {
      case .statvfs: return .fileSystem(try File.statvfs(question.path))
      case .replaceFile:
        try File.replace(question.path, with: question.payload.span, mode: 0o600)
        return .replaced
      case .getgrnam: return .group(try UserGroup.getgrnam(question.path))
      }
    } catch {
      return .failed(error)
    }
  }
}
