// Crowds at the door: more connections than there are descriptors for, and connections that say nothing.

import Foundation
import Testing

/// Which sort of address they crowd at.
enum Door: String, CaseIterable, Sendable {
  case speaksFirst, awaitsLine

  var services: String { self == .awaitsLine ? "services: {a: {agent-send: a}}\n" : "" }
  var said: String? { self == .awaitsLine ? "a" : nil }

  func agent(mostDescriptors: Int? = nil) throws -> AgentProcess {
    let rules =
      "\(services)interval: 100ms\nrules:\n  - when: cpu.idle <= 100%\n    reply: 50%\n    reason: all is well\n"
    let agent = try AgentProcess(rules: rules, mostDescriptors: mostDescriptors)
    try agent.process.line(containing: "all is well")
    return agent
  }
}

@Suite(.serialized) struct CrowdTests {
  @Test(arguments: Door.allCases) func moreClientsThanDescriptors(door: Door) throws {
    try allowDescriptors(2_000)
    let agent = try door.agent(mostDescriptors: 64)
    // They say nothing and never close: for 2 s and more there is no descriptor for all of them.
    let crowd = try (0..<400).map { _ in try Socket.connected(to: agent.port, patience: .seconds(5)) }
    #expect(crowd.allSatisfy { $0 != nil })
    let share = try agent.process.processorShare { pause(Effort.lasting(.seconds(2))) }
    #expect(share < 0.2, "it spins")
    // One among 400, it has its turn.
    let reply = try Probe(port: agent.port, saying: door.said, patience: .seconds(10))
    #expect(reply.line == "50% up # all is well")
    withExtendedLifetime(crowd) {}
  }

  @Test(arguments: Door.allCases) func serviceResumesWhenTheCrowdHasGone(door: Door) throws {
    try allowDescriptors(2_000)
    let agent = try door.agent(mostDescriptors: 64)
    for _ in Effort.rounds(3, of: "crowds that come and go") {
      _ = try (0..<400).map { _ in try Socket.connected(to: agent.port, patience: .seconds(5)) }
    }
    try wait(for: "a reply") {
      try Probe(port: agent.port, saying: door.said).line == "50% up # all is well" ? () : nil
    }
    let seen = try ContinuousProber(port: agent.port, saying: door.said).report(after: .milliseconds(300))
    #expect(seen.failures == [])
    #expect(seen.slowest < .seconds(1))
    #expect(agent.process.isRunning)
    #expect(agent.process.lines.count { $0.contains("cannot accept") } <= 1, "\(agent.process.lines)")
  }

  /// A probe takes as long beside a silent crowd as without it, but for what a busy machine does.
  @Test(arguments: Door.allCases, [1_000, 5_000])
  func silentConnectionsDelayNobody(door: Door, number: Int) throws {
    try allowDescriptors(number + 1_000)
    let agent = try door.agent()
    func times() throws -> [Duration] {
      try (0..<100).map { _ in
        let probe = try Probe(port: agent.port, saying: door.said)
        #expect(probe.line == "50% up # all is well")
        #expect(probe.isClean)
        return probe.duration
      }.sorted()
    }
    let alone = try times()
    let crowd = try (0..<number).map { _ in try Socket.connected(to: agent.port, patience: .seconds(5)) }
    #expect(crowd.allSatisfy { $0 != nil })
    let beside = try times()
    // A hundredth of the time after which HAProxy would lose its patience.
    #expect(beside[50] < alone[50] * 4 + .milliseconds(20), "median \(beside[50]) instead of \(alone[50])")
    withExtendedLifetime(crowd) {}
  }
}
