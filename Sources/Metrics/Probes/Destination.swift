// Where a probe connects to: an address, a name that has to be looked up first, or a socket in the file system.

import Text

/// The other end of a connection.
public enum Destination: Hashable, Sendable, CustomStringConvertible {
  /// `127.0.0.1:389`, `[::1]:389`
  case address(IPAddress, port: UInt16)
  /// `ldap.example.net:389`
  case name(String, port: UInt16)
  /// `unix:/run/app.sock`
  case unix(path: String)

  /// As it is written; reading it gives the same.
  public var description: String {
    switch self {
    case .address(let address, let port): "\(InternetAddress(address, port: port))"
    case .name(let name, let port): "\(name):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }

  /// The longest path of a socket, in bytes: `sun_path` has room for one more, which ends it.
  public static let longestSocketPath = 107

  /// Why a text is no destination. Ranges count its bytes.
  public enum Mistake: Error, Equatable, Sendable {
    /// Nothing stands before the port: `:389`.
    case noHost
    /// No colon with a port: `ldap.example.net`.
    case noPort
    /// What stands behind the last colon is not a number from 1 to 65535.
    case port(Range<Int>)
    /// An IPv6 address without brackets, or a bracket without its counterpart.
    case brackets(Range<Int>)
    /// Neither an address nor a name: letters, digits, `-`, `_` and points.
    case host(Range<Int>)
    /// `http://...` where a host should stand.
    case url
  }

  /// Reads `HOST:PORT`.
  public init(_ text: String) throws(Mistake) {
    let bytes = Array(text.utf8)
    var cursor = Cursor()
    // Nothing may follow the port.
    if bytes.contains(.of("/")) || bytes.contains(.of("?")) { throw .url }
    self = try Self.read(bytes.span, &cursor, defaultPort: nil)
  }

  /// Takes `HOST` or `HOST:PORT` up to a slash, a question mark or the end.
  static func read(_ text: Span<UInt8>, _ cursor: inout Cursor, defaultPort: UInt16?) throws(Mistake) -> Destination {
    let start = cursor.offset
    var end = start
    while end < text.count, text[end] != .of("/"), text[end] != .of("?") { end += 1 }
    let host: Range<Int>
    var portStart: Int?
    if start < end, text[start] == .of("[") {
      var close = start
      while close < end, text[close] != .of("]") { close += 1 }
      guard close < end else { throw .brackets(start..<end) }
      host = start + 1..<close
      guard let address = IPAddress(text.extracting(host)), case .v6 = address else {
        throw .brackets(start..<close + 1)
      }
      if close + 1 < end {
        guard text[close + 1] == .of(":") else { throw .brackets(start..<end) }
        portStart = close + 2
      }
      let port = try Self.port(text, portStart, end, defaultPort)
      cursor = Cursor(at: end)
      return .address(address, port: port)
    }
    var colon = start
    while colon < end, text[colon] != .of(":") { colon += 1 }
    host = start..<colon
    if colon < end {
      portStart = colon + 1
      for index in colon + 1..<end where text[index] == .of(":") { throw .brackets(start..<end) }
    }
    if host.isEmpty { throw .noHost }
    let address = IPAddress(text.extracting(host))
    if address == nil, !isName(text, host) { throw .host(host) }
    let port = try Self.port(text, portStart, end, defaultPort)
    cursor = Cursor(at: end)
    if let address { return .address(address, port: port) }
    var name: [UInt8] = []
    for index in host { name.append(text[index]) }
    return .name(String(decoding: name, as: UTF8.self), port: port)
  }

  private static func port(
    _ text: Span<UInt8>, _ start: Int?, _ end: Int, _ standard: UInt16?
  ) throws(Mistake) -> UInt16 {
    guard let start else {
      guard let standard else { throw .noPort }
      return standard
    }
    for index in start..<end where !text[index].isDigit { throw .port(start..<end) }
    var cursor = Cursor(at: start)
    guard start < end, let number = cursor.unsigned(in: text.extracting(0..<end)), 1...65535 ~= number else {
      throw .port(start..<end)
    }
    return UInt16(number)
  }

  /// Whether this can be a name of a host: not digits and points alone, which would be an address with a slip in it.
  private static func isName(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var hasLetter = false
    for index in range {
      let byte = text[index]
      guard byte.isLetter || byte.isDigit || byte == .of("-") || byte == .of(".") || byte == .of("_") else {
        return false
      }
      if byte.isLetter { hasLetter = true }
    }
    return hasLetter && range.count <= longestName && text[range.lowerBound] != .of("-")
      && text[range.lowerBound] != .of(".")
  }

  /// The longest name of the domain name system, in bytes.
  private static let longestName = 253
}
