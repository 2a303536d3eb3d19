// Programs that the tests play themselves: the server whose health HAProxy checks, and an agent that says what it is told to,
// by which the harness is tried out before the daemon is.

import Foundation
import Synchronization

/// A server that takes connections on a port, or does not.
final class Backend: Sendable {
  let port: Int
  private let listener: Mutex<Socket?>

  init() throws {
    port = try Socket.freePort()
    listener = Mutex(try Socket.listening(on: port))
    Thread.detachNewThread { [weak self] in
      while let self {
        _ = self.listener.withLock { $0 }?.accepted(within: .milliseconds(20))
        if self.listener.withLock({ $0 == nil }) { pause(.milliseconds(5)) }
      }
    }
  }

  /// Connections are refused from now on.
  func fail() { listener.withLock { $0 = nil } }

  /// Connections are taken again.
  func recover() throws {
    let again = try Socket.listening(on: port)
    listener.withLock { $0 = again }
  }
}

/// An agent that answers with the line it was last given.
final class ScriptedAgent: Sendable {
  let port: Int
  private struct State {
    var reply: String
    var heard: [String] = []
  }
  private let state: Mutex<State>

  /// Answers with these bytes, as they are.
  init(_ reply: String) throws {
    port = try Socket.freePort()
    state = Mutex(State(reply: reply))
    let listener = try Socket.listening(on: port)
    Thread.detachNewThread { [weak self] in
      while let self {
        if let connection = listener.accepted(within: .milliseconds(20)) { self.answer(connection) }
      }
    }
  }

  /// The bytes to answer with.
  var reply: String {
    get { state.withLock { $0.reply } }
    set { state.withLock { $0.reply = newValue } }
  }

  /// What probers have said.
  var heard: [String] { state.withLock { $0.heard } }

  private func answer(_ connection: Socket) {
    connection.setPatience(.milliseconds(200))
    connection.send(reply)
    connection.shutDownSending()
    let bytes = connection.readToEnd().bytes
    if !bytes.isEmpty { state.withLock { $0.heard.append(String(decoding: bytes, as: UTF8.self)) } }
  }
}
