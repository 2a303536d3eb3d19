// What a prober says, in pieces of any size: at most one service is meant, and only one with exactly this text.

import Text

@testable import Agent

extension FuzzTarget {
  static let agentSend = FuzzTarget(name: "agent-send", largest: 600) { bytes in
    guard let address = try? InternetAddress(":9999") else { return }
    let texts = ["web", "db", "", "a longer name", "web "].map { Array($0.utf8) }
    let services =
      texts.enumerated().map { ProbeService(agentSend: $1.isEmpty ? nil : $1, place: $0, notice: Notice(), allow: nil) }
    let table = ServiceTable(at: address, services)
    var received: [UInt8] = []
    for byte in bytes {
      received.append(byte)
      guard let end = AwaitedLine.end(of: received.span) else {
        promise(received.count < AwaitedLine.limit, "a line ends at the limit")
        continue
      }
      promise(end <= AwaitedLine.limit && end <= received.count, "the line is what was received")
      let line = Array(received[..<end])
      if let picked = table.pick(line.span) { promise(texts[picked.place] == line, "the text picks the service") }
      return
    }
  } seeds: {
    ["web\n", "db\r\n", "\n", "\0", "a longer name\n", "web", "web \n", String(repeating: "x", count: 300)]
      .map { Array($0.utf8) }
  }
}
