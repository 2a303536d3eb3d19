// What the kernel says of sockets, over netlink and in its lists: whatever stands there, it is read to its end. The first
// byte says which of them it is.

import Metrics

private let questions = [
  ListenerQuestion(.port(443), wantsConnections: true),
  ListenerQuestion(.path(Array("/run/app.sock".utf8)), wantsConnections: true),
  ListenerQuestion(.path([]), wantsConnections: false),
]

extension FuzzTarget {
  static let sockets = FuzzTarget(name: "sockets", largest: 4096) { bytes in
    guard let first = bytes.first else { return }
    let text = Array(bytes.dropFirst())
    var tally = ListenerTally(questions, knowsBacklog: first % 3 == 0)
    switch first % 3 {
    case 0: _ = SocketDump.read(text.span, sequence: 1, into: &tally)
    case 1: SocketTables.readTCP(text.span, into: &tally)
    default: SocketTables.readUnix(text.span, into: &tally)
    }
    promise(tally.facts.count == questions.count, "an answer to each question")
  } seeds: {
    var seeds: [[UInt8]] = []
    for text in files(below: "Tests/Fixtures", where: { $0.hasSuffix("/netlink") }) {
      for line in text.split(separator: 0x0A) {
        let digits = line.compactMap { UInt8(String(Unicode.Scalar($0)), radix: 16) }
        seeds.append([0] + stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
      }
    }
    for (kind, name) in [(1, "/net/tcp"), (1, "/net/tcp6"), (2, "/net/unix")] {
      for text in files(below: "Tests/Fixtures", where: { $0.hasSuffix(name) }) {
        seeds.append([UInt8(kind)] + text.prefix(4000))
      }
    }
    return seeds
  }
}
