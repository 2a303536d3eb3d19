// Where to listen or to connect: a host and a port, as the rule file's `listen:` spells them.

/// An address of one or all interfaces, and a TCP port.
public struct InternetAddress: Hashable, Sendable {
  /// Which interfaces.
  public enum Host: Hashable, Sendable {
    /// `:9999` or `*:9999`: every address of this host, IPv4 and IPv6.
    case every
    /// `127.0.0.1:9999`, `[::1]:9999`. The unspecified addresses `0.0.0.0` and `[::]` mean every address of their
    /// own family only.
    case address(IPAddress)
  }

  /// The interfaces.
  public let host: Host
  /// The port, 1 to 65535; 0 only in tests, where it lets the kernel choose.
  public let port: UInt16

  /// A host and a port.
  public init(_ host: Host, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// An address and a port.
  public init(_ address: IPAddress, port: UInt16) {
    self.init(.address(address), port: port)
  }

  /// Whether connections to everything that `other` names would also arrive here.
  public func covers(_ other: InternetAddress) -> Bool {
    guard port == other.port else { return false }
    switch (host, other.host) {
    case (.every, _): return true
    case (.address(let mine), .address(let theirs)): return mine.covers(theirs)
    case (.address, .every): return false
    }
  }

  /// Whether there are connections that could arrive at either.
  public func overlaps(_ other: InternetAddress) -> Bool { covers(other) || other.covers(self) }

  /// Why a text is not an address. Ranges count bytes of the text.
  public enum Mistake: Error, Equatable, Sendable {
    /// Nothing was written.
    case empty
    /// Only digits: `9999`. The way to write it is `:9999`.
    case portAlone
    /// No colon and a port at the end: `127.0.0.1`, `[::1]`.
    case noPort
    /// What stands behind the last colon is not a number from 1 to 65535.
    case port(Range<Int>)
    /// More than one colon outside brackets: `::1:9999`. The way to write it is `[::1]:9999`.
    case noBrackets
    /// A bracket without its counterpart, or brackets around what is not an IPv6 address.
    case brackets(Range<Int>)
    /// What stands before the colon is neither an IPv4 address nor `*`. Names are not looked up.
    case host(Range<Int>)
  }

  /// Reads `127.0.0.1:9998`, `[::1]:9999`, `:9999`, `*:9999`.
  public init(_ text: Span<UInt8>) throws(Mistake) {
    guard text.count > 0 else { throw .empty }
    var hostEnd = 0
    if text[0] == .of("[") {
      while hostEnd < text.count, text[hostEnd] != .of("]") { hostEnd += 1 }
      guard hostEnd < text.count, let address = IPAddress(text.extracting(1..<hostEnd)), case .v6 = address else {
        throw .brackets(0..<min(hostEnd + 1, text.count))
      }
      host = .address(address)
      hostEnd += 1
      guard hostEnd < text.count, text[hostEnd] == .of(":") else {
        throw hostEnd == text.count ? .noPort : .brackets(hostEnd..<text.count)
      }
    } else {
      while hostEnd < text.count, text[hostEnd] != .of(":") { hostEnd += 1 }
      guard hostEnd < text.count else { throw Self.isNumber(text, 0..<text.count) ? .portAlone : .noPort }
      for index in hostEnd + 1..<text.count where text[index] == .of(":") { throw .noBrackets }
      if hostEnd == 0 || (hostEnd == 1 && text[0] == .of("*")) {
        host = .every
      } else if let address = IPAddress(text.extracting(0..<hostEnd)), case .v4 = address {
        host = .address(address)
      } else {
        throw .host(0..<hostEnd)
      }
    }
    let digits = hostEnd + 1..<text.count
    var cursor = Cursor(at: digits.lowerBound)
    guard Self.isNumber(text, digits), let number = cursor.unsigned(in: text), 1...65535 ~= number else {
      throw .port(digits)
    }
    port = UInt16(number)
  }

  /// Reads an address from text.
  public init(_ text: String) throws(Mistake) {
    let bytes = Array(text.utf8)
    try self.init(bytes.span)
  }

  private static func isNumber(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for index in range where !text[index].isDigit { return false }
    return !range.isEmpty
  }
}

extension IPAddress {
  /// Whether this is the other address, or the unspecified one of its family.
  fileprivate func covers(_ other: IPAddress) -> Bool {
    switch (self, other) {
    case (.everyV4, .v4), (.everyV6, .v6): true
    default: self == other
    }
  }
}

extension InternetAddress: CustomStringConvertible {
  /// The canonical spelling; reading it gives the same address.
  public var description: String {
    switch host {
    case .every: ":\(port)"
    case .address(let address): address.width == 32 ? "\(address):\(port)" : "[\(address)]:\(port)"
    }
  }
}
