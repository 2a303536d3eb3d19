// The whole way from a number in a kernel file to a weight in HAProxy.

import Foundation
import Testing

@Suite(.serialized) struct MetricsTests {
  /// Processors of a host that is not there get busy, and idle again.
  @Test func aConditionOverProcessorsSetsTheWeight() throws {
    let tree = try ProcTree()
    let clock = try ProcessorClock(in: tree, processors: 4, idleShare: 0.9)
    let agent = try AgentProcess(
      rules: """
        \(tree.paths)
        interval: 100ms
        rules:
          - name: cpu saturated
            when: cpu.idle < 10%
            until: cpu.idle > 25%
            reply: 50%
        """)
    let haproxy = try HAProxyProcess([.init(name: "s", agentPort: agent.port)])
    try haproxy.server("s", "at full weight") { $0.weight == 100 && $0.agentStatus == "L7OK" }

    clock.run(idleShare: 0.02)
    let busy = try haproxy.server("s", "at half weight") { $0.weight == 50 }
    #expect(busy.lastAgent == "via agent : up (cpu saturated)")
    // Between `when` and `until` it stays.
    clock.run(idleShare: 0.18)
    let seen = try ContinuousProber(port: agent.port).report(after: .milliseconds(600))
    #expect(Set(seen.lines.keys) == ["50% up # cpu saturated"])
    #expect(try haproxy.server("s").weight == 50)
    clock.run(idleShare: 0.9)
    try haproxy.server("s", "at full weight again") { $0.weight == 100 }

    // Each change with its reason, and nothing else, although there were probes all the time.
    let said = agent.process.lines.map { $0.dropFirst("2024-05-01 12:00:00.000 ".count) }
    try #require(said.count == 6, "\(said)")
    #expect(said[0].hasPrefix("agentcheckd 0.1.0: listening on 127.0.0.1:\(agent.port), 0 metrics, 1 rule, 1 service"))
    #expect(said[1] == "service 'default': '100% up', was nothing")
    #expect(said[2].wholeMatch(of: #/rule 'cpu saturated' is active: cpu.idle [\d.]+% is < 10%/#) != nil)
    let change =
      #/service 'default': '50% up # cpu saturated', was '100% up'; cpu saturated: cpu.idle [\d.]+% is < 10%/#
    #expect(said[3].wholeMatch(of: change) != nil)
    #expect(said[4].wholeMatch(of: #/rule 'cpu saturated' is no longer active: cpu.idle [\d.]+% is > 25%/#) != nil)
    #expect(said[5] == "service 'default': '100% up', was '50% up # cpu saturated'")
  }

  /// The same, with a weight that is computed.
  @Test func theWeightFollowsTheProcessors() throws {
    let tree = try ProcTree()
    let clock = try ProcessorClock(in: tree, idleShare: 0.9)
    let agent = try AgentProcess(
      rules: """
        \(tree.paths)
        interval: 100ms
        damping: 0s
        rules:
          - name: follow headroom
            weight: curve(cpu.idle, 0% -> 20%, 80% -> 100%)
        """)
    let haproxy = try HAProxyProcess([.init(name: "s", agentPort: agent.port)])
    for (idle, weight) in [(0.9, 100), (0.4, 60), (0.05, 25), (0.2, 40), (0.9, 100)] {
      clock.run(idleShare: idle)
      try haproxy.server("s", "at \(weight)%") { ($0.weight - weight).magnitude <= 2 }
    }
  }

  /// Once with the real files under real load: as many programs want to run as no host has at rest. They give way to
  /// everybody, so that what else this machine does goes on.
  @Test func haproxyFollowsRealLoad() throws {
    let agent = try AgentProcess(
      rules: """
        interval: 100ms
        rules:
          - name: too much to run
            weight: curve(load.running, 60 -> 100%, 110 -> 20%)
            damping: 0s
        """)
    let haproxy = try HAProxyProcess([.init(name: "s", agentPort: agent.port)])
    try haproxy.server("s", within: .seconds(60), "at full weight") { $0.weight == 100 && $0.agentStatus == "L7OK" }
    let load = try ChildProcess(
      "/usr/bin/nice", ["-n", "19", "/usr/bin/stress-ng", "--quiet", "--cpu", "150", "--timeout", "60s"])
    try haproxy.server("s", within: .seconds(30), "at a low weight") { $0.weight <= 40 }
    load.signal(SIGINT)
    _ = try load.exit(within: .seconds(30))
    try haproxy.server("s", within: .seconds(60), "at full weight again") { $0.weight == 100 }
  }
}
