// conntrack: the table in which the firewall remembers connections. When it is full, new ones are refused.

import Language

extension Definition {
  static let connectionTracking = Definition(
    "conntrack", help: "connections that the firewall remembers; the files are only there while it does",
    [
      Metric(
        "used", .number, against: limit, "entries in the table; percent of its size",
        Origin { _, inputs in
          let file: KernelFile<KernelNumber> = inputs.file(at: input("nf_conntrack_count"))
          return { () throws(Gap) in try file.value("no number") { $0.number.map { Double($0) } } }
        })
    ])

  private static let limit = Origin { _, inputs in
    let file: KernelFile<KernelNumber> = inputs.file(at: input("nf_conntrack_max"))
    return { () throws(Gap) in
      try file.value("no limit") { limit in limit.number.flatMap { $0 > 0 ? Double($0) : nil } }
    }
  }

  /// The kernel shows these for the network of whoever reads, wherever /proc is mounted.
  private static func input(_ name: String) -> Input { .file(root: .proc, path: "sys/net/netfilter/\(name)") }
}
