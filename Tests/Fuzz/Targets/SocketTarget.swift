// The lists of sockets, as netlink answers and as files: no socket is counted for a question that it does not belong to.

import Metrics

extension FuzzTarget {
  static let socketList = FuzzTarget(name: "socket-list", largest: 4096) { bytes in
    let questions = [
      ListenerQuestion(.port(443), wantsConnections: true), ListenerQuestion(.port(443), wantsConnections: false),
      ListenerQuestion(.path(Array("/run/app.sock".utf8)), wantsConnections: true),
    ]
    var dump = ListenerTally(questions, knowsBacklog: true)
    _ = SocketDump.read(bytes.span, sequence: 1, into: &dump)
    var tables = ListenerTally(questions, knowsBacklog: false)
    SocketTables.readTCP(bytes.span, into: &tables)
    SocketTables.readUnix(bytes.span, into: &tables)
    for tally in [dump, tables] {
      promise(tally.facts[1].connections == 0, "connections that nobody asked for are not counted")
      promise(tally.facts[0].sockets == tally.facts[1].sockets, "the same question has the same answer")
    }
  } seeds: {
    datagrams
      + files(below: "Tests/Fixtures") {
        $0.hasSuffix("/net/tcp") || $0.hasSuffix("/net/tcp6") || $0.hasSuffix("/net/unix")
      }
      .map { Array($0.prefix(2000)) }
  }

  /// [::]:443, where 1 of 128 waits; a connection of it; /run/app.sock, where 2 of 8 wait; the end.
  private static let datagrams: [[UInt8]] = {
    func message(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
      [UInt8(16 + body.count), 0, 0, 0, type, 0, 2, 0, 1, 0, 0, 0, 0x28, 0x31, 0, 0] + body
    }
    func socket(_ state: UInt8, _ queue: UInt8, _ backlog: UInt8) -> [UInt8] {
      [10, state, 0, 0, 1, 0xBB, 0, 0] + [UInt8](repeating: 0, count: 48)
        + [queue, 0, 0, 0, backlog, 0, 0, 0, 0, 0, 0, 0, 2, 0x3A, 0xB7, 0x7B]
    }
    let path: [UInt8] = [18, 0, 0, 0] + Array("/run/app.sock".utf8) + [0, 0, 0]
    let unix: [UInt8] =
      [1, 1, 10, 0, 3] + [UInt8](repeating: 0, count: 11) + path + [12, 0, 4, 0, 2, 0, 0, 0, 8, 0, 0, 0]
    let end = message(3, [0, 0, 0, 0])
    return [
      message(20, socket(10, 1, 128)) + message(20, socket(1, 7, 0)) + end, message(20, unix) + end,
      message(2, [0xFE, 0xFF, 0xFF, 0xFF]),
    ]
  }()
}
