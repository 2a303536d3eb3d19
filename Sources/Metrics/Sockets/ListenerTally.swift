// Adds up what is known of listeners, socket by socket, in whatever order the kernel tells of them.

import Text

/// The state of a socket, by the kernel's number.
enum SocketState: UInt32 {
  /// TCP_ESTABLISHED
  case established = 1
  /// TCP_LISTEN
  case listening = 10
}

/// What has been seen so far of the listeners that somebody asks for.
public struct ListenerTally {
  /// What is asked.
  public let questions: [ListenerQuestion]
  /// An answer to each.
  public private(set) var facts: [ListenerFacts]

  /// Nothing seen yet. `knowsBacklog` where the kernel will tell how many connections may wait.
  public init(_ questions: [ListenerQuestion], knowsBacklog: Bool) {
    self.questions = questions
    facts = questions.map { _ in ListenerFacts(knowsBacklog: knowsBacklog) }
  }

  /// A TCP socket.
  mutating func see(port: UInt16, _ state: SocketState, queue: UInt64, backlog: UInt64) {
    for index in questions.indices where questions[index].name == .port(port) {
      switch state {
      case .listening: see(listener: index, queue, backlog)
      case .established: if questions[index].wantsConnections { facts[index].connections &+= 1 }
      }
    }
  }

  /// A unix socket; its name is a range of the bytes. An established one has been accepted already.
  mutating func see(_ name: Range<Int>, of bytes: Span<UInt8>, _ state: SocketState, queue: UInt64, backlog: UInt64) {
    for index in questions.indices {
      guard case .path(let path) = questions[index].name, bytes.isName(path, in: name) else { continue }
      switch state {
      case .listening:
        see(listener: index, queue, backlog)
        if questions[index].wantsConnections { facts[index].connections &+= queue }
      case .established: if questions[index].wantsConnections { facts[index].connections &+= 1 }
      }
    }
  }

  /// A connection to a unix socket that has not been accepted, where the listener itself does not tell its queue.
  mutating func seeWaiting(_ name: Range<Int>, of bytes: Span<UInt8>) {
    for index in questions.indices {
      guard case .path(let path) = questions[index].name, bytes.isName(path, in: name) else { continue }
      facts[index].queue &+= 1
      if questions[index].wantsConnections { facts[index].connections &+= 1 }
    }
  }

  private mutating func see(listener index: Int, _ queue: UInt64, _ backlog: UInt64) {
    facts[index].sockets &+= 1
    facts[index].queue &+= queue
    if let known = facts[index].backlog { facts[index].backlog = known &+ backlog }
  }
}

extension Span<UInt8> {
  /// Whether a socket's name in this range is the one that a rule has. The kernel may end it with a zero byte, and begins
  /// an abstract one with it.
  fileprivate func isName(_ path: [UInt8], in range: Range<Int>) -> Bool {
    var end = range.upperBound
    if let first = range.first, self[first] != 0 {
      while end > range.lowerBound, self[end - 1] == 0 { end -= 1 }
    }
    guard end - range.lowerBound == path.count else { return false }
    for index in path.indices {
      let byte = self[range.lowerBound + index]
      let isSame = byte == path[index] || index == 0 && byte == 0 && path[0] == .of("@")
      guard isSame else { return false }
    }
    return true
  }
}
