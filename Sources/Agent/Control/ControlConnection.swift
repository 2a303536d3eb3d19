// One client of the control socket: what it has said and not been answered yet, what it has been told and not taken yet.

import Kernel
import Text

/// A connection. At most one request of it is carried out at a time; the next is looked at when the answer is out.
final class ControlConnection {
  /// More than this may not wait for a reader who does not read: what has to be told meanwhile is then told to nobody.
  /// A single answer may be longer.
  static let mostBacklog = 1 << 20

  /// The server's number for it, which is never used again.
  let number: Int
  let descriptor: Descriptor
  let peer: PeerCredentials
  /// The registration with the loop.
  var watch: Watch?
  /// What is being carried out.
  var call: ControlCall?
  /// Whether the other side will say nothing more.
  var hasEnded = false
  /// Whether it is closed as soon as everything is told.
  var isLast = false
  /// When it is closed if nothing happens; absent while a call is under way.
  var deadline: Duration?
  private unowned(unsafe) let server: ControlServer
  private var input: [UInt8] = []
  private var output: [UInt8] = []
  private var taken = 0

  init(_ descriptor: consuming Descriptor, number: Int, from peer: PeerCredentials, of server: ControlServer) {
    self.descriptor = descriptor
    self.number = number
    self.peer = peer
    self.server = server
  }

  /// How many bytes it has been told and not taken.
  var backlog: Int { output.count - taken }
  /// Whether nothing is done for it, and nothing waits for it.
  var isIdle: Bool { call == nil && backlog == 0 && !hasLine }
  /// Whether it has said a line that has not been looked at.
  var hasLine: Bool { input.contains(.of("\n")) }
  /// Whether it has said more than a line may have, without an end. A CR may be the beginning of the end.
  var isTooLong: Bool { input.count - (input.last == .of("\r") ? 1 : 0) > ControlRequest.longestLine }

  /// What to wait for.
  var interest: Events {
    if backlog > 0 { return .writable }
    if call != nil { return [] }
    // There is room for an answer: it comes in the next turn of the loop, after everybody else's.
    return hasLine ? .writable : .readable
  }

  // MARK: - Hearing

  /// Takes in what the other side has said.
  func receive(into buffer: inout [UInt8]) throws(SystemError) -> Transfer {
    let outcome = try descriptor.recv(into: &buffer)
    if case .done(let count) = outcome { input.append(contentsOf: buffer[..<count]) }
    return outcome
  }

  /// Takes the first line out of what was heard, without its end. A CR before it belongs to the end.
  func takeLine() -> [UInt8]? {
    guard let end = input.firstIndex(of: .of("\n")) else { return nil }
    var line = Array(input[..<end])
    input.removeFirst(end + 1)
    if line.last == .of("\r") { line.removeLast() }
    return line
  }

  /// Forgets what was heard.
  func forgetInput() { input = [] }

  // MARK: - Telling

  /// One more line of an answer.
  func send(_ line: JSON) {
    guard backlog <= Self.mostBacklog else { return server.drop(self, because: "it does not read what it asked for") }
    write(line)
    server.proceed(self)
  }

  /// One more line of an answer, without its end.
  func send(line: ArraySlice<UInt8>) {
    guard backlog <= Self.mostBacklog else { return server.drop(self, because: "it does not read what it asked for") }
    output.append(contentsOf: line)
    output.append(.of("\n"))
    server.proceed(self)
  }

  /// The last line of an answer.
  func end(with line: JSON) {
    write(line)
    call = nil
    server.proceed(self)
  }

  private func write(_ line: JSON) {
    output.append(line.text(isPretty: false))
    output.append(.of("\n"))
  }

  /// Hands out as much as the other side takes. False where it is gone.
  func flush() -> Bool {
    while backlog > 0 {
      let rest = output
      guard let outcome = try? descriptor.send(rest.span.extracting(taken..<rest.count)) else { return false }
      switch outcome {
      case .done(let count): taken += count
      case .wouldBlock: return true
      case .ended, .reset: return false
      }
    }
    output = []
    taken = 0
    return true
  }
}
