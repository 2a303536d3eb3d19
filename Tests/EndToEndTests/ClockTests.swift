// Somebody sets the clock. Everything is decided by another one, which nobody can set.

import Foundation
import Testing

@Suite(.serialized) struct ClockTests {
  private static let second = ContinuousClock.Duration.seconds(1)

  /// An hour back, or on: what has to last a second lasts a second, whatever the clock says meanwhile.
  @Test(arguments: [-3600, 3600] as [Int64]) func settingItMisfiresNothing(ahead: Int64) throws {
    let clock = try WallClock()
    let dial = try Dial()
    let agent = try AgentProcess(
      rules: """
        \(dial.head)
        default: maxconn:100
        rules:
          - {name: lasting, when: dial > 0, for: 1s, keep-for: 1s, reply: 50%}
          - {name: averaged, when: avg(dial over 2s) > 0.4, reply: "maxconn:7"}
        """, environment: clock.environment)
    try agent.reply("100% maxconn:100 up")

    for (value, line, setting) in [(1.0, "50% maxconn:7 up # lasting; averaged", ahead), (0, "100% maxconn:100 up", 0)]
    {
      let begun = ContinuousClock.now
      try dial.turn(to: value)
      try clock.set(ahead: setting)
      try agent.reply(line)
      #expect(ContinuousClock.now - begun >= Self.second, "\(line) comes too early")
    }
    // It was really set: the log, which is for people, has followed it there and back.
    let hours = Set(
      agent.process.lines.compactMap { $0.contains("service 'default'") ? $0.dropFirst(11).prefix(2) : nil })
    #expect(hours.count == 2, "\(agent.process.lines)")
  }
}
