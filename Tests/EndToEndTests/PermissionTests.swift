// The daemon as a user without any privilege: what everybody may know it knows, and for the rest it says what would help.

import Foundation
import Testing

@Suite(.serialized) struct PermissionTests {
  /// The command that makes a program of root's one of nobody's; nothing where the tests are nobody's already.
  private static let nobody =
    geteuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"] : []

  /// A metric of each source, all of which an ordinary user can read.
  private static func known(_ listener: Int, _ file: String, _ folder: String) -> [String] {
    [
      "cpu.idle", "cpu(0).idle", "load.1m", "load.running", "memory.available", "memory.oom_kills", "swap.in",
      "filesystem(\"/\").used", "filesystem(\"/\").mounted", "network(\"lo\").receive", "network(\"lo\").up",
      "tcp.established", "tcp.retransmits", "tcp.memory", "files.used", "host.uptime", "time.hour",
      "listener(\(listener)).present", "listener(\(listener)).connections", "file(\"\(file)\").value",
      "file(\"\(file)\").age", "directory(\"\(folder)\").entries",
    ]
  }

  @Test func whatAnOrdinaryUserMayKnowIsKnown() throws {
    let folder = try TemporaryFolder()
    let open = try folder.write("7\n", to: "open")
    let secret = try folder.write("7\n", to: "secret")
    let closed = "\(folder.path)/closed"
    try FileManager.default.createDirectory(atPath: closed, withIntermediateDirectories: true)
    for path in [folder.path, open] { #expect(chmod(path, 0o755) == 0) }
    for path in [secret, closed] { #expect(chmod(path, 0) == 0) }
    defer { chmod(closed, 0o700) }
    let listener = try Socket.listening(on: Socket.freePort())

    let hidden = ["file(\"\(secret)\").value", "directory(\"\(closed)\").entries", "file(\"\(closed)/x\").size"]
    let known = Self.known(listener.port, open, folder.path)
    let rules = (known.map { ("not known(\($0))", "lacks \($0)") } + hidden.map { ("known(\($0))", "has \($0)") })
      .map { "  - when: '\($0.0)'\n    reply: 50%\n    reason: '\($0.1.filter { $0 != "\"" })'\n" }
    let agent = try AgentProcess(rules: "interval: 100ms\nrules:\n\(rules.joined())", under: Self.nobody)
    try agent.reply("100% up")
    for (metric, path) in zip(hidden, [secret, closed, "\(closed)/x"]) {
      try agent.process.line(
        containing:
          "warning: \(metric) is unknown: \(path): permission denied; the capability CAP_DAC_READ_SEARCH would help")
    }
    // Who may not keep what was said before says so, and works.
    #expect(
      geteuid() != 0
        || agent.process.lines.contains { $0.contains("permission denied: after a restart it is not known") },
      "\(agent.process.lines)")
    try agent.reload()
    #expect(try agent.stop() == .code(0))
  }
}
