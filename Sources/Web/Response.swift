// The head of an answer.

import Text

/// How the end of a body is found.
public enum Framing: Sendable {
  /// It has so many bytes.
  case length(Int)
  /// It comes in pieces, each with its length before it: only to HTTP/1.1.
  case pieces
  /// The connection ends with it.
  case untilEnd
}

/// What stands before a body.
public struct Response {
  /// How it went.
  public var status: Status
  /// What the body is.
  public var contentType: String
  /// How the end of the body is found.
  public var framing: Framing
  /// Whether the connection ends with it.
  public var closes: Bool

  /// A head.
  public init(_ status: Status, _ contentType: String, _ framing: Framing, closes: Bool) {
    self.status = status
    self.contentType = contentType
    self.framing = framing
    self.closes = closes
  }

  /// Appends the head, its empty line included. `wall` is the time since 1970.
  public func write(at wall: Duration, into bytes: inout [UInt8]) {
    bytes.append("HTTP/1.1 \(status.rawValue) \(status.reason)\r\nDate: ")
    bytes.append(date: wall)
    bytes.append("\r\nContent-Type: \(contentType)\r\n")
    switch framing {
    case .length(let count): bytes.append("Content-Length: \(count)\r\n")
    case .pieces: bytes.append("Transfer-Encoding: chunked\r\n")
    case .untilEnd: break
    }
    // What is true now is not true later; and no browser is to guess that a text is a page.
    bytes.append("Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n")
    if status == .methodNotAllowed { bytes.append("Allow: GET, HEAD\r\n") }
    if closes { bytes.append("Connection: close\r\n") }
    bytes.append("\r\n")
  }
}

extension [UInt8] {
  /// Appends a moment as `Sun, 06 Nov 1994 08:49:37 GMT`: RFC 9110, 5.6.7. `wall` is the time since 1970.
  mutating func append(date wall: Duration) {
    let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let seconds = Int(Swift.max(wall.components.seconds, 0))
    let (days, second) = seconds.quotientAndRemainder(dividingBy: 86_400)
    // Counted from 1 March of the year 0, so that the leap day comes last: in 400 years there are 146,097 days.
    let since = days + 719_468
    let era = since / 146_097
    let dayOfEra = since % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    // 1 January 1970 was a Thursday.
    append("\(names[(days + 3) % 7]), ")
    append(twoDigits: dayOfYear - (153 * shifted + 2) / 5 + 1)
    append(" \(months[month - 1]) \(year) ")
    append(twoDigits: second / 3600)
    append(":")
    append(twoDigits: second / 60 % 60)
    append(":")
    append(twoDigits: second % 60)
    append(" GMT")
  }

  private mutating func append(twoDigits value: Int) {
    append(UInt8(value / 10) + 0x30)
    append(UInt8(value % 10) + 0x30)
  }
}
