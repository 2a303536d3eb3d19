// How a document of the store is told from a torn, a damaged or a foreign one: its first line counts and sums up the rest.
//
//     agentcheckd 1 bytes=35 crc32=38e300a7
//     service web
//     anybody
//     owed 192.0.2.1

import Text

/// The first line of a document.
enum Seal {
  /// The contents behind a first line that fits them.
  static func seal(_ contents: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(contents.count + 64)
    bytes.append("agentcheckd 1 bytes=")
    bytes.append(decimal: contents.count)
    bytes.append(" crc32=")
    appendChecksum(of: contents.span, to: &bytes)
    bytes.append(.of("\n"))
    bytes.append(contentsOf: contents)
    return bytes
  }

  /// The contents of a document; absent where it is not, byte by byte, what `seal` has made of them.
  static func open(_ document: [UInt8]) -> [UInt8]? {
    guard let end = document.firstIndex(of: .of("\n")) else { return nil }
    let contents = Array(document[(end + 1)...])
    return seal(contents) == document ? contents : nil
  }

  /// Appends the checksum of these bytes in eight hexadecimal digits.
  static func appendChecksum(of contents: Span<UInt8>, to bytes: inout [UInt8]) {
    let sum = checksum(contents)
    for shift in stride(from: 28, through: 0, by: -4) {
      let digit = UInt8(sum >> UInt32(shift) & 15)
      bytes.append(digit < 10 ? digit + 0x30 : digit - 10 + .of("a"))
    }
  }

  /// CRC-32 as of ISO 3309, which `gzip` and `cksum -a crc32b` compute, too. Bit by bit: documents are small and rare.
  static func checksum(_ bytes: Span<UInt8>) -> UInt32 {
    var sum = UInt32.max
    for index in 0..<bytes.count {
      sum ^= UInt32(bytes[index])
      for _ in 0..<8 { sum = sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ 0xEDB8_8320 }
    }
    return ~sum
  }
}
