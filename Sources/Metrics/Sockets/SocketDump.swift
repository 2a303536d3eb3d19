// What the kernel answers over netlink when it is asked for its sockets: sock_diag(7). A datagram holds messages, each
// with a head, at multiples of 4 bytes; numbers are in the machine's order, which is little-endian wherever Swift runs,
// ports in the network's:
//
//     struct nlmsghdr        length 4   type 2   flags 2   sequence 4   sender 4
//     struct inet_diag_msg   family 1   state 1   timer 1   retransmits 1
//                            source port 2   destination port 2   source 16   destination 16   interface 4   cookie 8
//                            expires 4   receive queue 4   send queue 4   user 4   inode 4
//     struct unix_diag_msg   family 1   type 1   state 1   padding 1   inode 4   cookie 8, then attributes:
//     struct nlattr          length 2   type 2, then what UNIX_DIAG_NAME or UNIX_DIAG_RQLEN says
//
// A listening socket, [::]:443 with 1 connection in a queue for 128, is
//
//     84000000 1400 0200 01000000 28310000  0a 0a 00 00  01bb 0000 ... 00000000 01000000 80000000 00000000 023ab77b 0305...
//
// The receive queue of a listener is the queue of connections, its send queue the backlog; for unix sockets they are the
// two numbers of UNIX_DIAG_RQLEN. Message 3, NLMSG_DONE, ends the answer; 2, NLMSG_ERROR, says why there is none.

import Text

/// Reads such answers.
public enum SocketDump {
  /// How an answer goes on.
  public enum Progress: Equatable, Sendable {
    /// With another datagram.
    case more
    /// Not at all: it is complete.
    case complete
    /// Not at all: the kernel refuses, with this `errno`.
    case refused(Int32)
    /// Nobody knows: this is no such answer.
    case malformed
  }

  private static let headBytes = 16
  private static let errorType: UInt16 = 2
  private static let doneType: UInt16 = 3
  /// SOCK_DIAG_BY_FAMILY
  private static let socketType: UInt16 = 20

  /// Takes one datagram of the answer to the question with this number.
  public static func read(_ bytes: Span<UInt8>, sequence: UInt32, into tally: inout ListenerTally) -> Progress {
    var offset = 0
    while bytes.count - offset >= headBytes {
      let length = Int(bytes.number32(at: offset))
      guard length >= headBytes, length <= bytes.count - offset else { return .malformed }
      // The end of an earlier answer that nobody has waited for.
      if bytes.number32(at: offset + 8) == sequence {
        let body = offset + headBytes..<offset + length
        switch bytes.number16(at: offset + 4) {
        case doneType: return .complete
        case errorType:
          guard body.count >= 4 else { return .malformed }
          return .refused(0 &- Int32(bitPattern: bytes.number32(at: body.lowerBound)))
        case socketType: readSocket(body, of: bytes, &tally)
        default: break
        }
      }
      offset += (length + 3) & ~3
      if offset >= bytes.count { return .more }
    }
    return offset == bytes.count ? .more : .malformed
  }

  private static func readSocket(_ body: Range<Int>, of bytes: Span<UInt8>, _ tally: inout ListenerTally) {
    guard let family = body.first.map({ bytes[$0] }) else { return }
    switch family {
    case 2, 10: readInternetSocket(body, of: bytes, &tally)
    case 1: readUnixSocket(body, of: bytes, &tally)
    default: break
    }
  }

  private static func readInternetSocket(_ body: Range<Int>, of bytes: Span<UInt8>, _ tally: inout ListenerTally) {
    guard body.count >= 72, let state = SocketState(rawValue: UInt32(bytes[body.lowerBound + 1])) else { return }
    let start = body.lowerBound
    tally.see(
      port: bytes.number16(at: start + 4).byteSwapped, state, queue: UInt64(bytes.number32(at: start + 56)),
      backlog: UInt64(bytes.number32(at: start + 60)))
  }

  private static func readUnixSocket(_ body: Range<Int>, of bytes: Span<UInt8>, _ tally: inout ListenerTally) {
    guard body.count >= 16, let state = SocketState(rawValue: UInt32(bytes[body.lowerBound + 2])) else { return }
    var name: Range<Int>?
    var queue: UInt64 = 0
    var backlog: UInt64 = 0
    var offset = body.lowerBound + 16
    while body.upperBound - offset >= 4 {
      let length = Int(bytes.number16(at: offset))
      guard length >= 4, length <= body.upperBound - offset else { return }
      switch bytes.number16(at: offset + 2) {
      case 0: name = offset + 4..<offset + length
      case 4 where length >= 12:
        queue = UInt64(bytes.number32(at: offset + 4))
        backlog = UInt64(bytes.number32(at: offset + 8))
      default: break
      }
      offset += (length + 3) & ~3
    }
    if let name { tally.see(name, of: bytes, state, queue: queue, backlog: backlog) }
  }
}

extension Span<UInt8> {
  fileprivate func number16(at offset: Int) -> UInt16 { UInt16(self[offset]) | UInt16(self[offset + 1]) << 8 }

  fileprivate func number32(at offset: Int) -> UInt32 {
    UInt32(number16(at: offset)) | UInt32(number16(at: offset + 2)) << 16
  }
}
