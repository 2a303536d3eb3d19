import TestSupport
import Testing
import Text

@testable import Web

/// What is said on a connection, and what is understood of it.
@Suite struct RequestParserTests {
  /// One after the other, all that is read from these bytes, in pieces of so many: `GET /metrics`, `400 ...`, and `...` for
  /// what has not ended.
  static func read(_ text: String, piece: Int = .max) -> [String] {
    let bytes = Array(text.utf8)
    var parser = RequestParser()
    var found: [String] = []
    var start = 0
    while start < bytes.count {
      let part = Array(bytes[start..<min(bytes.count, piece == .max ? bytes.count : start + piece)])
      start += part.count
      var offset = 0
      while offset < part.count {
        switch parser.take(part.span, from: &offset) {
        case .unfinished: break
        case .request(let request): found.append(Self.text(of: request))
        case .refused(let refusal): return found + ["\(refusal.status.rawValue) \(refusal.reason)"]
        }
      }
    }
    return parser.isWithinRequest ? found + ["..."] : found
  }

  private static func text(of request: Request) -> String {
    let method = request.method == .get ? "GET" : request.method == .head ? "HEAD" : "other"
    var text = "\(method) \(String(decoding: request.path, as: UTF8.self))"
    if !request.isPersistent { text += " close" }
    if !request.accept.isEmpty { text += " accept \(String(decoding: request.accept, as: UTF8.self))" }
    return text
  }

  struct Row: CustomTestStringConvertible, Sendable {
    let said: String
    let found: [String]
    init(_ said: String, _ found: String...) { (self.said, self.found) = (said, found) }
    var testDescription: String { said.debugDescription }
  }

  static let host = "Host: a:9998\r\n"

  static let right: [Row] = [
    Row("GET / HTTP/1.1\r\n\(host)\r\n", "GET /"),
    Row("HEAD /metrics HTTP/1.1\r\n\(host)\r\n", "HEAD /metrics"),
    Row("GET / HTTP/1.1\n\(host)\n", "GET /"),
    Row("GET / HTTP/1.0\r\n\r\n", "GET / close"),
    Row("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "GET / close"),
    Row("GET / HTTP/1.9\r\n\(host)\r\n", "GET /"),
    Row("GET / HTTP/1.1\r\n\(host)Connection: close\r\n\r\n", "GET / close"),
    Row("GET / HTTP/1.1\r\n\(host)connection: keep-alive,  Close ,x\r\n\r\n", "GET / close"),
    Row("GET / HTTP/1.1\r\n\(host)Connection: closed\r\n\r\n", "GET /"),
    Row("\r\n\n\r\nGET / HTTP/1.1\r\n\(host)\r\n", "GET /"),
    Row("GET /health/web?a=b%20c HTTP/1.1\r\n\(host)\r\n", "GET /health/web"),
    Row("GET /he%61lth/%77eb HTTP/1.1\r\n\(host)\r\n", "GET /health/web"),
    Row("GET http://a.example:9998/metrics HTTP/1.1\r\n\(host)\r\n", "GET /metrics"),
    Row("GET HTTPS://[::1]:9998?x HTTP/1.1\r\n\(host)\r\n", "GET /"),
    Row("GET //a/../b HTTP/1.1\r\n\(host)\r\n", "GET //a/../b"),
    Row("GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET /"),
    Row("GET / HTTP/1.1\r\n\(host)Content-Length: 0\r\n\r\n", "GET /"),
    Row("GET / HTTP/1.1\r\n\(host)Accept: \t a/b \r\naccept:c/d\r\nX-\u{e4}: no token\r\n\r\n", "400 \(colon)"),
    Row("GET / HTTP/1.1\r\n\(host)Accept: \t a/b \r\naccept:c/d\r\nX: \u{e4}\r\n\r\n", "GET / accept a/b,c/d"),
    Row("POST /x HTTP/1.1\r\n\(host)\r\n", "other /x"),
    Row("get / HTTP/1.1\r\n\(host)\r\n", "other /"),
    Row("OPTIONS * HTTP/1.0\r\n\r\n", "other  close"),
    Row("CONNECT a:443 HTTP/1.1\r\n\(host)\r\n", "other "),
    Row("GET /a HTTP/1.1\r\n\(host)\r\nGET /b HTTP/1.1\r\n\(host)\r\nGET /c", "GET /a", "GET /b", "..."),
  ]

  static let colon = "a header field is not a name with a colon right behind it"
  static let words = "the first line has to be a method, a path and a version: GET / HTTP/1.1"
  static let end = "the first line does not end in HTTP/1.1 or HTTP/1.0"

  static let wrong: [Row] = [
    Row("\u{16}\u{3}\u{1}", "400 this is not HTTP"),
    Row("{\"a\": 1}", "400 this is not HTTP"),
    Row(" GET / HTTP/1.1\r\n", "400 this is not HTTP"),
    Row("web\n", "400 \(words)"),
    Row("GET /\r\n", "400 \(words)"),
    Row("GET  / HTTP/1.1\r\n", "400 \(words)"),
    Row("GET / HTTP/1.1 \r\n", "400 \(words)"),
    Row("GET\t/\tHTTP/1.1\r\n", "400 \(words)"),
    Row("GET / HTTP/11\r\n", "400 \(end)"),
    Row("GET / http/1.1\r\n", "400 \(end)"),
    Row("GET / HTTP/2.0\r\n", "505 only HTTP/1.0 and HTTP/1.1"),
    Row("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505 only HTTP/1.0 and HTTP/1.1"),
    Row("G(T / HTTP/1.1\r\n", "400 the method is not a word"),
    Row("GET metrics HTTP/1.1\r\n", "400 a path begins with '/'"),
    Row("GET * HTTP/1.1\r\n", "400 a path begins with '/'"),
    Row("GET ftp://a/ HTTP/1.1\r\n", "400 a path begins with '/'"),
    Row("GET http:/// HTTP/1.1\r\n", "400 the address before the path is neither a name nor an address"),
    Row("GET http://user@a/ HTTP/1.1\r\n", "400 the address before the path is neither a name nor an address"),
    Row("GET /\u{e4} HTTP/1.1\r\n", "400 the path has a character that has to be written as %XX"),
    Row("GET /#a HTTP/1.1\r\n", "400 the path has a character that has to be written as %XX"),
    Row("GET /%4 HTTP/1.1\r\n", "400 '%' in the path is not followed by two hexadecimal digits"),
    Row("GET /%zz HTTP/1.1\r\n", "400 '%' in the path is not followed by two hexadecimal digits"),
    Row("GET / HTTP/1.1\r\n\r\n", "400 HTTP/1.1 without Host"),
    Row("GET / HTTP/1.1\r\n\(host)\(host)\r\n", "400 more than one Host"),
    Row("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "400 Host is neither a name nor an address"),
    Row("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "400 Host is neither a name nor an address"),
    Row("GET / HTTP/1.1\r\nHost : a\r\n\r\n", "400 \(colon)"),
    Row("GET / HTTP/1.1\r\n\(host): a\r\n\r\n", "400 \(colon)"),
    Row("GET / HTTP/1.1\r\n\(host) folded\r\n\r\n", "400 \(colon)"),
    Row("GET / HTTP/1.1\r\n\(host)X\r\n\r\n", "400 \(colon)"),
    Row("GET / HTTP/1.1\r\n\(host)X: a\u{0}b\r\n\r\n", "400 a control character in a header field"),
    Row("GET / HTTP/1.1\r\n\(host)X: a\rY: b\r\n\r\n", "400 a carriage return without a line feed"),
    Row("GET / HTTP/1.1\r\r\n", "400 a carriage return without a line feed"),
    // Bodies, and what could hide a second request.
    Row("POST / HTTP/1.1\r\n\(host)Content-Length: 5\r\n\r\nhello", "413 requests with a body are not taken"),
    Row(
      "GET / HTTP/1.1\r\n\(host)Content-Length: 99999999999999999999\r\n\r\n", "413 requests with a body are not taken"),
    Row("GET / HTTP/1.1\r\n\(host)Content-Length: 0\r\nContent-Length: 5\r\n\r\n", "400 more than one Content-Length"),
    Row("GET / HTTP/1.1\r\n\(host)Content-Length: 0, 0\r\n\r\n", "400 Content-Length is not a number"),
    Row("GET / HTTP/1.1\r\n\(host)Content-Length: +0\r\n\r\n", "400 Content-Length is not a number"),
    Row("GET / HTTP/1.1\r\n\(host)Content-Length: -1\r\n\r\n", "400 Content-Length is not a number"),
    Row("GET / HTTP/1.1\r\n\(host)Content-Length: 0x0\r\n\r\n", "400 Content-Length is not a number"),
    Row("GET / HTTP/1.1\r\n\(host)Content-Length:\r\n\r\n", "400 Content-Length is empty"),
    Row(
      "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n",
      "400 requests with a Transfer-Encoding are not taken"),
    Row(
      "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: identity\r\n\r\n",
      "400 requests with a Transfer-Encoding are not taken"),
    Row("GET /a HTTP/1.1\r\n\(host)\r\nnonsense\r\n", "GET /a", "400 \(words)"),
  ]

  @Test(arguments: right) func aRightRequest(row: Row) { #expect(Self.read(row.said) == row.found) }

  @Test(arguments: wrong) func aWrongRequest(row: Row) { #expect(Self.read(row.said) == row.found) }

  /// What is understood does not depend on how the bytes come.
  @Test(arguments: right + wrong) func inPieces(row: Row) {
    for piece in [1, 2, 3, 7] { #expect(Self.read(row.said, piece: piece) == row.found, "pieces of \(piece)") }
  }

  /// Every limit at its value, and one beyond.
  @Test func limits() {
    let line = RequestParser.longestLine
    let longest = String(repeating: "a", count: line - "GET / HTTP/1.1".utf8.count)
    #expect(Self.read("GET /\(longest) HTTP/1.1\r\n\(Self.host)\r\n") == ["GET /\(longest)"])
    #expect(Self.read("GET /\(longest)a HTTP/1.1\r\n\(Self.host)\r\n") == ["414 a line of more than \(line) bytes"])

    let value = String(repeating: "a", count: line - "X: ".utf8.count)
    #expect(Self.read("GET / HTTP/1.1\r\n\(Self.host)X: \(value)\r\n\r\n") == ["GET /"])
    #expect(
      Self.read("GET / HTTP/1.1\r\n\(Self.host)X: \(value)a\r\n\r\n") == ["431 a line of more than \(line) bytes"])

    let fields = String(repeating: "X: a\r\n", count: RequestParser.mostFields - 1)
    #expect(Self.read("GET / HTTP/1.1\r\n\(Self.host)\(fields)\r\n") == ["GET /"])
    #expect(
      Self.read("GET / HTTP/1.1\r\n\(Self.host)\(fields)X: a\r\n\r\n")
        == ["431 more than \(RequestParser.mostFields) header fields"])

    // Lines of 1 kB up to the limit of the whole, to which empty lines before the request count.
    let head = "GET / HTTP/1.1\r\n\(Self.host)"
    let rest = RequestParser.largestHead - head.utf8.count - 2
    let kilobyte = "X: \(String(repeating: "a", count: 1019))\r\n"
    var filled = head + String(repeating: kilobyte, count: rest / 1024)
    filled += "X: \(String(repeating: "a", count: rest % 1024 - 5))\r\n"
    #expect(Self.read(filled + "\r\n") == ["GET /"])
    #expect(
      Self.read("\n" + filled + "\r\n")
        == ["431 more than \(RequestParser.largestHead) bytes before the end of the request's head"])
  }

  /// Any bytes whatever: the parser ends, keeps to its limits, and says the same however they come.
  @Test func anything() {
    var generator = SeededGenerator(seed: 7)
    let seeds = (Self.right + Self.wrong).map { Array($0.said.utf8) }
    for _ in 0..<3000 {
      var bytes = seeds.randomElement(using: &generator)!
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...127, using: &generator)
        case 1: bytes.insert([0x0A, 0x0D, 0x20, 0x3A, 0x00].randomElement(using: &generator)!, at: place)
        default: if bytes.count > 1 { bytes.remove(at: place) }
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(Self.read(text) == Self.read(text, piece: 1))
    }
  }
}
