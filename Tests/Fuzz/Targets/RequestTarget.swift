// What is said over HTTP: the same requests, however the bytes come, and limits that hold.

import Text

@testable import Web

extension FuzzTarget {
  static let request = FuzzTarget(name: "http", largest: 20_000) { bytes in
    let whole = outcomes(of: bytes, piece: max(bytes.count, 1))
    promise(outcomes(of: bytes, piece: 1) == whole, "pieces make no difference")
    for case .request(let request) in whole {
      promise(request.accept.count <= RequestParser.largestHead, "what is kept has a limit")
      _ = ExpositionFormat(accept: request.accept.span)
    }
    _ = ExpositionFormat(accept: bytes.span)
  } seeds: {
    [
      "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HEAD /metrics?a HTTP/1.0\n\n",
      "GET http://[::1]:9998/health/w%65b HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\nGET /load HTTP/1.1\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "GET /metrics HTTP/1.1\r\nHost: a\r\nAccept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5,*/*;q=0.1\r\n\r\n",
    ].map { Array($0.utf8) }
  }

  private static func outcomes(of bytes: [UInt8], piece: Int) -> [RequestParser.Outcome] {
    var parser = RequestParser()
    var outcomes: [RequestParser.Outcome] = []
    for start in stride(from: 0, to: bytes.count, by: piece) {
      let part = Array(bytes[start..<min(start + piece, bytes.count)])
      var offset = 0
      while offset < part.count {
        let outcome = parser.take(part.span, from: &offset)
        if case .unfinished = outcome { continue }
        outcomes.append(outcome)
        if case .refused = outcome { return outcomes }
      }
    }
    return outcomes
  }
}
