// /proc/net/dev: counters of each network interface of a network namespace.
//
//     Inter-|   Receive                                                |  Transmit
//      face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
//      eth0: 19391380     584    0    0    0     0          0         0    25449     289    0    0    0     0       0          0
//
// Some drivers count with 32 bits.

import Text

/// What /proc/net/dev says of the interfaces that are looked for.
struct InterfaceStatistics: SoleKernelText {
  static var input: Input { .file(root: .net, path: "dev") }

  /// Columns after the name, in the kernel's order.
  enum Column: Int {
    case receivedBytes, receivedPackets, receiveErrors, receiveDrops
    case receiveOverruns, frameErrors, receivedCompressed, multicast
    case transmittedBytes, transmittedPackets, transmitErrors, transmitDrops
    case transmitOverruns, collisions, carrierErrors, transmittedCompressed
  }

  /// The interfaces that are looked for, by their places.
  var interfaces = NamedRows<16>()

  mutating func parse(_ lines: Span<UInt8>) -> Bool {
    interfaces.clear()
    var cursor = Cursor()
    guard cursor.take("Inter-|", in: lines) else { return false }
    while !cursor.isAtEnd(of: lines) {
      if let name = Self.interface(&cursor, in: lines) { interfaces.take(name, &cursor, in: lines) }
      cursor.skipLine(in: lines)
    }
    return true
  }

  /// Takes a line up to the colon behind its interface's name. Absent where it is no such line. Older kernels write the
  /// first number right behind the colon.
  static func interface(_ cursor: inout Cursor, in lines: Span<UInt8>) -> Range<Int>? {
    cursor.skipBlanks(in: lines)
    let start = cursor.offset
    while let byte = cursor.peek(lines), byte != .of(":"), !byte.isBlank, !byte.isLineEnd {
      _ = cursor.take(byte, in: lines)
    }
    let end = cursor.offset
    return end > start && cursor.take(.of(":"), in: lines) ? start..<end : nil
  }
}
