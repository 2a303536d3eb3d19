// A URL that a probe fetches. Two forms: `http://host:port/path`, and `unix:/run/app.sock:/path` for a server that listens at a
// socket in the file system, which nginx's way of writing it, with `http://` before it, means as well.

import Text

/// A URL, taken apart.
public struct HTTPAddress: Hashable, Sendable {
  /// Where to connect to.
  public let destination: Destination
  /// What to ask for: `/health?full=1`.
  public let target: String
  /// As it was written.
  public let text: String

  /// Why a text is no URL that can be fetched. Ranges count its bytes.
  public enum Mistake: Error, Equatable, Sendable {
    /// `https://`, for which this program has no cryptography.
    case encrypted
    /// Another scheme, or none.
    case scheme(Range<Int>)
    /// A blank, a control character or one beyond ASCII.
    case character(Range<Int>)
    /// `#part`, which is never sent to a server.
    case fragment(Range<Int>)
    /// `user:password@`
    case credentials(Range<Int>)
    /// The path of a socket that is not absolute, or too long.
    case socketPath(Range<Int>)
    /// What is wrong with the host and the port; its ranges count in the whole text.
    case destination(Destination.Mistake)
  }

  /// Reads a URL.
  public init(_ text: String) throws(Mistake) {
    let array = Array(text.utf8)
    let bytes = array.span
    var cursor = Cursor()
    if Self.hasPrefix(bytes, "https:") { throw .encrypted }
    let isNet = Self.takePrefix(bytes, "http://", &cursor)
    for index in 0..<bytes.count {
      let byte = bytes[index]
      if byte <= 0x20 || byte >= 0x7F { throw .character(index..<index + 1) }
      if byte == .of("#") { throw .fragment(index..<bytes.count) }
    }
    self.text = text
    if Self.takePrefix(bytes, "unix:", &cursor) {
      let start = cursor.offset
      var end = start
      while end < bytes.count, bytes[end] != .of(":") { end += 1 }
      guard start < end, bytes[start] == .of("/"), end - start <= Destination.longestSocketPath else {
        throw .socketPath(start..<end)
      }
      destination = .unix(path: String(decoding: array[start..<end], as: UTF8.self))
      target = Self.target(array, from: min(end + 1, array.count))
      return
    }
    guard isNet else {
      var end = 0
      while end < bytes.count, bytes[end] != .of("/") { end += 1 }
      throw .scheme(0..<end)
    }
    var index = cursor.offset
    while index < bytes.count, bytes[index] != .of("/"), bytes[index] != .of("?") {
      if bytes[index] == .of("@") { throw .credentials(cursor.offset..<index + 1) }
      index += 1
    }
    do throws(Destination.Mistake) {
      destination = try Destination.read(bytes, &cursor, defaultPort: 80)
    } catch {
      throw .destination(error)
    }
    target = Self.target(array, from: cursor.offset)
  }

  /// What to send as `Host:`.
  public var host: String {
    switch destination {
    case .unix: "localhost"
    case .address(let address, port: 80): address.width == 32 ? "\(address)" : "[\(address)]"
    case .name(let name, port: 80): name
    case .address, .name: "\(destination)"
    }
  }

  private static func target(_ bytes: [UInt8], from start: Int) -> String {
    let rest = String(decoding: bytes[start...], as: UTF8.self)
    return rest.utf8.first == .of("/") ? rest : "/" + rest
  }

  /// Schemes are written in any case.
  private static func hasPrefix(_ bytes: Span<UInt8>, _ prefix: StaticString) -> Bool {
    var cursor = Cursor()
    return takePrefix(bytes, prefix, &cursor)
  }

  private static func takePrefix(_ bytes: Span<UInt8>, _ prefix: StaticString, _ cursor: inout Cursor) -> Bool {
    let count = prefix.utf8CodeUnitCount
    guard bytes.count - cursor.offset >= count else { return false }
    for index in 0..<count {
      let wanted = prefix.withUTF8Buffer { $0[index] }
      if bytes[cursor.offset + index].lowercased != wanted { return false }
    }
    cursor = Cursor(at: cursor.offset + count)
    return true
  }
}
