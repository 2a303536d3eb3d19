// /proc/net/sockstat: sockets by protocol.
//
//     sockets: used 39
//     TCP: inuse 1 orphan 0 tw 3088 alloc 1 mem 0
//     UDP: inuse 0 mem 0
//
// "inuse" leaves IPv6 out; the others do not. Memory is in pages.

import Text

/// What /proc/net/sockstat says of TCP.
struct SocketStatistics: SoleKernelText {
  static var input: Input { .file(root: .net, path: "sockstat") }

  /// Sockets that no program holds any more, but that still have something to send.
  private(set) var orphans: UInt64?
  /// Sockets that wait for packets that are still under way after the end of their connection.
  private(set) var timeWaits: UInt64?
  /// Pages of memory in use.
  private(set) var pages: UInt64?

  mutating func parse(_ lines: Span<UInt8>) -> Bool {
    self = SocketStatistics()
    var cursor = Cursor()
    var isSockets = false
    while !cursor.isAtEnd(of: lines) {
      if cursor.take("TCP:", in: lines) {
        parseWords(&cursor, lines)
      } else if cursor.take("sockets:", in: lines) {
        isSockets = true
      }
      cursor.skipLine(in: lines)
    }
    return isSockets
  }

  /// A line of names, each followed by its number.
  private mutating func parseWords(_ cursor: inout Cursor, _ lines: Span<UInt8>) {
    while true {
      let name = cursor.word(in: lines)
      if name.isEmpty { return }
      let number = cursor.unsigned(in: lines)
      if lines.equals("orphan", in: name) {
        orphans = number
      } else if lines.equals("tw", in: name) {
        timeWaits = number
      } else if lines.equals("mem", in: name) {
        pages = number
      }
    }
  }
}
