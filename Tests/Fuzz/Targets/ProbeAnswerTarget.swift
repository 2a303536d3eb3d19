// What probes are answered by servers, programs and files of strangers: the same however the bytes come, a number or a
// reason, and never a number that is none.

import Language
import Metrics

@testable import Agent

extension FuzzTarget {
  static let probeAnswer = FuzzTarget(name: "probe-answer", largest: 4096) { bytes in
    let (whole, pieces) = (response(bytes, piece: max(bytes.count, 1)), response(bytes, piece: 1))
    promise(
      whole.progress == pieces.progress && whole.status == pieces.status && whole.location == pieces.location
        && whole.body == pieces.body && whole.isCut == pieces.isCut, "pieces make no difference to HTTP")
    var (expected, slow) = (ExpectedText("load"), ExpectedText("load"))
    expected.take(bytes.span)
    for byte in bytes { slow.take([byte].span) }
    promise(expected.number == slow.number && expected.isFound == slow.isFound, "pieces make no difference to TCP")
    let answers: [Answer] = [
      .http(whole), .command(.exited(0), output: bytes, isCut: false),
      .command(.exited(2), output: bytes, isCut: true), .file(bytes),
    ]
    for (field, expect) in [(nil, nil), ("load1", "up"), ("/queue/depth", nil), ("/", nil)] as [(String?, String?)] {
      let question = Question.file("/a")
      let probe = Probe(
        "p", question, field: field, expect: expect, unit: .bytes, every: .seconds(1), timeout: .seconds(1),
        stale: .seconds(1))
      for answer in answers {
        let facts = ProbeFacts(answer, of: probe, after: .zero)
        promise(facts.value?.isFinite ?? !facts.reason.isEmpty, "there is a number, or a reason why there is none")
        promise(facts.isFine || !facts.reason.isEmpty, "there is a reason for what is not fine")
      }
    }
  } seeds: {
    [
      "HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n{\"queue\":{\"depth\": 12.5}}",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n17 up\r\n1;x=y\r\n\n\r\n0\r\nTrailer: a\r\n\r\n",
      "HTTP/1.0 301 Moved\r\nLocation: http://a/\u{1b}[31m\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 No\r\nConnection: close\r\n\r\nbusy",
      "OK - load average: 0.08|load1=0.080MB;15.000;30.000;0; 'free ''space'=10%\nmore|late=5ms\n x=2MiB",
      "12.5 and more\n", " load -1e3s",
      "{\"queue\":{\"depth\":[1,{\"a\":\"\\ud83d\\ude00\\n\"}]},\"\":7}", "[[[[[[1]]]]]]",
      "",
    ].map { Array($0.utf8) }
  }

  private static func response(_ bytes: [UInt8], piece: Int) -> HTTPResponse {
    var response = HTTPResponse()
    for start in stride(from: 0, to: bytes.count, by: piece) where response.progress == .underWay {
      response.take(bytes.span.extracting(start..<min(start + piece, bytes.count)))
    }
    if response.progress == .underWay { response.end() }
    return response
  }
}
