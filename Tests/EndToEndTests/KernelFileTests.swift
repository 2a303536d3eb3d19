// Kernel files that are not as they should be: the metric is unknown, and everything else goes on.

import Foundation
import Testing

@Suite(.serialized) struct KernelFileTests {
  /// Each file, and a metric that comes from it alone.
  private static let metrics = [
    "proc/stat": "cpu.idle", "proc/loadavg": "load.1m", "proc/meminfo": "memory.available", "proc/vmstat": "swap.in",
    "proc/diskstats": "disk(\"vda\").reads", "proc/uptime": "host.uptime",
  ]

  /// What can be wrong with a file.
  enum Harm: CaseIterable, Sendable {
    case missing, empty, cutShort, garbage, gone

    func happen(to file: String, in tree: ProcTree) throws {
      switch self {
      case .missing: try tree.remove(file)
      case .empty: try tree.write("", to: file)
      case .cutShort: try tree.write(String(tree.text(of: file).prefix(6)), to: file)
      case .garbage: try tree.write(String(repeating: "\u{1}\u{fe}0x,-9 %\u{0}\n", count: 300), to: file)
      case .gone: try tree.remove("proc")
      }
    }
  }

  /// A host whose processors work, and a rule for each file that tells when it is unknown.
  private struct Scene {
    let tree: ProcTree
    let clock: ProcessorClock
    let agent: AgentProcess

    init(_ prepare: (ProcTree) throws -> Void = { _ in }) throws {
      tree = try ProcTree(copyOf: "6.1-single")
      clock = try ProcessorClock(in: tree, processors: 1, idleShare: 0.5)
      clock.hold(true)
      try prepare(tree)
      let rules = metrics.sorted { $0.key < $1.key }.map { file, metric in
        "  - when: not known(\(metric))\n    reply: 50%\n    reason: no \(file.dropFirst("proc/".count))\n"
      }
      agent = try AgentProcess(rules: "\(tree.paths)\ninterval: 100ms\nstale: 100ms\nrules:\n\(rules.joined())")
    }
  }

  /// From the beginning: whatever is wrong with all of them, there is a reply at once, and it says so.
  @Test(arguments: Harm.allCases) func nothingToRead(harm: Harm) throws {
    let scene = try Scene { tree in
      for file in harm == .gone ? ["proc"] : Array(Self.metrics.keys) { try harm.happen(to: file, in: tree) }
    }
    let reasons = Self.metrics.keys.sorted().map { "no \($0.dropFirst("proc/".count))" }
    #expect(try scene.agent.firstReply() == "50% up # \(reasons.joined(separator: "; "))")
    for metric in Self.metrics.values {
      try scene.agent.process.line(containing: " warning: \(metric) is unknown: ")
    }
  }

  /// In mid-life, one file after the other: only its own metric is unknown, and known again when the file is well.
  @Test(arguments: [Harm.missing, .empty, .cutShort, .garbage]) func oneAfterTheOther(harm: Harm) throws {
    let scene = try Scene()
    let (tree, agent) = (scene.tree, scene.agent)
    scene.clock.hold(false)
    try agent.reply("100% up")
    try agent.process.line(containing: "'100% up', was nothing")
    for (file, metric) in Self.metrics {
      scene.clock.hold(file == "proc/stat")
      let (text, name) = (try tree.text(of: file), file.dropFirst("proc/".count))
      let before = agent.process.lines.count
      try harm.happen(to: file, in: tree)
      try agent.reply("50% up # no \(name)")
      try tree.write(text, to: file)
      scene.clock.hold(false)
      try agent.reply("100% up")
      let reason =
        switch (file, harm) {
        case (_, .missing): "no such file or directory"
        // Fewer lines than there were are a good table, too.
        case ("proc/diskstats", .empty), ("proc/diskstats", .cutShort): "no such device"
        default: "cannot be understood"
        }
      let expected = [
        "warning: \(metric) is unknown: \(tree.path(file)): \(reason)",
        "rule 'not known(\(metric))' is active: \(metric) is unknown",
        "service 'default': '50% up # no \(name)', was '100% up'; not known(\(metric)): \(metric) is unknown",
        "\(metric) is known again",
        "rule 'not known(\(metric))' is no longer active: \(metric) is known",
        "service 'default': '100% up', was '50% up # no \(name)'",
      ]
      try agent.process.line(from: before + 5, containing: "service 'default'")
      #expect(agent.process.lines[before...].map { $0.dropFirst(24) } == expected.map { $0[...] })
    }
  }

  /// All of /proc goes away and comes back, as a mount does.
  @Test func allOfThemGoAndComeBack() throws {
    let scene = try Scene()
    let (tree, agent) = (scene.tree, scene.agent)
    scene.clock.hold(false)
    try agent.reply("100% up")
    let whole = try ProcTree(copyOf: "6.1-single")
    scene.clock.hold(true)
    try Harm.gone.happen(to: "proc", in: tree)
    try agent.reply("all of them") { $0.split(separator: ";").count == Self.metrics.count }
    try FileManager.default.moveItem(atPath: whole.path("proc"), toPath: tree.path("proc"))
    scene.clock.hold(false)
    try agent.reply("100% up")
  }
}
