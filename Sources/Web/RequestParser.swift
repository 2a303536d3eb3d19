// Bytes from anywhere, in pieces of any size, to requests: RFC 9112, and of what it leaves open the stricter reading. What
// could be read in two ways (two lengths, a length beside an encoding, a blank before a colon, a folded line) is refused,
// so that no proxy in front of us ever sees another request than we do. Bodies are refused altogether: nobody who asks here
// has anything to tell.
//
//     GET /metrics HTTP/1.1\r\n
//     Host: 127.0.0.1:9998\r\n
//     Accept: application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1\r\n
//     \r\n

import Text

/// Reads one request after the other from one connection.
public struct RequestParser {
  /// The longest line, its end not counted: five times what Prometheus and load balancers send, half of what servers on
  /// the open Internet take.
  public static let longestLine = 4096
  /// The most bytes from a request's first to its last, empty lines before it included.
  public static let largestHead = 16_384
  /// The most fields.
  public static let mostFields = 64

  /// What has come of the bytes so far.
  public enum Outcome: Equatable, Sendable {
    /// Nothing yet: all bytes are taken.
    case unfinished
    /// A request. The bytes behind it are not taken.
    case request(Request)
    /// No request. Nothing more is to be read.
    case refused(Refusal)
  }

  /// The line that has not ended.
  private var line: [UInt8] = []
  private var headBytes = 0
  private var head: RequestHead?

  /// Before the first byte of a connection.
  public init() {}

  /// Whether a request has begun and not ended. Empty lines before one are none.
  public var isWithinRequest: Bool { head != nil || !line.isEmpty }

  /// Takes bytes from `offset` on, up to the end of a request if there is one, and moves `offset` behind them.
  public mutating func take(_ bytes: Span<UInt8>, from offset: inout Int) -> Outcome {
    do throws(Refusal) {
      while offset < bytes.count {
        let byte = bytes[offset]
        offset += 1
        guard try takes(byte) else { continue }
        defer { self = RequestParser() }
        if let request = try head?.finished() { return .request(request) }
      }
      return .unfinished
    } catch {
      return .refused(error)
    }
  }

  /// Takes one byte. Returns whether it ends the head.
  private mutating func takes(_ byte: UInt8) throws(Refusal) -> Bool {
    headBytes += 1
    guard headBytes <= Self.largestHead else {
      throw Refusal(.fieldsTooLarge, "more than \(Self.largestHead) bytes before the end of the request's head")
    }
    guard byte == .of("\n") else {
      if line.last == .of("\r") { throw Refusal(.badRequest, "a carriage return without a line feed") }
      // Nobody who speaks TLS, or another protocol, waits for a deadline to learn that this is HTTP.
      if head == nil, line.isEmpty, byte != .of("\r"), !byte.isToken {
        throw Refusal(.badRequest, "this is not HTTP")
      }
      guard line.count < Self.longestLine || byte == .of("\r") else {
        throw Refusal(
          head == nil ? .targetTooLong : .fieldsTooLarge, "a line of more than \(Self.longestLine) bytes")
      }
      line.append(byte)
      return false
    }
    if line.last == .of("\r") { line.removeLast() }
    defer { line.removeAll(keepingCapacity: true) }
    if line.isEmpty { return head != nil }
    if head == nil {
      head = try RequestHead(line.span)
    } else {
      let field = line
      try head!.take(field: field.span)
    }
    return false
  }
}

extension UInt8 {
  /// Whether it may stand in a method or in the name of a field: RFC 9110, 5.6.2.
  var isToken: Bool {
    if isLetter || isDigit { return true }
    switch self {
    case .of("!"), .of("#"), .of("$"), .of("%"), .of("&"), .of("'"), .of("*"), .of("+"), .of("-"), .of("."), .of("^"),
      .of("_"), .of("`"), .of("|"), .of("~"):
      return true
    default: return false
    }
  }
}
