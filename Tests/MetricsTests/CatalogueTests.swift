// The catalogue against the specification, and what people are shown of it.

import Language
import Testing

@testable import Metrics

@Suite struct CatalogueTests {
  /// The specification's table: source and argument, then each metric with its kind, "/" where it has a whole.
  private static let specified = [
    "cpu [N]: idle % busy % user % nice % system % iowait % irq % softirq % steal % guest % count number busiest %",
    "load: 1m number/ 5m number/ 15m number/ running number blocked number tasks number",
    "memory: available bytes/ free bytes/ used bytes/ cached bytes/ dirty bytes/ committed bytes/ total bytes "
      + "oom_kills per second",
    "swap: used bytes/ free bytes/ in bytes per second out bytes per second",
    "pressure.cpu: some % some.avg10 % some.avg60 % some.avg300 % "
      + "full % full.avg10 % full.avg60 % full.avg300 %",
    "pressure.memory: some % some.avg10 % some.avg60 % some.avg300 % "
      + "full % full.avg10 % full.avg60 % full.avg300 %",
    "pressure.io: some % some.avg10 % some.avg60 % some.avg300 % "
      + "full % full.avg10 % full.avg60 % full.avg300 %",
    "filesystem PATH: used bytes/ available bytes/ free bytes/ size bytes inodes_used number/ inodes_free number/ "
      + "read_only yes/no mounted yes/no",
    "disk DEVICE: utilization % read bytes per second write bytes per second reads per second writes per second "
      + "await seconds queue number",
    "network INTERFACE: receive bytes per second/ transmit bytes per second/ receive_errors per second "
      + "transmit_errors per second receive_drops per second transmit_drops per second up yes/no",
    "tcp: established number time_wait number orphans number retransmits per second listen_overflows per second "
      + "resets per second memory bytes/",
    "listener PORT: queue number/ connections number present yes/no",
    "conntrack: used number/",
    "files: used number/",
    "process NAME: running yes/no count number cpu number/ memory bytes/ threads number open_files number/ age seconds",
    "pidfile PATH: running yes/no count number cpu number/ memory bytes/ threads number open_files number/ age seconds",
    "cgroup PATH: cpu number/ throttled % memory bytes/ tasks number/ pressure.cpu.some % pressure.cpu.full % "
      + "pressure.memory.some % pressure.memory.full % pressure.io.some % pressure.io.full %",
    "file PATH: exists yes/no age seconds size bytes value number",
    "directory PATH: entries number oldest seconds",
    "host: uptime seconds",
    "time: hour number minute number weekday number between(times) yes/no",
    "balancers: count number",
  ]

  @Test func everyColumnOfTheSpecificationIsThereInItsOrder() {
    let found = Catalogue.host.sources.map { source in
      let argument =
        switch source.argument {
        case .none: ""
        case .number(let label, let optional): optional ? " [\(label)]" : " \(label)"
        case .text(let label, _), .name(let label, _), .path(let label, _), .numberOrText(let label, _): " \(label)"
        case .times: " times"
        }
      let metrics = source.metrics.map { metric in
        let times = if case .times = metric.argument { "(times)" } else { "" }
        let kind = metric.kind == .percent ? "%" : metric.kind.description
        return "\(metric.name)\(times) \(kind)\(metric.hasWhole ? "/" : "")"
      }
      return "\(source.name)\(argument): \(metrics.joined(separator: " "))"
    }
    #expect(found == Self.specified)
  }

  @Test func everyRowHasALineForPeople() {
    for source in Catalogue.host.sources {
      for (name, help) in [(source.name, source.help)] + source.metrics.map({ ("\(source.name).\($0.name)", $0.help) })
      {
        #expect(!help.isEmpty && help.utf8.count <= 100, "\(name): \(help.utf8.count)")
        #expect(help.allSatisfy { $0.isASCII && !$0.isNewline }, "\(name)")
        let isName = help.hasPrefix("PATH") || help.hasPrefix("TCP")
        #expect(!help.hasSuffix(".") && (isName || !help.first!.isUppercase), "\(name)")
      }
    }
  }

  @Test func namesAreUnique() {
    let sources = Catalogue.host.sources
    #expect(Set(sources.map { $0.name }).count == sources.count)
    for source in sources { #expect(Set(source.metrics.map { $0.name }).count == source.metrics.count) }
  }

  @Test(arguments: [
    ("sda", "sda"), ("/dev/sda", "sda"), ("cciss!c0d0", "cciss/c0d0"), ("/dev/cciss/c0d0", "cciss/c0d0"),
    ("dm-3", "dm-3"), ("dev/sda", "dev/sda"), ("", ""),
  ])
  func devicesHaveTheKernelsName(written: String, name: String) {
    #expect(deviceName(written) == Array(name.utf8))
  }

  @Test(arguments: [
    ("/", "/"), ("//", "/"), ("/var/", "/var"), ("/var//lib///", "/var/lib"), ("/a b", "/a b"), ("", ""),
  ])
  func mountPointsHaveTheKernelsName(written: String, name: String) {
    #expect(mountPoint(written) == Array(name.utf8))
  }

  @Test func reasonsAreWords() {
    let absences: [Absence] = [
      .pending, .system(code: 13), .timedOut, .malformed, .missing("no such device"), .restarted,
    ]
    #expect(
      absences.map { $0.text { "errno \($0)" } } == [
        "not measured yet", "errno 13", "no answer in time", "cannot be understood", "no such device",
        "a counter started again",
      ])
  }
}
