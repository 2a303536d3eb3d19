// Properties: whatever a kernel file turns into, nothing crashes, and no value is negative, not a number, or above its whole.

import Language
import TestSupport
import Testing

@testable import Metrics

@Suite struct SpoiltFixtureTests {
  /// Every metric that some fixture asks for, on every host.
  private static func everything(of host: FixtureHost) throws -> (references: [MetricReference], readings: Readings) {
    let names = try host.lines("expected").map { ExpectedLine($0).name }
    let references = names.map(reference)
    return (references, Readings(references, on: host))
  }

  /// Metrics that can be more than their whole: more tasks can want to run than there are processors, more memory can be
  /// promised than there is, and a limit can be lowered below what is in use.
  private static let unlimited: Set = [
    "load.1m", "load.5m", "load.15m", "memory.committed", "tcp.memory", "conntrack.used", "files.used",
    "cgroup.memory", "cgroup.tasks", "listener.queue", "process.open_files", "pidfile.open_files",
  ]

  private func check(_ references: [MetricReference], _ readings: Readings, _ what: String) {
    for (reference, value) in zip(references, readings.values) {
      guard let value else { continue }
      let name = plainName(reference)
      let kind = Catalogue.host.sources[reference.source].metrics[reference.metric].kind
      let isShare = (kind == .percent || reference.inPercent) && !Self.unlimited.contains(name)
      let limit = isShare ? 100 : kind == .yesNo ? 1 : Double.greatestFiniteMagnitude
      // A number that somebody else has written can be any.
      let least = name == "file.value" ? -Double.greatestFiniteMagnitude : 0
      if !(value >= least && value <= limit) { Issue.record("\(name) is \(value) \(what)") }
    }
  }

  @Test(arguments: FixtureHost.all)
  func cutShortAtEveryByte(host: FixtureHost) throws {
    let references = try Self.everything(of: host).references
    var users: [Input: [MetricReference]] = [:]
    for reference in references {
      for input in Readings([reference], on: host).inputs { users[input, default: []].append(reference) }
    }
    var seconds = 0
    // One file at a time is cut; the large ones at fewer places, but at every kind of place.
    for (cut, references) in users {
      guard let whole = host.contents(of: cut, later: true) else { continue }
      let readings = Readings(references, on: host)
      for end in stride(from: 0, through: whole.count, by: max(1, whole.count / 400)) {
        seconds += 5
        try host.sample(readings, later: false, at: .seconds(seconds))
        try host.sample(readings, later: true, at: .seconds(seconds + 4)) { input, bytes in
          if input == cut { bytes.removeLast(bytes.count - end) }
        }
        check(references, readings, "with \(cut) cut at \(end)")
      }
    }
  }

  @Test(arguments: FixtureHost.all)
  func changedAtRandom(host: FixtureHost) throws {
    var random = SeededGenerator(seed: 20_240_610)
    let (references, readings) = try Self.everything(of: host)
    for round in 0..<300 {
      let seed = random.state
      try host.sample(readings, later: round % 3 > 0, at: .seconds(round * 5)) { _, bytes in
        for _ in 0..<Int.random(in: 0...20, using: &random) where !bytes.isEmpty {
          let place = Int.random(in: 0..<bytes.count, using: &random)
          switch Int.random(in: 0..<6, using: &random) {
          case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
          case 1: bytes[place] = 0x30 + UInt8.random(in: 0...9, using: &random)
          case 2: bytes.remove(at: place)
          case 3: bytes.insert(contentsOf: Array("18446744073709551615".utf8), at: place)
          case 4: bytes.insert(0x0A, at: place)
          default: bytes.removeLast(Int.random(in: 0...min(bytes.count, 40), using: &random))
          }
        }
      }
      check(references, readings, "in round \(round), state \(seed)")
    }
  }

  @Test func fileSystemsOfRandomNumbers() {
    var random = SeededGenerator(seed: 7)
    let names = Catalogue.host.sources.first { $0.name == "filesystem" }!.metrics
      .filter { $0.name != "mounted" }
      .flatMap { metric in
        ["", "%"].filter { $0.isEmpty || metric.hasWhole }.map { "filesystem(\"/\").\(metric.name)\($0)" }
      }
    let readings = Readings(names)
    for round in 0..<2000 {
      func any() -> UInt64 {
        UInt64.random(in: .min ... .max, using: &random) >> UInt64.random(in: 0...64, using: &random)
      }
      readings.begin(at: .seconds(round * 10))
      readings.accept(
        0,
        FilesystemFacts(
          blockSize: any(), blocks: any(), blocksFree: any(), blocksAvailable: any(), inodes: any(), inodesFree: any(),
          readOnly: round % 2 == 0))
      readings.finish()
      check(names.map(reference), readings, "in round \(round)")
    }
  }
}

extension Readings {
  fileprivate convenience init(_ references: [MetricReference], on host: FixtureHost) {
    self.init(references: references, stale: .milliseconds(1), pageSize: 4096, groups: host.groups)
  }
}
