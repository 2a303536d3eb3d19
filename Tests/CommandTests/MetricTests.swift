import Language
import Metrics
import Testing

@testable import agentcheckd

@Suite struct NamePatterns {
  @Test(arguments: [
    ("", "cpu.idle", true),
    ("idle", "cpu.idle", true),
    ("IDLE", "cpu.idle", true),
    ("ide", "cpu.idle", false),
    ("cpu.idle.", "cpu.idle", false),
    ("cpu*", "cpu.idle", true),
    ("*idle", "cpu.idle", true),
    ("cpu", "load.1m", false),
    ("*cpu", "cpu.idle", false),
    ("cpu.?dle", "cpu.idle", true),
    ("cpu.??dle", "cpu.idle", false),
    ("c*u*i*e", "cpu.idle", true),
    ("*.i*l", "cpu.idle", false),
    ("*aab", "aaaab", true),
    ("*", "", true),
    ("?", "", false),
    ("disk(*).read", #"disk("sda").read"#, true),
    ("disk(*).read", #"disk("sda").reads"#, false),
  ])
  func pick(_ pattern: String, _ name: String, _ expected: Bool) {
    #expect(NamePattern(pattern).matches(name) == expected)
  }
}

/// A small host: two processors, two disks and a loop device, two file systems.
private func instances(_ source: Int) -> Instances? {
  switch Catalogue.host.sources[source].name {
  case "cpu": Instances(usual: [.number(0), .number(1)])
  case "disk": Instances(usual: [.text("sda"), .text("sdb")], others: [.text("loop0")])
  case "filesystem": Instances(usual: [.text("/"), .text("/var")], others: [.text("/proc")])
  case "network": Instances(usual: [], others: [])
  default: nil
  }
}

private func names(_ pattern: String?) -> [String] {
  selectMetrics(pattern, of: .host, instances: instances).flatMap { source in
    source.references.map { $0.text(in: .host) } + source.unbound.map { "\(source.shape.spelling).\($0.name)" }
  }
}

@Suite struct MetricSelections {
  @Test func oneInstanceStandsForAll() {
    let names = names(nil)
    #expect(
      names.contains("cpu.idle") && names.contains(#"disk("sda").read"#) && names.contains(#"filesystem("/").used"#))
    #expect(names.contains("network(INTERFACE).receive"))
    #expect(
      !names.contains { $0.contains("cpu(") || $0.contains("sdb") || $0.contains("/var") || $0.contains("loop0") })
    // Each metric of each source is there, once.
    #expect(names.count == Catalogue.host.sources.map(\.metrics.count).reduce(0, +))
  }

  @Test(arguments: [
    ("cpu.idle", ["cpu.idle"]),
    ("disk.read", [#"disk("sda").read"#, #"disk("sdb").read"#, #"disk("sda").reads"#, #"disk("sdb").reads"#]),
    ("disk.await", [#"disk("sda").await"#, #"disk("sdb").await"#]),
    ("cpu(1).idle", ["cpu(1).idle"]),
    ("cpu(*).idle", ["cpu(0).idle", "cpu(1).idle"]),
    (#"disk("sdb").await"#, [#"disk("sdb").await"#]),
    ("disk('sdb').await", [#"disk("sdb").await"#]),
    ("loop0*await", []),
    ("a\").await", [#"disk("sda").await"#]),
    ("p0\").await", [#"disk("loop0").await"#]),
    ("*loop0*await", [#"disk("loop0").await"#]),
    (#"filesystem("/srv").size"#, [#"filesystem("/srv").size"#]),
    ("network.up", ["network(INTERFACE).up"]),
    ("cpu(7).idle", ["cpu(7).idle"]),
    ("nothing", []),
  ])
  func patternsPick(_ pattern: String, _ expected: [String]) {
    #expect(Set(names(pattern)) == Set(expected))
  }

  @Test func anArgumentThatIsInNoListIsTaken() {
    let names = names("filesystem('/srv')")
    #expect(names.contains(#"filesystem("/srv").used"#) && names.contains(#"filesystem("/srv").mounted"#))
    #expect(names.allSatisfy { $0.hasPrefix(#"filesystem("/srv")."#) })
  }
}

@Suite struct MetricPages {
  private func page(
    _ source: String, _ pattern: String? = nil, _ values: (MetricReference) -> (Double?, String?)
  ) throws -> String {
    let selected = try #require(
      selectMetrics(pattern, of: .host, instances: instances).first { $0.shape.name == source })
    var asked = selected.references
    for reference in selected.references where selected.shape.metrics[reference.metric].hasWhole {
      asked.append(
        MetricReference(
          source: reference.source, arguments: reference.arguments, metric: reference.metric, inPercent: true))
    }
    let results = asked.map(values)
    var page = Page(.plain)
    page.describe(selected, MetricValues(asked, of: .host, values: results.map { $0.0 }) { results[$0].1 })
    return page.text
  }

  @Test func valuesInBothWaysAndTheReasonsForThoseThatAreMissing() throws {
    let text = try page("swap") { reference in
      if reference.inPercent { return (nil, "/proc/meminfo: no swap is configured") }
      return reference.metric < 2 ? (0, nil) : (nil, "/proc/vmstat: no such file or directory")
    }
    #expect(
      text == """
        swap
          swap space; without any, the bytes are 0 and the percentages unknown
          swap.used  0B       bytes or percent: in use
          swap.free  0B       bytes or percent: not in use
          swap.in    unknown  bytes per second: read back from swap
          swap.out   unknown  bytes per second: written to swap
          no percent for swap.used, .free: /proc/meminfo: no swap is configured
          unknown for swap.in, .out: /proc/vmstat: no such file or directory

        """)
  }

  @Test func whatHoldsForAllIsSaidOnce() throws {
    let text = try page("disk") { _ in (nil, "/proc/diskstats: no such device") }
    #expect(text.contains("\n  here: 'sda', 'sdb'; and 1 more, hardly of interest\n"))
    #expect(text.hasSuffix("\n  unknown: /proc/diskstats: no such device\n"))
  }

  @Test func nothingIsLostAtEightyColumns() throws {
    for source in Catalogue.host.sources {
      let text = try page(source.name) { reference in reference.inPercent ? (487.5, nil) : (123456.789, nil) }
      #expect(text.split(separator: "\n").allSatisfy { $0.unicodeScalars.count <= 80 }, "\(text)")
      for metric in source.metrics {
        let words = metric.help.split(separator: " ")
        #expect(words.allSatisfy { text.contains($0) }, "\(source.name).\(metric.name)")
      }
    }
  }

  @Test func whatAMetricIsIsSaidOnce() throws {
    #expect(
      try page("disk", "disk.write") { reference in (Double(reference.metric) * 1000, nil) }.hasSuffix(
        """
          disk("sda").write   2kB/s   bytes per second: bytes written
          disk("sda").writes  4000/s  per second: writes finished
          disk("sdb").write   2kB/s   bytes per second
          disk("sdb").writes  4000/s  per second

        """))
  }

  @Test func processorsAreARun() throws {
    #expect(try page("cpu") { _ in (1, nil) }.contains("\n  here: 0 to 1\n"))
  }
}
