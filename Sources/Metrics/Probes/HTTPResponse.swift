// An answer of an HTTP server, read as it comes in, in whatever pieces.
//
//     HTTP/1.1 200 OK
//     Content-Type: application/json
//     Transfer-Encoding: chunked
//
//     1f
//     {"status":"up","queue":{"depth":
//     ...
//     0
//
// RFC 9112. What it does not allow is refused, except for line feeds without carriage returns.

import Text

/// A response under way.
public struct HTTPResponse {
  /// How much of a body is kept. What a probe asks for stands at the front of a page that is made for probes.
  public static let mostBodyBytes = 65_536
  /// How much may stand before a body, and behind one that is chunked.
  static let mostHeadBytes = 65_536
  /// The longest line.
  static let mostLineBytes = 8192

  /// How far it has come.
  public enum Progress: Equatable, Sendable {
    /// More is to come.
    case underWay
    /// All of it is here, or all that is kept.
    case complete
    /// It is no answer; says why.
    case failed(String)
  }

  /// How far it has come.
  public private(set) var progress = Progress.underWay
  /// The status, 100 to 599; 0 before it is known.
  public private(set) var status = 0
  /// Where a redirection leads to.
  public private(set) var location: String?
  /// The body so far, without what chunks add.
  public private(set) var body: [UInt8] = []
  /// Whether the body is longer than what is kept of it.
  public private(set) var isCut = false

  private enum Part {
    case statusLine, header, body, chunkSize, chunk, chunkEnd, trailer
  }

  private var part = Part.statusLine
  private var line: [UInt8] = []
  private var headBytes = 0
  /// Bytes of the body, or of the chunk, that are still to come; absent for a body that goes on to the end.
  private var rest: UInt64?
  private var length: UInt64?
  private var isChunked = false

  /// Nothing has come yet.
  public init() {}

  /// Takes what has come in.
  public mutating func take(_ bytes: Span<UInt8>) {
    var index = 0
    while index < bytes.count, progress == .underWay {
      switch part {
      case .body, .chunk: takeBody(bytes, &index)
      case .statusLine, .header, .chunkSize, .chunkEnd, .trailer: takeLine(bytes, &index)
      }
    }
  }

  /// The server has closed the connection.
  public mutating func end() {
    guard progress == .underWay else { return }
    if part == .body, rest == nil {
      progress = .complete
    } else if part == .statusLine, line.isEmpty, status == 0 {
      fail("closed the connection without an answer")
    } else {
      fail("closed the connection in the middle of its answer")
    }
  }

  private mutating func fail(_ reason: String) { progress = .failed(reason) }

  private mutating func takeBody(_ bytes: Span<UInt8>, _ index: inout Int) {
    var count = bytes.count - index
    if let rest { count = Int(min(UInt64(count), rest)) }
    let kept = min(count, Self.mostBodyBytes - body.count)
    for place in index..<index + kept { body.append(bytes[place]) }
    index += count
    if kept < count {
      isCut = true
      progress = .complete
      return
    }
    guard let rest else { return }
    self.rest = rest - UInt64(count)
    guard self.rest == 0 else { return }
    if part == .chunk { part = .chunkEnd } else { progress = .complete }
  }

  private mutating func takeLine(_ bytes: Span<UInt8>, _ index: inout Int) {
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == 0x0A {
        if line.last == 0x0D { line.removeLast() }
        let whole = line
        line.removeAll(keepingCapacity: true)
        return understand(whole)
      }
      line.append(byte)
      headBytes += 1
      // The sizes of chunks are no head: there may be any number of them.
      if line.count > Self.mostLineBytes || headBytes > Self.mostHeadBytes {
        return fail("sent a longer head than a server sends")
      }
    }
  }

  private mutating func understand(_ line: [UInt8]) {
    switch part {
    case .statusLine: understandStatus(line)
    case .header: line.isEmpty ? beginBody() : understandHeader(line)
    case .chunkSize: understandChunkSize(line)
    case .chunkEnd:
      guard line.isEmpty else { return fail("sent a chunk that is longer than it says") }
      part = .chunkSize
    case .trailer: if line.isEmpty { progress = .complete }
    case .body, .chunk: break
    }
  }

  /// `HTTP/1.1 200 OK`
  private mutating func understandStatus(_ line: [UInt8]) {
    let span = line.span
    var cursor = Cursor()
    guard cursor.take("HTTP/1.", in: span), cursor.peek(span)?.isDigit == true else {
      return fail("is no HTTP server: it says '\(shown(line))'")
    }
    cursor = Cursor(at: cursor.offset + 1)
    guard cursor.take(.of(" "), in: span), cursor.offset + 3 <= line.count else {
      return fail("sent no status: '\(shown(line))'")
    }
    var number = 0
    for index in cursor.offset..<cursor.offset + 3 {
      guard line[index].isDigit else { return fail("sent no status: '\(shown(line))'") }
      number = number * 10 + Int(line[index] - 0x30)
    }
    let isEnd = cursor.offset + 3 == line.count || line[cursor.offset + 3] == .of(" ")
    guard isEnd, 100...599 ~= number else { return fail("sent no status: '\(shown(line))'") }
    status = number
    part = .header
  }

  private mutating func understandHeader(_ line: [UInt8]) {
    // A line that begins with a blank goes on with the one before it, which is none of those that matter here.
    guard let colon = line.firstIndex(of: .of(":")), colon > 0, !line[0].isBlank else { return }
    let name = String(decoding: line[..<colon].map { $0.lowercased }, as: UTF8.self)
    var value = line[(colon + 1)...]
    while let first = value.first, first.isBlank { value.removeFirst() }
    while let last = value.last, last.isBlank { value.removeLast() }
    switch name {
    case "content-length": understandLength(value)
    case "transfer-encoding":
      switch String(decoding: value.map { $0.lowercased }, as: UTF8.self) {
      case "chunked": isChunked = true
      case "identity": break
      default: fail("sent its answer in a form that it was not asked for: '\(shown(line))'")
      }
    case "location": location = shown(Array(value))
    default: break
    }
  }

  private mutating func understandLength(_ value: ArraySlice<UInt8>) {
    let digits = Array(value)
    var cursor = Cursor()
    guard let first = digits.first, first.isDigit, let number = cursor.unsigned(in: digits.span),
      cursor.isAtEnd(of: digits.span), length == nil || length == number
    else { return fail("sent a length that is none: '\(shown(digits))'") }
    length = number
  }

  private mutating func beginBody() {
    if 100..<200 ~= status, status != 101 {
      // What the server says before its answer: `103 Early Hints`.
      (part, length, isChunked, location) = (.statusLine, nil, false, nil)
      return
    }
    if status == 204 || status == 304 || status == 101 {
      progress = .complete
    } else if isChunked {
      part = .chunkSize
    } else {
      part = .body
      rest = length
      if rest == 0 { progress = .complete }
    }
  }

  /// `1f` or `1f;name=value`
  private mutating func understandChunkSize(_ line: [UInt8]) {
    headBytes = 0
    var size: UInt64 = 0
    var index = 0
    // 15 digits are more than any body, and fit.
    while index < line.count, index < 15, let digit = line[index].hexadecimalValue {
      size = size << 4 | UInt64(digit)
      index += 1
    }
    var end = index
    while end < line.count, line[end].isBlank { end += 1 }
    guard index > 0, end == line.count || line[end] == .of(";") else {
      return fail("sent a chunk without a size: '\(shown(line))'")
    }
    if size == 0 {
      part = .trailer
    } else {
      part = .chunk
      rest = size
    }
  }
}

/// Bytes of a stranger for a line of the log: short, and nothing but what a terminal shows.
func shown(_ bytes: [UInt8]) -> String {
  var kept: [UInt8] = []
  for byte in bytes.prefix(60) { kept.append(byte.isPrintable ? byte : .of("?")) }
  if bytes.count > 60 { kept.append("...") }
  return String(decoding: kept, as: UTF8.self)
}
