import Foundation
import Testing

@testable import Web

@Suite struct ResponseTests {
  private static func head(_ response: Response, at seconds: Int = 784_111_777) -> String {
    var bytes: [UInt8] = []
    response.write(at: .seconds(seconds), into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func aHead() {
    #expect(
      Self.head(Response(.ok, "text/plain", .length(12), closes: false))
        == "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/plain\r\n"
        + "Content-Length: 12\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\r\n")
  }

  @Test func whatElseItSays() {
    let refused = Self.head(Response(.methodNotAllowed, "a/b", .length(0), closes: true))
    #expect(refused.hasPrefix("HTTP/1.1 405 Method Not Allowed\r\n"))
    #expect(refused.contains("\r\nAllow: GET, HEAD\r\n") && refused.hasSuffix("\r\nConnection: close\r\n\r\n"))
    #expect(Self.head(Response(.ok, "a/b", .pieces, closes: false)).contains("\r\nTransfer-Encoding: chunked\r\n"))
    let untilEnd = Self.head(Response(.ok, "a/b", .untilEnd, closes: true))
    #expect(!untilEnd.contains("Transfer-Encoding") && !untilEnd.contains("Content-Length"))
  }

  /// Every day of 130 years, as another calendar has it.
  @Test func dates() {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "GMT")
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    for day in stride(from: 0, to: 130 * 366, by: 1) {
      let seconds = day * 86_400 + day * 7919 % 86_400
      var bytes: [UInt8] = []
      bytes.append(date: .seconds(seconds))
      let expected = formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
      guard String(decoding: bytes, as: UTF8.self) == expected else {
        Issue.record("\(String(decoding: bytes, as: UTF8.self)) is \(expected)")
        return
      }
    }
  }
}
