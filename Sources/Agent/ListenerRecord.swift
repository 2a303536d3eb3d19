// Listeners on their way to the helper and back. A question has for each
//
//     whether connections are wanted 1   whether it is a path 1   length 2   the path, or the port in 2 bytes
//
// and an answer: sockets, queue, backlog (all ones where it is not known), connections, 8 bytes each.

import Metrics

/// How listeners are written.
enum ListenerRecord {
  /// As many as an answer has room for, and many more than any host has rules for.
  static let most = HelperAnswer.largestContents / bytesOfAnswer
  /// As much of a path as is asked for, so that all of them fit into a question: longer than any socket's name, 108 bytes.
  static let longestPath = 109
  /// The bytes of one listener's answer.
  static let bytesOfAnswer = 32

  static func write(_ questions: [ListenerQuestion]) -> [UInt8] {
    var bytes: [UInt8] = []
    for question in questions {
      bytes.append(question.wantsConnections ? 1 : 0)
      switch question.name {
      case .port(let port):
        bytes.append(0)
        bytes.append(little: 2 as UInt16)
        bytes.append(little: port)
      case .path(let path):
        let path = path.prefix(longestPath)
        bytes.append(1)
        bytes.append(little: UInt16(path.count))
        bytes.append(contentsOf: path)
      }
    }
    return bytes
  }

  static func questions(in bytes: Span<UInt8>) -> [ListenerQuestion]? {
    var reader = RecordReader()
    var questions: [ListenerQuestion] = []
    while reader.offset < bytes.count {
      guard let wantsConnections: UInt8 = reader.next(in: bytes), let isPath: UInt8 = reader.next(in: bytes),
        let length: UInt16 = reader.next(in: bytes)
      else { return nil }
      if isPath == 1 {
        guard let path = reader.bytes(Int(length), in: bytes) else { return nil }
        questions.append(ListenerQuestion(.path(path), wantsConnections: wantsConnections == 1))
      } else {
        guard let port: UInt16 = reader.next(in: bytes) else { return nil }
        questions.append(ListenerQuestion(.port(port), wantsConnections: wantsConnections == 1))
      }
    }
    return questions
  }

  static func write(_ facts: [ListenerFacts], to bytes: inout [UInt8]) {
    for listener in facts {
      bytes.append(little: listener.sockets)
      bytes.append(little: listener.queue)
      bytes.append(little: listener.backlog ?? .max)
      bytes.append(little: listener.connections)
    }
  }

  /// The answer at a place of a record of answers.
  static func facts(at place: Int, in bytes: Span<UInt8>) -> ListenerFacts? {
    var reader = RecordReader(offset: place * bytesOfAnswer)
    guard let sockets: UInt64 = reader.next(in: bytes), let queue: UInt64 = reader.next(in: bytes),
      let backlog: UInt64 = reader.next(in: bytes), let connections: UInt64 = reader.next(in: bytes)
    else { return nil }
    var facts = ListenerFacts(knowsBacklog: false)
    facts.sockets = sockets
    facts.queue = queue
    facts.backlog = backlog == .max ? nil : backlog
    facts.connections = connections
    return facts
  }
}
