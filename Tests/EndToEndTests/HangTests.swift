// A mount whose server is dead: whoever asks for its free space waits in the kernel, where no signal reaches.

import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct HangTests {
  private static func rules(_ mount: HangingFileSystem, _ dial: Dial) -> String {
    """
    \(dial.head)
    rules:
      - name: full
        when: filesystem("\(mount.mountPoint)").used > 80%
        reply: 50%
        unknown: inactive
      - name: lost
        when: not known(filesystem("\(mount.mountPoint)").used)
        reply: 60%
      - name: turned
        when: dial > 0
        reply: maxconn:7
    default: maxconn:100
    """
  }

  /// The mount's metric is unknown, and all else is as before: replies, other metrics, end and restart.
  @Test func aDeadMountHangsNobody() throws {
    let mount = try HangingFileSystem()
    let dial = try Dial()
    let rules = Self.rules(mount, dial)
    var agent = try AgentProcess(rules: rules)
    try agent.reply("50% maxconn:100 up # full")

    let prober = ContinuousProber(port: agent.port)
    try mount.close("statfs")
    let metric = "filesystem(\"\(mount.mountPoint)\").used"
    try agent.process.line(containing: "warning: \(metric) is unknown: \(mount.mountPoint): no answer yet")
    try agent.reply("60% maxconn:100 up # lost")
    try dial.turn(to: 1)
    try agent.reply("60% maxconn:7 up # lost; turned")
    try agent.reload(rules: rules + "\ninterval: 200ms\n", saying: "the rules in force stay")
    try agent.reload(rules: rules.replacing("interval: 100ms", with: "interval: 200ms"))
    let seen = try prober.stop()
    #expect(seen.failures == [])
    #expect(seen.slowest < .seconds(1))

    let helpers = try agent.process.children()
    #expect(!helpers.isEmpty)
    let begun = ContinuousClock.now
    #expect(try agent.stop() == .code(0))
    #expect(ContinuousClock.now - begun < .seconds(3))

    // The port is free, although a call from the first life still hangs, and the mount hangs the second one no more.
    agent = try AgentProcess(rules: rules, port: agent.port)
    try agent.reply("60% maxconn:7 up # lost; turned")
    mount.open("statfs")
    try agent.reply("50% maxconn:7 up # full; turned")
    try agent.process.line(containing: "\(metric) is known again")
    try wait(for: "the end of the first one's helpers") { helpers.allSatisfy { kill($0, 0) != 0 } ? () : nil }
  }

  /// A rule file on a mount that dies after the start: whatever of it hangs, a reload leaves the old rules in force and
  /// nobody waits. The next reload after its recovery finds what was written meanwhile.
  @Test func aReloadFromADeadMountHangsNobody() throws {
    let mount = try HangingFileSystem()
    func fragment(_ percent: Int) throws { try mount.write("rules: [{reply: \(percent)%}]\n", to: "extra.yaml") }
    try fragment(90)
    let port = try Socket.freePort()
    let main = "listen: \"127.0.0.1:\(port)\"\ninterval: 100ms\ninclude: \"*.yaml\"\nrules: []\n"
    // Not one of those that the pattern means.
    let file = try mount.write(main, to: "rules.main")
    let agent = try AgentProcess(ruleFile: file, port: port)
    try agent.reply("90% up # rule 1")

    let prober = ContinuousProber(port: port)
    var percent = 90
    for (gate, path) in [("open", file), ("read", file), ("readdir", "\(mount.mountPoint)/*.yaml"), ("getattr", file)] {
      try mount.close(gate)
      let old = "\(percent)% up # rule 1"
      percent -= 10
      try fragment(percent)
      try agent.reload(saying: "error: \(path) does not answer within 5 s: the rules in force stay")
      // Killed, and still in the kernel: nobody asks there again.
      try agent.reload(saying: "error: \(path) still does not answer: the rules in force stay")
      try agent.reply(old)
      mount.open(gate)
      try wait(for: "the end of the helper that hung") { try agent.process.children().isEmpty ? () : nil }
      try agent.reload(saying: "reloaded \(file)")
      try agent.reply("\(percent)% up # rule 1")
    }
    let seen = try prober.stop()
    #expect(seen.failures == [])
    #expect(Set(seen.lines.keys) == Set((5...9).map { "\($0)0% up # rule 1" }))
    #expect(seen.slowest < .seconds(1))
  }
}
