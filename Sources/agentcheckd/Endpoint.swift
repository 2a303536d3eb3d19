// Where an agent is asked: `web1:9999`, `192.0.2.10:9999`, `[::1]:9999`, or a port of this host.

import Kernel
import Text

/// A host, by address or name, and a port.
struct Endpoint: Equatable {
  /// An address or a name, without brackets.
  let host: String
  let port: UInt16

  init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Reads `HOST:PORT`. A port without a host, `9999` or `:9999`, means this host.
  init(_ text: String) throws(UsageMistake) {
    if let port = Self.port(text[...]) {
      self.init(host: "127.0.0.1", port: port)
      return
    }
    guard let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") else {
      throw UsageMistake(message: "'\(text)' has no port", hint: "write '\(text):9999'")
    }
    var host = text[..<colon]
    guard let port = Self.port(text[text.index(after: colon)...]) else {
      throw UsageMistake(
        message: "'\(text[text.index(after: colon)...])' is not a port", hint: "a port is a number from 1 to 65535")
    }
    if host.first == "[", host.last == "]" {
      host = host.dropFirst().dropLast()
      guard case .v6? = IPAddress(String(host)) else {
        throw UsageMistake(message: "'\(host)' is not an IPv6 address", hint: "brackets are for IPv6: '[::1]:9999'")
      }
    } else if host.contains(":") {
      // Of `::1:9999`, an address as a whole, the last part is meant to be a port.
      let meant = IPAddress(String(host)) != nil ? "[\(host)]:\(port)" : "[\(text)]:9999"
      throw UsageMistake(message: "an IPv6 address stands in brackets", hint: "write '\(meant)'")
    }
    self.init(host: host.isEmpty || host == "*" ? "127.0.0.1" : String(host), port: port)
  }

  private static func port(_ text: Substring) -> UInt16? {
    guard !text.isEmpty, text.utf8.allSatisfy({ $0.isDigit }), let port = UInt16(text), port > 0 else { return nil }
    return port
  }

  /// The addresses to try, in order.
  func addresses() throws(LookupError) -> [InternetAddress] {
    if let address = IPAddress(host) { return [InternetAddress(address, port: port)] }
    return try HostNames.getaddrinfo(host).map { InternetAddress($0, port: port) }
  }
}

extension Endpoint: CustomStringConvertible {
  var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
