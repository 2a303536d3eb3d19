// tcp: the connections of this host, IPv4 and IPv6 together.

import Language

extension Definition {
  static let tcp = Definition(
    "tcp", help: "TCP connections, of IPv4 and IPv6 together",
    [
      Metric(
        "established", .number, "open, those included that the other side has closed",
        Origin { _, inputs in
          let (file, place) = inputs.counter(.init("Tcp:", "CurrEstab"), in: "snmp")
          return { () throws(Gap) in try file.value(notCounted) { $0[place].map { Double($0) } } }
        }),
      Metric(
        "time_wait", .number, "closed, and remembered for a minute",
        .value(notCounted) { (sockets: SocketStatistics) in sockets.timeWaits.map { Double($0) } }),
      Metric(
        "orphans", .number, "left by their program with something still to send",
        .value(notCounted) { (sockets: SocketStatistics) in sockets.orphans.map { Double($0) } }),
      Metric("retransmits", .perSecond, "segments sent again", rate(.init("Tcp:", "RetransSegs"), in: "snmp")),
      Metric(
        "listen_overflows", .perSecond, "connections lost because a program did not accept them in time",
        rate(.init("TcpExt:", "ListenOverflows"), in: "netstat")),
      Metric(
        "resets", .perSecond, "resets sent: connections refused or broken off",
        rate(.init("Tcp:", "OutRsts"), in: "snmp")),
      Metric("memory", .bytes, against: limit, "in buffers; percent of the most that the kernel allows", buffers),
    ])

  private static let notCounted = "this kernel does not count it"

  private static func rate(_ name: ProtocolCounters.Name, in file: String) -> Origin {
    Origin { _, inputs in
      let (file, place) = inputs.counter(name, in: file)
      return { () throws(Gap) in try file.rate(notCounted) { $0[place] } }
    }
  }

  private static let buffers = Origin { _, inputs in
    let file: KernelFile<SocketStatistics> = inputs.file()
    let pageSize = Double(inputs.pageSize)
    return { () throws(Gap) in try file.value(notCounted) { $0.pages.map { Double($0) * pageSize } } }
  }

  private static let limit = Origin { _, inputs in
    let file: KernelFile<KernelTriple> = inputs.file(at: .file(root: .proc, path: "sys/net/ipv4/tcp_mem"))
    let pageSize = Double(inputs.pageSize)
    return { () throws(Gap) in
      try file.value("no limit") { $0.third > 0 ? Double($0.third) * pageSize : nil }
    }
  }
}

extension Inputs {
  /// A counter of a protocol, by its name in a file below /proc/net.
  fileprivate mutating func counter(
    _ name: ProtocolCounters.Name, in file: String
  ) -> (file: KernelFile<ProtocolCounters>, place: Int) {
    let file: KernelFile<ProtocolCounters> = self.file(at: .file(root: .net, path: file))
    return (file, file.configure { $0.watch(name) })
  }
}
