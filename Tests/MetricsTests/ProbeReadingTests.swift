import Language
import TestSupport
import Testing

@testable import Metrics

/// What is read of the answers to probes: tables, and answers cut at every place.
@Suite struct ProbeReadingTests {
  @Test(
    arguments: [
      ("12", 12.0), ("-3.5 and more", -3.5), ("  85%", 85), ("+7", 7), ("1e3", 1000), ("1.5E-2s", 0.015), ("2e", 2),
      (".5", 0.5), ("3.", 3), ("1.2.3", 1.2), ("0.1", 0.1), ("9007199254740993", 9_007_199_254_740_992),
      ("", nil), ("abc", nil), ("-", nil), (".", nil), ("e5", nil), ("1e999", nil), ("\n5", nil), ("nan", nil),
      ("0x10", 0), ("1" + String(repeating: "0", count: 70), nil),
    ] as [(String, Double?)]) func theNumberThatATextBeginsWith(_ text: String, _ value: Double?)
  {
    let bytes = Array(text.utf8)
    #expect(LeadingNumber(bytes.span)?.value == value)
  }

  @Test(
    arguments: [
      ("12\n", 12.0), (" true ", 1), ("false", 0), ("-1.5\r\n", -1.5), ("404 page not found", nil), ("", nil),
      ("True", nil), ("5%", nil), ("1 2", nil),
    ] as [(String, Double?)]) func theNumberThatATextIs(_ text: String, _ value: Double?)
  {
    let bytes = Array(text.utf8)
    #expect(LeadingNumber.whole(bytes.span) == value)
  }

  static let load =
    "OK - load average: 0.08|load1=0.080;15.000;30.000;0; load5=3;;;0 'free space'=10%\nmore|late=5ms\n x=2MiB"

  @Test(
    arguments: [
      (load, "load1", Kind.number, "0.08"), (load, "load5", .number, "3.0"), (load, "free space", .percent, "10.0"),
      (load, "late", .seconds, "0.005"), (load, "late", .number, "5.0"), (load, "x", .bytes, "2097152.0"),
      (load, "load1", .bytes, "0.08"),
      (load, "late", .bytes, "the performance data 'late' is in 'ms', which is not bytes"),
      (load, "load15", .number, "no performance data 'load15'; there is 'load1', 'load5', 'free space', 'late', 'x'"),
      ("OK", "a", .number, "no performance data 'a', and no other"),
      ("", "a", .number, "no performance data 'a', and no other"),
      ("|a=U b=1", "a", .number, "the performance data 'a' has no value"), ("|a=U b=1", "b", .number, "1.0"),
      ("|'it''s'=3c", "it's", .number, "3.0"), ("|a=3,5s b=1", "a", .number, "no performance data 'a'; there is 'b'"),
      ("|a= 5", "a", .number, "no performance data 'a', and no other"),
      ("|a=1|b=2", "a", .number, "no performance data 'a', and no other"),
      ("|'open=1", "open", .number, "no performance data 'open', and no other"),
      ("|=5 x", "", .number, "no performance data '', and no other"),
      ("|a=1e400 b=2", "a", .number, "no performance data 'a'; there is 'b'"),
      ("|a=-1.5;@10:20;~:5", "a", .number, "-1.5"),
    ] as [(String, String, Kind, String)])
  func performanceData(_ output: String, _ label: String, _ kind: Kind, _ expected: String) {
    let bytes = Array(output.utf8)
    let data = PerformanceData(bytes.span)
    do throws(Lack) {
      #expect("\(try data.value(of: label, as: kind))" == expected)
    } catch {
      #expect(error.reason == expected)
    }
  }

  struct Response: CustomTestStringConvertible {
    let testDescription: String
    let text: String
    let progress: HTTPResponse.Progress
    var status = 200
    var body = ""
  }

  static let responses: [Response] = [
    Response(testDescription: "to the end", text: "HTTP/1.0 200 OK\r\n\r\n12", progress: .complete, body: "12"),
    Response(
      testDescription: "of a length", text: "HTTP/1.1 503 No\r\nContent-Length: 3\r\n\r\n123rest", progress: .complete,
      status: 503, body: "123"),
    Response(
      testDescription: "chunked",
      text:
        "HTTP/1.1 200\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\n{\"\r\n3;x=y\r\na\":\r\n1 \r\n}\r\n0\r\nTrailer: 1\r\n\r\n",
      progress: .complete, body: "{\"a\":}"),
    Response(
      testDescription: "bare line feeds", text: "HTTP/1.1 200 OK\ncontent-length:2\n\nok", progress: .complete,
      body: "ok"),
    Response(
      testDescription: "interim", text: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n\r\n", progress: .complete,
      status: 204),
    Response(
      testDescription: "no body", text: "HTTP/1.1 304 Not\r\nContent-Length: 9\r\n\r\n", progress: .complete,
      status: 304),
    Response(
      testDescription: "too short", text: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n12",
      progress: .failed("closed the connection in the middle of its answer"), body: "12"),
    Response(
      testDescription: "nothing", text: "", progress: .failed("closed the connection without an answer"), status: 0),
    Response(
      testDescription: "another protocol", text: "220 mail ESMTP\r\n",
      progress: .failed("is no HTTP server: it says '220 mail ESMTP'"), status: 0),
    Response(
      testDescription: "no status", text: "HTTP/1.1 OK\r\n\r\n", progress: .failed("sent no status: 'HTTP/1.1 OK'"),
      status: 0),
    Response(
      testDescription: "a strange status", text: "HTTP/1.1 20O OK\r\n\r\n",
      progress: .failed("sent no status: 'HTTP/1.1 20O OK'"), status: 0),
    Response(
      testDescription: "a strange length", text: "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
      progress: .failed("sent a length that is none: '-1'")),
    Response(
      testDescription: "two lengths", text: "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      progress: .failed("sent a length that is none: '2'")),
    Response(
      testDescription: "a length beyond all numbers",
      text: "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n",
      progress: .failed("sent a length that is none: '99999999999999999999999'")),
    Response(
      testDescription: "gzip", text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
      progress: .failed("sent its answer in a form that it was not asked for: 'Transfer-Encoding: gzip, chunked'")),
    Response(
      testDescription: "a chunk without a size", text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
      progress: .failed("sent a chunk without a size: 'xyz'")),
    Response(
      testDescription: "a chunk beyond all sizes",
      text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffffffff\r\n",
      progress: .failed("sent a chunk without a size: 'fffffffffffffffffffff'")),
    Response(
      testDescription: "a chunk that is too long",
      text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
      progress: .failed("sent a chunk that is longer than it says"), body: "a"),
    Response(
      testDescription: "control characters", text: "\u{1B}[2J\r\n",
      progress: .failed("is no HTTP server: it says '?[2J'"), status: 0),
  ]

  /// The same comes out, whatever pieces an answer comes in.
  @Test(arguments: responses) func anAnswerInAnyPieces(_ row: Response) {
    let bytes = Array(row.text.utf8)
    for size in [1, 2, 3, 7, max(bytes.count, 1)] {
      var response = HTTPResponse()
      var index = 0
      while index < bytes.count {
        let piece = Array(bytes[index..<min(index + size, bytes.count)])
        response.take(piece.span)
        index += size
      }
      response.end()
      #expect(response.progress == row.progress, "in pieces of \(size)")
      #expect(response.status == row.status)
      #expect(String(decoding: response.body, as: UTF8.self) == row.body)
    }
  }

  @Test func anEndlessAnswerEnds() {
    let piece = [UInt8](repeating: 0x41, count: 10_000)
    var body = HTTPResponse()
    body.take(Array("HTTP/1.1 200 OK\r\n\r\n".utf8).span)
    for _ in 0..<10 { body.take(piece.span) }
    #expect(body.progress == .complete && body.isCut && body.body.count == HTTPResponse.mostBodyBytes)
    var line = HTTPResponse()
    line.take(piece.span)
    #expect(line.progress == .failed("sent a longer head than a server sends"))
    var head = HTTPResponse()
    head.take(Array("HTTP/1.1 200 OK\r\n".utf8).span)
    for _ in 0..<10_000 where head.progress == .underWay { head.take(Array("a: b\r\n".utf8).span) }
    for _ in 0..<10_000 where head.progress == .underWay { head.take(Array("a: bcdef\r\n".utf8).span) }
    #expect(head.progress == .failed("sent a longer head than a server sends"))
    var chunks = HTTPResponse()
    chunks.take(Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".utf8).span)
    for _ in 0..<100_000 where chunks.progress == .underWay { chunks.take(Array("1\r\na\r\n".utf8).span) }
    #expect(chunks.progress == .complete && chunks.isCut)
  }

  /// The limits of an answer at their values and one beyond.
  @Test func answersHaveLimits() {
    let head = { (lines: [Int]) in
      var response = HTTPResponse()
      response.take(Array("HTTP/1.1 200 OK\n".utf8).span)
      for count in lines { response.take(Array((String(repeating: "x", count: count) + "\n").utf8).span) }
      return response.progress
    }
    let tooLong = HTTPResponse.Progress.failed("sent a longer head than a server sends")
    #expect(head([HTTPResponse.mostLineBytes, 0]) == .underWay)
    #expect(head([HTTPResponse.mostLineBytes + 1, 0]) == tooLong)
    // The status line counts, line ends do not.
    let rest = HTTPResponse.mostHeadBytes - 15 - 7 * 8192
    let full = [Int](repeating: 8192, count: 7) + [rest]
    #expect(head(full + [0]) == .underWay)
    #expect(head(full.dropLast() + [rest + 1, 0]) == tooLong)
    let body = { (count: Int) in
      var response = HTTPResponse()
      response.take(Array(("HTTP/1.1 200 OK\n\n" + String(repeating: "x", count: count)).utf8).span)
      response.end()
      return response.isCut
    }
    #expect(!body(HTTPResponse.mostBodyBytes) && body(HTTPResponse.mostBodyBytes + 1))

    let isFound = { (count: Int) in
      var expected = ExpectedText("end")
      expected.take(Array((String(repeating: "x", count: count - 3) + "end").utf8).span)
      return expected.isFound
    }
    #expect(isFound(ExpectedText.mostBytes) && !isFound(ExpectedText.mostBytes + 1))
    // Of a number that reaches the end it is not known whether it is whole.
    for (count, value) in [(ExpectedText.mostBytes - 1, 7.0), (ExpectedText.mostBytes, nil)] {
      var expected = ExpectedText("=")
      expected.take(Array((String(repeating: "x", count: count - 2) + "=7").utf8).span)
      #expect(expected.number == value)
    }
    for (count, isOpen) in [(LeadingNumber.longest - 1, true), (LeadingNumber.longest, false)] {
      var expected = ExpectedText("=")
      expected.take(Array(("=" + String(repeating: " ", count: count)).utf8).span)
      #expect(expected.isNumberOpen == isOpen)
    }

    let number = { (count: Int) in
      LeadingNumber(Array((String(repeating: "0", count: count - 1) + "7").utf8).span)?.value
    }
    #expect(number(LeadingNumber.longest) == 7 && number(LeadingNumber.longest + 1) == nil)

    let entries = { (count: Int) in
      PerformanceData(Array(("|" + String(repeating: "a=1 ", count: count)).utf8).span).entries.count
    }
    #expect(entries(PerformanceData.most) == PerformanceData.most)
    #expect(entries(PerformanceData.most + 1) == PerformanceData.most)

    for (count, end) in [(PerformanceData.mostLabels, "'"), (PerformanceData.mostLabels + 1, "' and more")] {
      let data = PerformanceData(Array(("|" + (1...count).map { "a\($0)=1 " }.joined()).utf8).span)
      let named = "'a\(PerformanceData.mostLabels)\(end)"
      #expect { try data.value(of: "b", as: .number) } throws: { ($0 as? Lack)?.reason.hasSuffix(named) == true }
    }

    // What is shown of a stranger's text.
    #expect(shown([UInt8](repeating: 0x78, count: 60)) == String(repeating: "x", count: 60))
    #expect(shown([UInt8](repeating: 0x78, count: 61)) == String(repeating: "x", count: 60) + "...")
  }

  @Test(arguments: [(99, false), (100, true), (599, true), (600, false)])
  func statusesHaveLimits(status: Int, isOne: Bool) {
    var response = HTTPResponse()
    response.take(Array("HTTP/1.1 \(status < 100 ? "0" : "")\(status) So\r\n".utf8).span)
    #expect(response.status == (isOne ? status : 0) && (response.progress == .underWay) == isOne)
  }

  @Test(arguments: [(15, true), (16, false)])
  func sizesOfChunksHaveALimit(digits: Int, isOne: Bool) {
    var response = HTTPResponse()
    let size = String(repeating: "f", count: digits)
    response.take(Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(size)\r\nx".utf8).span)
    #expect((response.progress == .underWay) == isOne && response.body.count == (isOne ? 1 : 0))
  }

  /// Whatever a stranger says, nothing traps and everything ends.
  @Test func hostileAnswersAreSurvived() {
    var random = SeededGenerator(seed: 7)
    let words = [
      "HTTP/1.1 ", "200", "\r\n", "\n", ":", "content-length", "transfer-encoding: chunked", "0", "f", ";", "'", "|",
      "=", "U", " ", "1e9", "-", "\0",
    ]
    for _ in 0..<3_000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 0..<30, using: &random) {
        if Bool.random(using: &random) {
          bytes += Array(words.randomElement(using: &random)!.utf8)
        } else {
          bytes.append(UInt8.random(in: 0...255, using: &random))
        }
      }
      var response = HTTPResponse()
      response.take(bytes.span)
      response.end()
      #expect(response.progress != .underWay)
      for entry in PerformanceData(bytes.span).entries { #expect(entry.value?.isFinite ?? true) }
      var expected = ExpectedText("a")
      expected.take(bytes.span)
      _ = (expected.number, expected.isNumberOpen)
    }
  }

  @Test func anExpectedTextInPieces() {
    let text = Array("220 ready\r\nused_memory: 1048576\r\n".utf8)
    for size in 1...text.count {
      var expected = ExpectedText("used_memory:")
      for start in stride(from: 0, to: text.count, by: size) {
        expected.take(Array(text[start..<min(start + size, text.count)]).span)
      }
      #expect(expected.isFound && expected.number == 1_048_576 && !expected.isNumberOpen)
    }
    var open = ExpectedText("depth=")
    open.take(Array("depth=1".utf8).span)
    #expect(open.isFound && open.isNumberOpen)
    open.take(Array("2 ".utf8).span)
    #expect(open.number == 12 && !open.isNumberOpen)
    var absent = ExpectedText("aab")
    absent.take(Array("aaaaab".utf8).span)
    #expect(absent.isFound && absent.number == nil)
  }

  @Test(arguments: [
    ("http://127.0.0.1:8080/health?x=1", "127.0.0.1:8080", "/health?x=1", "127.0.0.1:8080"),
    ("http://example.net", "example.net:80", "/", "example.net"), ("HTTP://[::1]:81?a", "[::1]:81", "/?a", "[::1]:81"),
    ("http://[::1]/", "[::1]:80", "/", "[::1]"), ("unix:/run/a.sock:/h", "unix:/run/a.sock", "/h", "localhost"),
    ("unix:/run/a.sock", "unix:/run/a.sock", "/", "localhost"),
    ("http://unix:/run/a.sock:/h", "unix:/run/a.sock", "/h", "localhost"),
  ]) func addressesOfPages(_ text: String, _ destination: String, _ target: String, _ host: String) throws {
    let address = try HTTPAddress(text)
    #expect("\(address.destination)" == destination)
    #expect(address.target == target)
    #expect(address.host == host)
  }

  @Test(
    arguments: [
      ("127.0.0.1:1", nil), ("[::1]:65535", nil), ("a-b.example_1:389", nil), ("", .noHost), (":1", .noHost),
      ("a", .noPort), ("a:", .port(2..<2)), ("a:0", .port(2..<3)), ("a:65536", .port(2..<7)), ("a:+1", .port(2..<4)),
      ("a:99999999999999999999", .port(2..<22)), ("::1:1", .brackets(0..<5)), ("[::1]", .noPort),
      ("[::1]1", .brackets(0..<6)),
      ("[::1", .brackets(0..<4)), ("[1.2.3.4]:1", .brackets(0..<9)), ("1.2.3:1", .host(0..<5)), ("-a:1", .host(0..<2)),
      ("a b:1", .host(0..<3)), ("http://a:1", .url), ("fe80::1:1", .brackets(0..<9)),
    ] as [(String, Destination.Mistake?)]) func destinations(_ text: String, _ mistake: Destination.Mistake?)
  {
    do throws(Destination.Mistake) {
      let destination = try Destination(text)
      #expect(mistake == nil)
      #expect("\(destination)" == text)
    } catch {
      #expect(error == mistake)
    }
  }
}
