// Names of hosts: this one's, and the addresses of others. Looking a name up can take as long as its servers like.

internal import CLinux
public import Text

/// Why a name has no address.
public struct LookupError: Error, Sendable {
  /// The resolver's words: `Name or service not known`. gai_strerror
  public let message: String
}

/// What names of hosts mean.
public enum HostNames {
  /// The addresses of a name, or of an address in text, each once and one at least, in the order in which they are to
  /// be tried. getaddrinfo
  public static func getaddrinfo(_ name: String) throws(LookupError) -> [IPAddress] {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = name.withCString { CLinux.getaddrinfo($0, nil, &hints, &list) }
    guard code == 0 else {
      if code == EAI_SYSTEM { throw LookupError(message: SystemError.message(clinux_errno())) }
      throw LookupError(message: gai_strerror(code).map { String(cString: $0) } ?? "error \(code)")
    }
    defer { freeaddrinfo(list) }
    var addresses: [IPAddress] = []
    var next = list
    while let entry = next {
      if let name = entry.pointee.ai_addr,
        let address = SocketAddress(copying: name, entry.pointee.ai_addrlen)?.address,
        !addresses.contains(address)
      {
        addresses.append(address)
      }
      next = entry.pointee.ai_next
    }
    guard !addresses.isEmpty else { throw LookupError(message: "neither an IPv4 nor an IPv6 address") }
    return addresses
  }

  /// The name of this host, as it was given by its administrator. gethostname
  public static func ofThisHost() -> String {
    // HOST_NAME_MAX is 64, and a name of that length has no end.
    var bytes = [UInt8](repeating: 0, count: 65)
    let result = bytes.withUnsafeMutableBytes { buffer in
      gethostname(buffer.baseAddress!.assumingMemoryBound(to: CChar.self), buffer.count - 1)
    }
    guard result == 0, let end = bytes.firstIndex(of: 0), end > 0 else { return "localhost" }
    return String(decoding: bytes[..<end], as: UTF8.self)
  }
}
