// The lines of a request, each looked at once and then forgotten.

import Text

/// What the lines of a request have said so far.
struct RequestHead {
  private var request = Request()
  private var hostCount = 0
  private var length: Int?
  private var hasEncoding = false
  private var wantsClose = false
  private var fieldCount = 0

  /// Reads the first line: `GET /metrics HTTP/1.1`. One blank between the words and no other.
  init(_ line: Span<UInt8>) throws(Refusal) {
    var words: [Range<Int>] = []
    var start = 0
    for index in 0...line.count where index == line.count || line[index] == .of(" ") {
      words.append(start..<index)
      start = index + 1
    }
    guard words.count == 3 else {
      throw Refusal(.badRequest, "the first line has to be a method, a path and a version: GET / HTTP/1.1")
    }
    try Self.check(version: line.extracting(words[2]))
    request.isVersion11 = line[words[2].upperBound - 1] != .of("0")
    let method = words[0]
    for index in method where !line[index].isToken { throw Refusal(.badRequest, "the method is not a word") }
    guard !method.isEmpty else { throw Refusal(.badRequest, "the method is missing") }
    // Methods are case-sensitive.
    if line.equals("GET", in: method) { request.method = .get }
    if line.equals("HEAD", in: method) { request.method = .head }
    let target = line.extracting(words[1])
    if request.method == .other, target.equals("*", in: 0..<target.count) || line.equals("CONNECT", in: method) {
      return
    }
    request.path = try path(of: target)
  }

  /// Any digit behind `HTTP/1.` is 1.1 to us, as RFC 9110 wants it.
  private static func check(version: Span<UInt8>) throws(Refusal) {
    guard version.count == 8, version.equals("HTTP/", in: 0..<5), version[5].isDigit, version[6] == .of("."),
      version[7].isDigit
    else { throw Refusal(.badRequest, "the first line does not end in HTTP/1.1 or HTTP/1.0") }
    guard version[5] == .of("1") else { throw Refusal(.versionNotSupported, "only HTTP/1.0 and HTTP/1.1") }
  }

  // MARK: - Fields

  /// Reads a line such as `Host: 127.0.0.1:9998`.
  mutating func take(field line: Span<UInt8>) throws(Refusal) {
    fieldCount += 1
    guard fieldCount <= RequestParser.mostFields else {
      throw Refusal(.fieldsTooLarge, "more than \(RequestParser.mostFields) header fields")
    }
    var colon = 0
    while colon < line.count, line[colon].isToken { colon += 1 }
    guard colon > 0, colon < line.count, line[colon] == .of(":") else {
      throw Refusal(.badRequest, "a header field is not a name with a colon right behind it")
    }
    var value = colon + 1..<line.count
    while let first = value.first, line[first].isBlank { value = first + 1..<value.upperBound }
    while let last = value.last, line[last].isBlank { value = value.lowerBound..<last }
    for index in value where line[index] < 0x20 && line[index] != 0x09 || line[index] == 0x7F {
      throw Refusal(.badRequest, "a control character in a header field")
    }
    let text = line.extracting(value)
    if line.isCaseless("host", in: 0..<colon) {
      try takeHost(text)
    } else if line.isCaseless("content-length", in: 0..<colon) {
      try takeLength(text)
    } else if line.isCaseless("transfer-encoding", in: 0..<colon) {
      hasEncoding = true
    } else if line.isCaseless("connection", in: 0..<colon) {
      takeConnection(text)
    } else if line.isCaseless("accept", in: 0..<colon) {
      if !request.accept.isEmpty { request.accept.append(.of(",")) }
      for index in 0..<text.count { request.accept.append(text[index]) }
    }
  }

  private mutating func takeHost(_ text: Span<UInt8>) throws(Refusal) {
    hostCount += 1
    guard hostCount == 1 else { throw Refusal(.badRequest, "more than one Host") }
    guard text.isHost else { throw Refusal(.badRequest, "Host is neither a name nor an address") }
  }

  private mutating func takeLength(_ text: Span<UInt8>) throws(Refusal) {
    guard length == nil else { throw Refusal(.badRequest, "more than one Content-Length") }
    var isZero = true
    for index in 0..<text.count {
      guard text[index].isDigit else { throw Refusal(.badRequest, "Content-Length is not a number") }
      if text[index] != .of("0") { isZero = false }
    }
    guard text.count > 0 else { throw Refusal(.badRequest, "Content-Length is empty") }
    // How long it is does not matter.
    length = isZero ? 0 : 1
  }

  /// `close` among the words of `keep-alive, close`.
  private mutating func takeConnection(_ text: Span<UInt8>) {
    var start = 0
    for index in 0...text.count where index == text.count || text[index] == .of(",") {
      var word = start..<index
      while let first = word.first, text[first].isBlank { word = first + 1..<word.upperBound }
      while let last = word.last, text[last].isBlank { word = word.lowerBound..<last }
      if text.isCaseless("close", in: word) { wantsClose = true }
      start = index + 1
    }
  }

  // MARK: - The end

  /// The request, after the empty line that ends it.
  func finished() throws(Refusal) -> Request {
    if request.isVersion11, hostCount == 0 { throw Refusal(.badRequest, "HTTP/1.1 without Host") }
    if hasEncoding { throw Refusal(.badRequest, "requests with a Transfer-Encoding are not taken") }
    if let length, length > 0 { throw Refusal(.contentTooLarge, "requests with a body are not taken") }
    var request = request
    // Of HTTP/1.0 only what everybody understands in the same way: one request, one connection.
    request.isPersistent = request.isVersion11 && !wantsClose
    return request
  }
}

// MARK: - The target

/// The path of `/metrics?name=x` and of `http://host:9998/metrics`, percent-escapes resolved.
private func path(of target: Span<UInt8>) throws(Refusal) -> [UInt8] {
  for index in 0..<target.count where target[index] <= 0x20 || target[index] >= 0x7F || target[index] == .of("#") {
    throw Refusal(.badRequest, "the path has a character that has to be written as %XX")
  }
  var start = 0
  for scheme: StaticString in ["http://", "https://"] where target.isCaseless(scheme, in: 0..<scheme.utf8CodeUnitCount)
  {
    start = scheme.utf8CodeUnitCount
  }
  if start > 0 {
    var end = start
    while end < target.count, target[end] != .of("/"), target[end] != .of("?") { end += 1 }
    guard end > start, target.extracting(start..<end).isHost else {
      throw Refusal(.badRequest, "the address before the path is neither a name nor an address")
    }
    start = end
    if start == target.count || target[start] == .of("?") { return [.of("/")] }
  }
  guard start < target.count, target[start] == .of("/") else { throw Refusal(.badRequest, "a path begins with '/'") }
  var path: [UInt8] = []
  while start < target.count, target[start] != .of("?") {
    if target[start] == .of("%") {
      guard start + 2 < target.count, let high = target[start + 1].hexadecimalValue,
        let low = target[start + 2].hexadecimalValue
      else { throw Refusal(.badRequest, "'%' in the path is not followed by two hexadecimal digits") }
      path.append(high << 4 | low)
      start += 3
    } else {
      path.append(target[start])
      start += 1
    }
  }
  return path
}

extension Span<UInt8> {
  /// Whether the bytes of this range are this text, which is lower case, in any case.
  func isCaseless(_ text: StaticString, in range: Range<Int>) -> Bool {
    guard range.count == text.utf8CodeUnitCount, range.upperBound <= count else { return false }
    return text.withUTF8Buffer { expected in
      for index in 0..<range.count where self[range.lowerBound + index].lowercased != expected[index] { return false }
      return true
    }
  }

  /// Whether it could be a name or an address with a port. Empty is allowed: RFC 9110, 7.2.
  fileprivate var isHost: Bool {
    for index in 0..<count {
      switch self[index] {
      case .of("-"), .of("."), .of("_"), .of(":"), .of("["), .of("]"), .of("%"), .of("~"): continue
      default: if !self[index].isLetter, !self[index].isDigit { return false }
      }
    }
    return true
  }
}
