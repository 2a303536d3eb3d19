// A server on a port of this host that says, on each connection, what a test wants it to say.

import Foundation
import Synchronization

/// A server whose every connection is a thread.
final class WebServer: Sendable {
  let port: Int
  private let state: Mutex<State>

  private struct State {
    var answer: @Sendable (Socket) -> Void
    var requests: [String] = []
  }

  /// Answers with this, behind what was asked.
  init(_ answer: @escaping @Sendable (Socket) -> Void) throws {
    port = try Socket.freePort()
    state = Mutex(State(answer: answer))
    let listener = try Socket.listening(on: port)
    Thread.detachNewThread { [weak self] in
      while let self {
        guard let connection = listener.accepted(within: .milliseconds(20)) else { continue }
        Thread.detachNewThread {
          connection.setPatience(.seconds(1))
          let request = String(decoding: connection.readSome(), as: UTF8.self)
          let answer = self.state.withLock { state in
            state.requests.append(request)
            return state.answer
          }
          answer(connection)
        }
      }
    }
  }

  /// From now on it answers otherwise.
  func change(to answer: @escaping @Sendable (Socket) -> Void) { state.withLock { $0.answer = answer } }

  /// What it has been asked.
  var requests: [String] { state.withLock { $0.requests } }

  /// A whole answer with a body.
  static func page(_ body: String, status: String = "200 OK", head: String = "") -> @Sendable (Socket) -> Void {
    { connection in
      connection.send("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(head)\r\n\(body)")
      connection.shutDownSending()
      _ = connection.readToEnd()
    }
  }
}
