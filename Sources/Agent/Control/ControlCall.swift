// One request that is being carried out. Its answer is one line of JSON or several; the last one, and no other, has
// `"done": true` or `"error"`.

public import Kernel
import Text

/// Who wants to know that nobody waits for an answer any more.
protocol ControlCallOwner: AnyObject {
  /// Whoever has asked has gone. The call is over; what is still said to it is lost.
  func callWasLeft(_ call: ControlCall)
}

/// Why something was not done, for programs.
public enum ControlFailure: String, Sendable {
  /// The request makes no sense.
  case usage
  /// Whoever asks may not.
  case forbidden
  /// Too much is asked for at the same time.
  case busy
  /// It could not be done; the sentence says why.
  case failed
}

/// A request, who asks, and the way back.
public final class ControlCall {
  /// What is asked for.
  public let request: ControlRequest
  /// Who asks, as the kernel says.
  public let peer: PeerCredentials
  /// Whom to tell when whoever has asked goes before the answer is complete.
  var owner: (any ControlCallOwner)?
  /// The way back, until the answer is complete.
  private var connection: ControlConnection?

  init(_ request: ControlRequest, from connection: ControlConnection) {
    self.request = request
    self.connection = connection
    peer = connection.peer
  }

  /// Whether an answer is still awaited.
  public var isOpen: Bool { connection != nil }

  /// One line of an answer that goes on. Who reads too slowly is left alone, and the call is over.
  func tell(_ members: [(key: String, value: JSON)]) { connection?.send(JSON.object(members)) }

  /// The last line of an answer: `"done": true` behind these members.
  func finish(_ members: [(key: String, value: JSON)] = []) {
    end(with: .object(members + [(key: "done", value: .boolean(true))]))
  }

  /// The last line of an answer: it was not done, and why. `members` say more.
  func fail(
    _ message: String, hint: String? = nil, _ failure: ControlFailure = .failed,
    _ members: [(key: String, value: JSON)] = []
  ) {
    end(with: Self.failure(message, hint: hint, failure, members))
  }

  /// The line that says that something was not done.
  static func failure(
    _ message: String, hint: String?, _ failure: ControlFailure, _ members: [(key: String, value: JSON)] = []
  ) -> JSON {
    .object(
      members + [
        (key: "error", value: .string(message)), (key: "hint", value: .string(hint)),
        (key: "code", value: .string(failure.rawValue)),
      ])
  }

  private func end(with line: JSON) {
    guard let connection else { return }
    self.connection = nil
    owner = nil
    connection.end(with: line)
  }

  /// Whoever has asked has gone.
  func leave() {
    guard connection != nil else { return }
    connection = nil
    let owner = owner
    self.owner = nil
    owner?.callWasLeft(self)
  }
}
