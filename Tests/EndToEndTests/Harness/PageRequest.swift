// HTTP as the tests need it: what they say is written out, so that they can say anything, and what comes is taken apart
// without a library that would forgive us anything.

import Foundation

/// One answer.
struct PageAnswer {
  let status: Int
  /// By lower-case name.
  let fields: [String: String]
  let body: String

  /// Whether the body came in pieces.
  var cameInPieces: Bool { fields["transfer-encoding"] == "chunked" }

  /// Takes the first answer from the front of these bytes; absent where it is not whole. `isHead` knows that no body comes.
  init?(_ bytes: inout [UInt8], isHead: Bool = false, isEnd: Bool) throws {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    var lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    let words = lines.removeFirst().split(separator: " ", maxSplits: 2)
    guard words.count == 3, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
      throw Failure("no answer: \(words)")
    }
    self.status = status
    var fields: [String: String] = [:]
    for line in lines {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, fields[parts[0].lowercased()] == nil else { throw Failure("field \(line)") }
      fields[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    self.fields = fields
    var rest = bytes[end.upperBound...]
    if isHead {
      body = ""
    } else if let length = fields["content-length"].flatMap({ Int($0) }) {
      guard rest.count >= length else { return nil }
      body = String(decoding: rest.prefix(length), as: UTF8.self)
      rest = rest.dropFirst(length)
    } else if fields["transfer-encoding"] == "chunked" {
      var whole: [UInt8] = []
      while true {
        guard let line = rest.firstRange(of: Array("\r\n".utf8)) else { return nil }
        guard let size = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16) else {
          throw Failure("no size of a piece")
        }
        rest = rest[line.upperBound...]
        guard rest.count >= size + 2 else { return nil }
        whole += rest.prefix(size)
        guard rest.dropFirst(size).prefix(2).elementsEqual([0x0D, 0x0A]) else { throw Failure("a piece without end") }
        rest = rest.dropFirst(size + 2)
        if size == 0 { break }
      }
      body = String(decoding: whole, as: UTF8.self)
    } else {
      guard isEnd else { return nil }
      body = String(decoding: rest, as: UTF8.self)
      rest = []
    }
    bytes = Array(rest)
  }

  /// All that is answered to what is said over one connection of its own to 127.0.0.1, until the other side ends it. What is
  /// said ends with `Connection: close`, or in another way that ends it.
  static func all(_ said: String, port: Int, isHead: Bool = false, piece: Int = .max) throws -> [PageAnswer] {
    guard let socket = try Socket.connected(to: port, patience: .seconds(10)) else { throw Failure("port \(port)") }
    var rest = Array(said.utf8)[...]
    while !rest.isEmpty {
      socket.send(String(decoding: rest.prefix(piece), as: UTF8.self))
      rest = rest.dropFirst(piece)
    }
    let (received, end) = socket.readToEnd()
    guard end == .ended else { throw Failure("\(end) after \(String(decoding: received, as: UTF8.self))") }
    var bytes = received
    var answers: [PageAnswer] = []
    while !bytes.isEmpty {
      guard let answer = try PageAnswer(&bytes, isHead: isHead, isEnd: true) else { throw Failure("half an answer") }
      answers.append(answer)
    }
    return answers
  }

  /// The answer to a GET.
  static func get(_ path: String, port: Int, accept: String? = nil) throws -> PageAnswer {
    let accept = accept.map { "Accept: \($0)\r\n" } ?? ""
    let answers = try all(
      "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\(accept)Connection: close\r\n\r\n", port: port)
    guard answers.count == 1 else { throw Failure("\(answers.count) answers") }
    return answers[0]
  }
}
