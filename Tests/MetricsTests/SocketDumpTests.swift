// What sock_diag answers: real datagrams, and what no kernel sends.

import TestSupport
import Testing

@testable import Metrics

@Suite struct SocketDumpTests {
  /// Port 443 of IPv6, listening, 1 of 128 wait; then one established connection of port 443; then the end.
  private static let listener =
    "58000000140002000100000028310000" + "0a0a000001bb0000" + zeros(44) + "00000000" + "01000000" + "80000000"
    + "00000000023ab77b"
  private static let connection =
    "58000000140002000100000028310000" + "0a01000001bbd58e" + zeros(44) + "00000000" + "07000000" + "00000000"
    + "00000000053ab77b"
  /// /run/app.sock, listening, 2 of 8 wait.
  private static let unixListener =
    "48000000140002000100000028310000" + "01010a0035ab7b031210000000000000" + "120000002f72756e2f6170702e736f636b000000"
    + "0c000400" + "02000000" + "08000000" + "0500060000000000"
  private static let end = "1400000003000200010000002831000000000000"

  private static func zeros(_ count: Int) -> String { String(repeating: "00", count: count) }

  private static let questions = [
    ListenerQuestion(.port(443), wantsConnections: true), ListenerQuestion(.port(443), wantsConnections: false),
    ListenerQuestion(.path(Array("/run/app.sock".utf8)), wantsConnections: true),
    ListenerQuestion(.port(0), wantsConnections: true),
  ]

  private func read(_ text: String, sequence: UInt32 = 1) -> (SocketDump.Progress, String) {
    var tally = ListenerTally(Self.questions, knowsBacklog: true)
    let progress = SocketDump.read(bytes(ofHexadecimal: text).span, sequence: sequence, into: &tally)
    let facts = tally.facts.map { "\($0.sockets):\($0.queue)/\($0.backlog ?? 0),\($0.connections)" }
    return (progress, facts.joined(separator: " "))
  }

  @Test(
    arguments: [
      (listener, .more, "1:1/128,0 1:1/128,0 0:0/0,0 0:0/0,0"),
      (listener + listener + connection, .more, "2:2/256,1 2:2/256,0 0:0/0,0 0:0/0,0"),
      (connection + end, .complete, "0:0/0,1 0:0/0,0 0:0/0,0 0:0/0,0"),
      (unixListener + end, .complete, "0:0/0,0 0:0/0,0 1:2/8,2 0:0/0,0"),
      // What follows the end does not count.
      (end + listener, .complete, "0:0/0,0 0:0/0,0 0:0/0,0 0:0/0,0"),
      // NLMSG_ERROR: no such file, as without the module.
      ("240000000200000001000000283100000" + "2000000".dropFirst(1), .malformed, "0:0/0,0 0:0/0,0 0:0/0,0 0:0/0,0"),
      ("14000000020000000100000028310000feffffff", .refused(2), "0:0/0,0 0:0/0,0 0:0/0,0 0:0/0,0"),
      ("1000000002000000010000002831000", .malformed, "0:0/0,0 0:0/0,0 0:0/0,0 0:0/0,0"),
      ("10000000020000000100000028310000", .malformed, "0:0/0,0 0:0/0,0 0:0/0,0 0:0/0,0"),
      // A type that is not known, and one that is of another question.
      ("10000000990000000100000028310000" + end, .complete, "0:0/0,0 0:0/0,0 0:0/0,0 0:0/0,0"),
      ("14000000030002000200000028310000000000" + "00" + connection, .more, "0:0/0,1 0:0/0,0 0:0/0,0 0:0/0,0"),
      // Lengths that lie.
      ("00000000140002000100000028310000", .malformed, "0:0/0,0 0:0/0,0 0:0/0,0 0:0/0,0"),
      ("ffffffff140002000100000028310000", .malformed, "0:0/0,0 0:0/0,0 0:0/0,0 0:0/0,0"),
      ("0f000000140002000100000028310000", .malformed, "0:0/0,0 0:0/0,0 0:0/0,0 0:0/0,0"),
      ("100000", .malformed, "0:0/0,0 0:0/0,0 0:0/0,0 0:0/0,0"),
      ("", .more, "0:0/0,0 0:0/0,0 0:0/0,0 0:0/0,0"),
    ] as [(String, SocketDump.Progress, String)])
  func datagrams(text: String, progress: SocketDump.Progress, facts: String) {
    let found = read(text)
    #expect(found == (progress, facts))
  }

  @Test func cutShortAtEveryByte() {
    let whole = Self.listener + Self.unixListener + Self.connection + Self.end
    for count in stride(from: 0, to: whole.count, by: 2) {
      let (progress, facts) = read(String(whole.prefix(count)))
      #expect(progress != .complete && (progress == .more) == [0, 176, 320, 496].contains(count), "\(count)")
      #expect(facts.hasPrefix(count < 176 ? "0:0/0,0" : count < 496 ? "1:1/128,0" : "1:1/128,1"), "\(count)")
    }
  }

  @Test func changedAtRandom() {
    var random = SeededGenerator(seed: 443)
    let whole = bytes(ofHexadecimal: Self.listener + Self.unixListener + Self.connection + Self.end)
    for _ in 0..<20_000 {
      var changed = whole
      for _ in 0...Int.random(in: 0...4, using: &random) {
        changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
      }
      var tally = ListenerTally(Self.questions, knowsBacklog: true)
      _ = SocketDump.read(changed.span, sequence: 1, into: &tally)
    }
  }
}

@Suite struct SocketTableTests {
  private static let questions = [
    ListenerQuestion(.port(443), wantsConnections: true),
    ListenerQuestion(.path(Array("/a b".utf8)), wantsConnections: true),
    ListenerQuestion(.path(Array("@a".utf8)), wantsConnections: false),
    ListenerQuestion(.path([]), wantsConnections: true),
  ]

  private func read(_ text: String, _ reader: (Span<UInt8>, inout ListenerTally) -> Void) -> String {
    var tally = ListenerTally(Self.questions, knowsBacklog: false)
    let bytes = Array(text.utf8)
    reader(bytes.span, &tally)
    return tally.facts.map { "\($0.sockets):\($0.queue),\($0.connections)" }.joined(separator: " ")
  }

  @Test(arguments: [
    ("   0: 00000000:01BB 00000000:0000 0A 00000000:00000003 00:0\n", "1:3,0"),
    ("  11: 0100007F:01BB 0100007F:A1B2 01 00000000:00000000 00:0\n", "0:0,1"),
    (
      "   0: 00000000000000000000000000000000:01BB 00000000000000000000000000000000:0000 0A 00000000:0000000A\n",
      "1:10,0"
    ),
    // The other side has this port; another state; another port.
    ("   1: 0100007F:A1B2 0100007F:01BB 01 00000000:00000000\n", "0:0,0"),
    ("   1: 0100007F:01BB 0100007F:01BB 06 00000000:00000000\n", "0:0,0"),
    ("   1: 0100007F:01BC 0100007F:01BB 0A 00000000:00000000\n", "0:0,0"),
    // Not whole, and not this file.
    ("   0: 00000000:01BB 00000000:0000 0A 00000000:\n", "0:0,0"), ("   0: 00000000:01BB 00000000\n", "0:0,0"),
    ("   0: 00000000:101BB 00000000:0000 0A 00000000:00000003\n", "0:0,0"),
    ("  sl  local_address rem_address   st\n", "0:0,0"), ("garbage\n\n\n", "0:0,0"), ("", "0:0,0"),
    ("   0: 00000000:01BB 00000000:0000 FFFFFFFFFFFFFFFF0A 0:0\n", "0:0,0"),
    ("   0: 00000000:01BB 00000000:0000 0A 00000000:FFFFFFFF\n   1: 0:01BB 0:0 A 0:1\n", "2:4294967296,0"),
  ])
  func connections(lines: String, facts: String) {
    #expect(read(lines, SocketTables.readTCP).prefix { $0 != " " } == facts)
  }

  @Test(arguments: [
    ("0: 2 0 00010000 0001 01 17061 /a b\n", "0:0,0 1:0,0 0:0,0 0:0,0"),
    ("0: 3 0 00000000 0001 03 17090 /a b\n0: 2 0 0 0001 02     0 /a b\n", "0:0,0 0:1,2 0:0,0 0:0,0"),
    ("ffff8881032e6a80: 00000002 00000000 00010000 0005 01 17061 @a\n", "0:0,0 0:0,0 1:0,0 0:0,0"),
    ("0: 2 0 00010000 0001 01 17061 /a b/\n0: 2 0 00010000 0001 01 17061 /a\n", "0:0,0 0:0,0 0:0,0 0:0,0"),
    ("0: 2 0 00010000 0001 01 17061\n", "0:0,0 0:0,0 0:0,0 0:0,0"),
    ("0: 2 0 00010000 0001 01 17061 \n", "0:0,0 0:0,0 0:0,0 1:0,0"),
    ("Num       RefCount Protocol Flags    Type St Inode Path\n", "0:0,0 0:0,0 0:0,0 0:0,0"),
    ("0: 2 0 00010000\n: : :\n", "0:0,0 0:0,0 0:0,0 0:0,0"), ("", "0:0,0 0:0,0 0:0,0 0:0,0"),
  ])
  func unixSockets(lines: String, facts: String) {
    #expect(read(lines, SocketTables.readUnix) == facts)
  }
}
