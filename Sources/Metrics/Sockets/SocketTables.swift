// The kernel's lists of sockets as text: slower than sock_diag, and without the backlog, but they are everywhere.
// /proc/net/tcp and tcp6:
//
//       sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
//        0: 00000000:01BB 00000000:0000 0A 00000000:00000003 00:00000000 00000000     0        0 20533 1 ...
//        1: 0100007F:01BB 0100007F:A1B2 01 00000000:00000000 00:00000000 00000000    33        0 20534 1 ...
//
// Numbers are hexadecimal. State 0A listens, and its rx_queue is the queue of connections; 01 is established.
// /proc/net/unix:
//
//     Num       RefCount Protocol Flags    Type St Inode Path
//     0000000000000000: 00000002 00000000 00010000 0001 01 17061 /run/app.sock
//     0000000000000000: 00000003 00000000 00000000 0001 03 17090 /run/app.sock
//     0000000000000000: 00000002 00000000 00000000 0001 02     0 /run/app.sock
//
// Flag 10000 listens. Connections have the path of the socket that they were made to: 03 is connected, and 02 waits to be
// accepted. The zero bytes of an abstract name are shown as `@`.

import Text

/// Reads these lists.
public enum SocketTables {
  /// Takes whole lines of /proc/net/tcp or /proc/net/tcp6.
  public static func readTCP(_ lines: Span<UInt8>, into tally: inout ListenerTally) {
    visitTCP(lines) { tally.see(port: $0, $1, queue: $2, backlog: 0) }
  }

  /// Tells of each socket of these lines that listens or is established.
  static func visitTCP(_ lines: Span<UInt8>, _ visit: (_ port: UInt16, _ state: SocketState, _ queue: UInt64) -> Void) {
    var cursor = Cursor()
    while !cursor.isAtEnd(of: lines) {
      if let (port, state, queue) = connection(&cursor, lines) { visit(port, state, queue) }
      cursor.skipLine(in: lines)
    }
  }

  private static func connection(_ cursor: inout Cursor, _ lines: Span<UInt8>) -> (UInt16, SocketState, UInt64)? {
    guard cursor.unsigned(in: lines) != nil, cursor.take(.of(":"), in: lines),
      let port = cursor.endpoint(in: lines), cursor.endpoint(in: lines) != nil,
      let state = cursor.kernelHexadecimal(in: lines).flatMap({ SocketState(rawValue: UInt32(truncatingIfNeeded: $0)) }
      ),
      cursor.kernelHexadecimal(in: lines) != nil, cursor.take(.of(":"), in: lines),
      let queue = cursor.kernelHexadecimal(in: lines)
    else { return nil }
    return (port, state, queue)
  }

  /// Takes whole lines of /proc/net/unix.
  public static func readUnix(_ lines: Span<UInt8>, into tally: inout ListenerTally) {
    var cursor = Cursor()
    while !cursor.isAtEnd(of: lines) {
      readSocket(&cursor, lines, &tally)
      cursor.skipLine(in: lines)
    }
  }

  private static func readSocket(_ cursor: inout Cursor, _ lines: Span<UInt8>, _ tally: inout ListenerTally) {
    guard cursor.kernelHexadecimal(in: lines) != nil, cursor.take(.of(":"), in: lines),
      cursor.kernelHexadecimal(in: lines) != nil, cursor.kernelHexadecimal(in: lines) != nil,
      let flags = cursor.kernelHexadecimal(in: lines), cursor.kernelHexadecimal(in: lines) != nil,
      let state = cursor.kernelHexadecimal(in: lines), cursor.unsigned(in: lines) != nil,
      cursor.take(.of(" "), in: lines)
    else { return }
    let start = cursor.offset
    while let byte = cursor.peek(lines), byte != 0x0A { _ = cursor.take(byte, in: lines) }
    let name = start..<cursor.offset
    if flags & 0x10000 != 0 {
      tally.see(name, of: lines, .listening, queue: 0, backlog: 0)
    } else if state == 3 {
      tally.see(name, of: lines, .established, queue: 0, backlog: 0)
    } else if state == 2 {
      tally.seeWaiting(name, of: lines)
    }
  }
}

extension Cursor {
  /// Skips blanks, then takes an address, a colon and a port, which is given.
  fileprivate mutating func endpoint(in bytes: Span<UInt8>) -> UInt16? {
    skipBlanks(in: bytes)
    while let byte = peek(bytes), byte.hexadecimalValue != nil { _ = take(byte, in: bytes) }
    guard take(.of(":"), in: bytes), let port = kernelHexadecimal(in: bytes) else { return nil }
    return UInt16(exactly: port)
  }

  /// Skips blanks, then takes a hexadecimal number without a prefix. Absent where none stands, or it does not fit.
  mutating func kernelHexadecimal(in bytes: Span<UInt8>) -> UInt64? {
    skipBlanks(in: bytes)
    let start = offset
    var value: UInt64 = 0
    while let byte = peek(bytes), let digit = byte.hexadecimalValue {
      guard value >> 60 == 0 else { return nil }
      value = value << 4 | UInt64(digit)
      _ = take(byte, in: bytes)
    }
    return offset > start ? value : nil
  }
}
