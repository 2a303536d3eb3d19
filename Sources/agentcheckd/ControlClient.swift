// The other end of the control socket: a command asks the daemon, and gets lines of JSON.

import Agent
import Kernel
import Text

extension Option {
  /// Of every command that asks the daemon, and of the daemon.
  static let control = Option(
    "control", value: "PATH", "the control socket; \(ControlPlace.installed)/\(ControlPlace.name)")
}

/// Why the daemon could not be asked, or would not do it: a sentence, and what to do about it.
struct ControlError: Error {
  let message: String
  let hint: String?
  /// The line in which the daemon said so, if it was the daemon.
  var line = JSON.null
}

/// A connection to a daemon.
final class ControlClient {
  /// The longest line of an answer, without its end: the status of 10,000 rules is a tenth of it.
  static let longestLine = 64 << 20

  /// How long a daemon may take to begin an answer: it does so in the next turn of its loop, a thousandth of that.
  static let patience = Duration.seconds(10)

  private let place: ControlPlace
  private let longestLine: Int
  /// Readable when more of an answer has come.
  let descriptor: Descriptor
  private var buffer = [UInt8](repeating: 0, count: 65536)
  private var input: [UInt8] = []
  private var searched = 0
  /// When it should have begun its answer; absent once it has.
  private var begunBy: Duration?

  /// Connects to the daemon whose socket is at `--control`, or in the usual place.
  convenience init(_ invocation: Invocation) throws(ControlError) {
    try self.init(at: ControlPlace(invocation["control"]))
  }

  /// Connects to the daemon at a place.
  init(at place: ControlPlace, longestLine: Int = ControlClient.longestLine) throws(ControlError) {
    self.place = place
    self.longestLine = longestLine
    do throws(SystemError) {
      descriptor = try Socket.connect(toPath: place.path)
    } catch {
      throw Self.explain(error, place)
    }
  }

  private static func explain(_ error: SystemError, _ place: ControlPlace) -> ControlError {
    let reason = "\(place.path): \(error.message)"
    if error.isPermissionDenied {
      return ControlError(
        message: "you may not ask the daemon (\(reason))",
        hint: "you are not in its group: use sudo, or 'sudo adduser USER \(ControlPlace.group)' and log in again")
    }
    if error.isNoSuchFile || error.isConnectionRefused {
      return ControlError(
        message: "no agentcheckd is running, or its control socket is elsewhere (\(reason))",
        hint: "'systemctl status agentcheckd' tells more; --control names the socket of 'run --control'")
    }
    return ControlError(message: "cannot ask the daemon (\(reason))", hint: nil)
  }

  /// Asks for something. Answers are to be received up to the last line of each; the first has to begin within `patience`.
  func send(_ words: [String], patience: Duration = ControlClient.patience) throws(ControlError) {
    let line = ControlRequest.line(of: words)
    guard line.count <= ControlRequest.longestLine + 1 else {
      throw ControlError(message: "that is more than \(ControlRequest.longestLine) bytes", hint: nil)
    }
    guard case .done(line.count)? = try? descriptor.send(line.span) else { throw lost() }
    begunBy = Clock.monotonic() + patience
  }

  /// The next line of the answer, however long it takes once the answer has begun, and whether it is the last one. A
  /// refusal is thrown.
  func receive() throws(ControlError) -> (line: JSON, isLast: Bool) {
    while true {
      if let line = try next() { return line }
      guard let ready = try? descriptor.poll(for: .readable, until: begunBy ?? Clock.monotonic() + .seconds(60)) else {
        throw lost()
      }
      if ready { try fill() } else if begunBy != nil { throw silent() }
    }
  }

  /// The only line of an answer.
  func ask(_ words: [String], patience: Duration = ControlClient.patience) throws(ControlError) -> JSON {
    try send(words, patience: patience)
    while true {
      let (line, isLast) = try receive()
      if isLast { return line }
    }
  }

  /// Takes in what has come.
  func fill() throws(ControlError) {
    begunBy = nil
    switch try? descriptor.recv(into: &buffer) {
    case .done(let count): input.append(contentsOf: buffer[..<count])
    case .wouldBlock: break
    case .ended, .reset, nil: throw lost()
    }
  }

  /// The next line that has come whole.
  func next() throws(ControlError) -> (line: JSON, isLast: Bool)? {
    let found = input[searched...].firstIndex(of: .of("\n"))
    guard found ?? input.count <= longestLine else {
      throw ControlError(message: "an answer without an end", hint: nil)
    }
    guard let end = found else {
      searched = input.count
      return nil
    }
    let line: JSON
    do throws(JSONMistake) {
      line = try JSON(input.span.extracting(0..<end))
    } catch {
      throw ControlError(message: "\(place.path): the answer is not that of an agentcheckd", hint: nil)
    }
    input.removeFirst(end + 1)
    searched = 0
    if let message = line["error"]?.text { throw ControlError(message: message, hint: line["hint"]?.text, line: line) }
    return (line, line["done"]?.boolean ?? false)
  }

  private func silent() -> ControlError {
    let process = (try? PeerCredentials(of: descriptor)).map { "process \($0.process)" } ?? "the daemon"
    return ControlError(
      message: "\(process) has taken the question and does not answer (\(place.path))",
      hint: "it hangs, or is stopped: 'systemctl status agentcheckd' tells more")
  }

  private func lost() -> ControlError {
    ControlError(message: "the daemon has ended, or has closed the connection (\(place.path))", hint: nil)
  }
}

extension Console {
  /// Says that the daemon could not be asked, or would not do it.
  static func fail(_ error: ControlError) -> ExitStatus {
    fail(error.hint.map { "\(error.message)\n\($0)" } ?? error.message)
  }
}
