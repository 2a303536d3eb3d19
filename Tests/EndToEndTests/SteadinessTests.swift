// A daemon that runs for years: memory stays as it is, and what it does all the time takes none.

import Foundation
import Testing

@Suite(.serialized) struct SteadinessTests {
  /// One address where it speaks first, one where it awaits a line, and rules that have much to look at and never change
  /// their minds.
  private struct Scene {
    let agent: AgentProcess
    private let speakingPort: Int

    init(environment: [String: String?] = [:]) throws {
      speakingPort = try Socket.freePort()
      agent = try AgentProcess(rules: Self.rules(speakingPort), environment: environment)
      try agent.process.line(containing: "service 'web': '")
    }

    private static func rules(_ speakingPort: Int) -> String {
      """
      interval: 100ms
      rules:
        - when: cpu.idle < 0% and load.1m > 10000 and memory.available < 0%
          reply: 50%
        - when: avg(cpu.busy over 1s) < 0% or filesystem("/").used > 100%
          for: 1s
          reply: 0%
        - name: headroom
          weight: curve(load.5m, 10000 -> 99%, 20000 -> 10%)
      services:
        db: {agent-send: db}
        web: {listen: "127.0.0.1:\(speakingPort)"}
      """
    }

    /// Until the window is full, and there are places for more than will come at the same time: those are made when they
    /// are first needed, and kept.
    func warmUp() throws {
      for port in [speakingPort, agent.port] {
        let crowd = try (0..<100).map { _ in try Socket.connected(to: port, patience: .seconds(5)) }
        // Once the last one has been told something, or sent away for its silence, all are in.
        _ = crowd.last??.readSome()
      }
      try probe(500)
      pause(.seconds(2))
    }

    /// So many probes of either sort, four at a time. Looks at something again and again meanwhile.
    func probe(_ number: Int, look: () throws -> Void = {}) throws {
      try BenchTool.probe(port: speakingPort, times: number, look: look)
      try BenchTool.probe(port: agent.port, saying: "db", times: number, look: look)
    }
  }

  /// Those who have had their answer go as fast as others come, under a load that never pauses, too.
  @Test func connectionsDoNotPileUp() throws {
    let scene = try Scene()
    let idle = try scene.agent.process.descriptors()
    var most = 0
    try scene.probe(4_000) { most = try max(most, scene.agent.process.descriptors()) }
    // There are four clients.
    #expect((1...40).contains(most - idle))
  }

  @Test func memoryIsTheSameAfter20000Probes() throws {
    let scene = try Scene()
    try scene.warmUp()
    let before = try scene.agent.process.anonymousKilobytes()
    for _ in Effort.rounds(1, of: "20,000 probes each") { try scene.probe(10_000) }
    let after = try scene.agent.process.anonymousKilobytes()
    // A place for one more connection than were open together before is a page or two, once. Whoever lost four bytes for
    // each probe would be here.
    #expect(after <= before + 32, "\(before) kB, then \(after) kB")
  }

  @Test func memoryIsTheSameAfter1000Reloads() throws {
    let scene = try Scene()
    let good = try String(contentsOfFile: scene.agent.ruleFile, encoding: .utf8) + "\n"
    // Most of them bad: the good ones wait for a sample that keeps its distance from the last one.
    func reload(_ number: Int) throws {
      for round in Effort.rounds(number, of: "reloads") {
        switch round % 20 {
        case 0: try scene.agent.reload(rules: good)
        case 10: try scene.agent.reload(rules: good + "  more: {agent-send: more}\n")
        case let other where other % 2 == 0:
          try scene.agent.reload(rules: "rules: [\n", saying: "the rules in force stay")
        default: try scene.agent.reload(rules: good + "  less: {agent-sent: less}\n", saying: "the rules in force stay")
        }
      }
    }
    try reload(200)
    let before = try scene.agent.process.anonymousKilobytes()
    try reload(1_000)
    let after = try scene.agent.process.anonymousKilobytes()
    // The allocator finds its final size within some thousand reloads. Whoever lost a hundred bytes in each would be here.
    #expect(after <= before + 96, "\(before) kB, then \(after) kB")
  }

  /// In the release build; what ordinary Swift does unoptimized, with checks of its own, is not ours.
  @Test(.enabled(if: AgentProcess.isRelease)) func probesAndSamplesAllocateNothing() throws {
    let counter = try AllocationCounter()
    let scene = try Scene(environment: counter.environment)
    try scene.warmUp()
    let begun = try counter.count(of: scene.agent.process)
    pause(.seconds(2))
    let sampled = try counter.count(of: scene.agent.process)
    try scene.probe(1_000)
    let probed = try counter.count(of: scene.agent.process)
    #expect(sampled == begun, "by samples")
    #expect(probed == sampled, "by probes, and the samples meanwhile")
  }
}
