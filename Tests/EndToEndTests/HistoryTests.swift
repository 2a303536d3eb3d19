// What people find after an incident: what was said, why, and to whom; whatever became of the daemon meanwhile.

import Foundation
import Testing

@Suite(.serialized) struct HistoryTests {
  private static let rule = "rules:\n  - {name: queue, when: dial > 8, reply: 50%}\n"

  /// A daemon with a folder that outlives it, and what is asked of its history.
  private final class Site {
    let dial: Dial
    let state: TemporaryFolder
    let port: Int
    private(set) var agent: AgentProcess!

    init() throws {
      dial = try Dial(0)
      state = try TemporaryFolder()
      port = try Socket.freePort()
    }

    func start(_ rules: String = HistoryTests.rule, mostFileBytes: Int? = nil) throws {
      agent = try AgentProcess(
        rules: dial.head + rules, port: port, state: state.path, mostFileBytes: mostFileBytes)
      _ = try agent.firstReply()
    }

    func end(_ signal: Int32) throws {
      _ = try agent.stop(signal)
      agent = nil
    }

    /// Of the daemon, or where none runs of its folder.
    func history(_ arguments: [String] = []) throws -> CommandRun {
      try CommandRun(
        ["history"] + arguments
          + (agent.map { ["--control", $0.control] } ?? ["--state-dir", state.path]),
        environment: ["TZ": "UTC"])
    }

    /// `number event line`, the `started` of each process among them.
    func events() throws -> [String] {
      try history(["--json"]).lines.map { line in
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as! [String: Any]
        return "\(object["number"]!) \(object["event"]!) \(object["line"] ?? "")"
      }
    }
  }

  /// Weights have fallen in the night. Who said so, why, when did HAProxy know?
  @Test func afterAnIncident() throws {
    let site = try Site()
    try site.start()
    let haproxy = try HAProxyProcess(from: 2, [.init(name: "s", agentPort: site.port)])
    try haproxy.server("s", "asks") { $0.agentStatus == "L7OK" }
    try site.dial.turn(to: 9)
    try haproxy.server("s", "at half weight") { $0.weight == 50 }
    // It has asked more than once.
    pause(.milliseconds(500))
    // The page of the running daemon, whose last seconds are not on the disk yet.
    let present = try site.history(["--service", "default"])
    #expect(present.errors == "" && present.status == .code(0))
    #expect(
      Self.timeless(present.output)
        == Self.timeless(
          """
          Mon 2026-11-23, UTC+00:00
          14:02:11.532  started: agentcheckd 0.1.0, 1 metric, 1 rule, 1 service from
                        \(site.agent.ruleFile)
          14:02:11.532  default: 100% up
                        was nothing
                        told N times: first to 127.0.0.1 at 14:02:11.532, last to
                          127.0.0.2 at 14:02:11.532
          14:02:11.532  default: 50% up # queue
                        was 100% up
                        queue: dial 9 is > 8
                        told N times: first to 127.0.0.2 at 14:02:11.532, last to
                          127.0.0.2 at 14:02:11.532 so far

          """), "\(present.output)")
    try site.dial.turn(to: 0)
    try haproxy.server("s", "at full weight") { $0.weight == 100 }
    try site.agent.reload(rules: "rules: [", saying: "mistakes")
    try site.end(SIGTERM)
    // Everything is there, without a daemon.
    let events = try site.events().map { $0.drop { $0 != " " }.dropFirst() }
    #expect(events == ["started ", "reply 100% up", "reply 50% up # queue", "reply 100% up", "reloaded ", "ended "])
    let page = try site.history().output
    #expect(page.contains("not reloaded: "))
    #expect(!page.contains("so far") && !page.contains("nobody"))
    // From the minute on in which it was half.
    let line = try #require(site.history(["--json"]).lines.first { $0.contains("50%") })
    let time = try #require(line.split(separator: "\"").first { $0.hasPrefix("20") })
    let since = try site.history(["--since", String(time), "--json"])
    #expect(since.lines.first == line && since.lines.count == 4)
    #expect(try site.history(["--since", "0s"]).output == "")
    let stranger = try site.history(["--service", "web"])
    #expect(stranger.errors == "agentcheckd: nothing is known of a service 'web'; there is 'default'\n")
    #expect(stranger.lines.count > 3)
    #expect(try site.history(["--since", "yesterday"]).status == .code(2))
  }

  /// The page with the same instant everywhere, and the same number of fetches: the tests' own HAProxy asks as often as it can.
  private static func timeless(_ page: String) -> String {
    var words = page.split { $0 == " " || $0 == "\n" }.map(String.init)
    for (index, word) in words.enumerated() {
      let digits = word.count { $0.isNumber }
      if digits == 9 { words[index] = String(word.map { $0.isNumber ? "0" : $0 }) }
      if index > 0, words[index - 1] == "told" || words[index - 1] == "agentcheckd" { words[index] = "N" }
      if word.hasPrefix("UTC") { words[index - 1] = "date" }
      if word.hasPrefix("UTC") { words[index - 2] = "day" }
    }
    return words.joined(separator: " ")
  }

  /// Killed at any instant while replies change and are written down: what was there before is there, and nothing is there
  /// that was not.
  @Test func aKillAtAnyInstantLosesNothingOld() throws {
    var random = SystemRandomNumberGenerator()
    let site = try Site()
    var before: [String] = []
    for round in 0..<3 {
      try site.start()
      // Long enough for the start to be written down, too.
      for change in 0..<Int.random(in: 16..<26, using: &random) {
        try site.dial.turn(to: change % 2 == 0 ? 9 : 0)
        pause(.milliseconds(150))
      }
      try site.end(SIGKILL)
      let after = try site.events()
      #expect(Array(after.prefix(before.count)) == before, "round \(round)")
      let numbers = after.compactMap { Int($0.prefix { $0.isNumber }) }
      #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
      before = after
    }
    #expect(before.count > 5, "\(before)")
    #expect(try site.history().output.contains("the process before was killed or has crashed"))
  }

  /// A disk that takes no more: replies go on, the log says it once, what was written stays whole.
  @Test func aFullDisk() throws {
    let site = try Site()
    try site.start(mostFileBytes: 1024)
    var turns = 0
    let complaint = "cannot write \(site.state.path)/history: "
    while !site.agent.process.lines.contains(where: { $0.contains(complaint) }) {
      turns += 1
      try #require(turns < 60)
      try site.dial.turn(to: turns % 2 == 0 ? 0 : 9)
      try site.agent.reply(turns % 2 == 0 ? "100% up" : "50% up # queue")
      pause(.milliseconds(100))
    }
    let now = try site.events()
    #expect(now.count > 4)
    try site.end(SIGKILL)
    let kept = try site.history(["--json"])
    #expect(kept.errors == "" || kept.errors.contains("damaged"))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(site.state.path)/history"))
    #expect(bytes.count <= 1024)
    // There is room again.
    try site.start()
    try site.end(SIGTERM)
    #expect(try site.events().last?.hasSuffix("ended ") == true)
  }

  @Test func whatHappensIsSeenAsItHappens() throws {
    let site = try Site()
    try site.start()
    let following = try ChildProcess(
      AgentProcess.executable, ["history", "--follow", "--control", site.agent.control])
    try following.line(containing: "default: 100% up")
    try site.dial.turn(to: 9)
    try following.line(containing: "default: 50% up # queue")
    try site.agent.reload()
    try following.line(containing: "reloaded ")
    try site.end(SIGTERM)
    try following.line(containing: "ended, as asked for by a signal")
    #expect(try following.exit() == .code(1))
  }

  @Test func whoAsksAndHowManyTheyAre() throws {
    let site = try Site()
    try site.start("rules:\n  - {name: alone, when: balancers.count < 2, reply: 50%}\n")
    // The probes of this test come from one address, and HAProxy's from another.
    try site.agent.reply("50% up # alone")
    let two = try HAProxyProcess(from: 2, [.init(name: "s", agentPort: site.port)])
    try two.server("s", "asks") { $0.agentStatus == "L7OK" }
    try site.agent.reply("100% up")
    let three = try HAProxyProcess(from: 3, [.init(name: "s", agentPort: site.port)])
    try three.server("s", "asks") { $0.agentStatus == "L7OK" }
    // Until they are known to be regular.
    pause(.seconds(6))
    two.process.signal(SIGKILL)
    // The third goes on, and is refused.
    try site.agent.reload(rules: site.dial.head + "allow: [127.0.0.1, 127.0.0.2]\nrules: []\n")
    try site.agent.process.line(within: .seconds(40), containing: "127.0.0.2 has stopped asking: nothing for 1")
    let refused = "is refused: 'allow' does not name it"
    try site.agent.process.line(
      within: .seconds(40), containing: "127.0.0.3 is no longer answered: it \(refused); it goes on with what")
    #expect(!site.agent.process.lines.contains { $0.contains("127.0.0.3 has stopped") })
    let status = try site.agent.ask("status").output
    for text in ["is turned away: asked every ", "\n  127.0.0.3 at 127.0.0.1:\(site.port)  \(refused)\n"] {
      #expect(status.contains(text), "'\(text)' in \(status)")
    }
    try site.agent.reload(rules: site.dial.head + "rules: []\n")
    try site.agent.process.line(containing: "127.0.0.3 is answered again, after ")
  }
}
