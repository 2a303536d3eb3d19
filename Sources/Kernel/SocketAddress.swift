// An InternetAddress in the form in which the kernel takes it.

internal import CLinux
internal import Text

/// `struct sockaddr_in6`, or `struct sockaddr_in` in its first 16 bytes. Their layout is the same on every Linux:
///
///     bytes     0      2      4          8          24
///     IPv4      family port   address
///     IPv6      family port   flow       address    scope
///
/// The family in the machine's byte order, port and address in the network's.
struct SocketAddress {
  private var storage = sockaddr_in6()
  private(set) var length = socklen_t(MemoryLayout<sockaddr_in6>.size)

  /// Room for an address that the kernel will write.
  init() {}

  /// A copy of what the resolver has written; absent where it is of another family.
  init?(copying name: UnsafePointer<sockaddr>, _ length: socklen_t) {
    let size = Int(length)
    guard size <= MemoryLayout<sockaddr_in6>.size, [AF_INET, AF_INET6].contains(Int32(name.pointee.sa_family)) else {
      return nil
    }
    withUnsafeMutableBytes(of: &storage) { $0.copyMemory(from: UnsafeRawBufferPointer(start: name, count: size)) }
    self.length = length
  }

  init(_ address: IPAddress, port: UInt16) {
    let (family, bytesOfAddress): (Int32, Int)
    switch address {
    case .v4: (family, bytesOfAddress) = (AF_INET, 8)
    case .v6: (family, bytesOfAddress) = (AF_INET6, 28)
    }
    length = socklen_t(bytesOfAddress == 8 ? MemoryLayout<sockaddr_in>.size : bytesOfAddress)
    withUnsafeMutableBytes(of: &storage) { bytes in
      bytes.storeBytes(of: sa_family_t(family), as: sa_family_t.self)
      bytes.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
      switch address {
      case .v4(let bits): bytes.storeBytes(of: bits.bigEndian, toByteOffset: 4, as: UInt32.self)
      case .v6(let high, let low):
        bytes.storeBytes(of: high.bigEndian, toByteOffset: 8, as: UInt64.self)
        bytes.storeBytes(of: low.bigEndian, toByteOffset: 16, as: UInt64.self)
      }
    }
  }

  /// AF_INET or AF_INET6.
  var family: Int32 { Int32(storage.sin6_family) }

  /// The port.
  var port: UInt16 { UInt16(bigEndian: storage.sin6_port) }

  /// The address; `0.0.0.0` where the kernel has written none of these families.
  var address: IPAddress {
    withUnsafeBytes(of: storage) { bytes in
      if family == AF_INET6 {
        return .v6(
          UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
          UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)))
      }
      return .v4(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
    }
  }

  /// Hands the address to a call that reads it.
  func read(by call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    withUnsafePointer(to: storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, length) }
    }
  }

  /// Hands the room to a call that writes an address into it.
  @inline(__always)
  mutating func written(by call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32) -> Int32 {
    var size = length
    defer { length = size }
    return withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, &size) }
    }
  }
}
