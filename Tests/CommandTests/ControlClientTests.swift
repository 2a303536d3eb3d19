import Agent
import Foundation
import Kernel
import Testing
import Text

@testable import agentcheckd

@Suite struct ControlClients {
  /// A daemon that says what a test wants.
  private final class Daemon {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "control-\(UUID().uuidString)")
    private let listener: LocalListener
    var path: String { folder.appending(path: "s").path }

    init() throws {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      listener = try LocalListener(at: folder.appending(path: "s").path, mode: 0o600)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func say(_ bytes: [UInt8]) throws {
      switch listener.accept() {
      case .connection(let connection): #expect(try connection.send(bytes.span) == .done(bytes.count))
      default: Issue.record("nobody asks")
      }
    }
  }

  /// The end of a line comes together with its last bytes, or does not come at all.
  @Test(arguments: [0, 1], [true, false])
  func anAnswerHasALimit(beyond: Int, hasEnd: Bool) throws {
    let daemon = try Daemon()
    let most = 50_000
    let client = try ControlClient(at: ControlPlace(daemon.path), longestLine: most)
    let text = String(repeating: "x", count: most - 2 + beyond)
    try daemon.say(Array("\"\(text)\"\(hasEnd ? "\n\"next\"\n" : "")".utf8))
    try client.fill()
    do throws(ControlError) {
      let found = try client.next()
      #expect(beyond == 0 && found?.line.text == (hasEnd ? text : nil))
      #expect(hasEnd == (try client.next()?.line.text == "next"))
    } catch {
      #expect(beyond == 1 && error.message == "an answer without an end")
    }
  }

  @Test(arguments: [0, 1])
  func aRequestHasALimit(beyond: Int) throws {
    let daemon = try Daemon()
    let client = try ControlClient(at: ControlPlace(daemon.path))
    let words = ["force", String(repeating: "x", count: ControlRequest.longestLine - 6 + beyond)]
    do throws(ControlError) {
      try client.send(words)
      #expect(beyond == 0)
    } catch {
      #expect(beyond == 1 && error.message == "that is more than \(ControlRequest.longestLine) bytes")
    }
  }

  /// One that is stopped still has its connections taken, by the kernel.
  @Test func aDaemonThatHangsIsNotWaitedForLong() throws {
    let daemon = try Daemon()
    let client = try ControlClient(at: ControlPlace(daemon.path))
    try client.send(["status"], patience: .milliseconds(20))
    do throws(ControlError) {
      _ = try client.receive()
      Issue.record("nobody answers")
    } catch {
      #expect(
        error.message == "process \(getpid()) has taken the question and does not answer (\(daemon.path))"
          && error.hint == "it hangs, or is stopped: 'systemctl status agentcheckd' tells more")
    }
  }

  @Test func soManyServicesAreNamed() {
    let names = (1...Command.mostNamed + 1).map { "s\($0)" }
    #expect(Command.names(Array(names.prefix(Command.mostNamed))) == "services 's1', 's2', 's3', 's4'")
    #expect(Command.names(names) == "all 5 services")
  }
}
