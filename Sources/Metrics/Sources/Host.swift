// host: the machine itself.

import Language

extension Definition {
  static let host = Definition(
    "host", help: "this host",
    [Metric("uptime", .seconds, "since the kernel started", .value("no uptime") { (uptime: Uptime) in uptime.seconds })]
  )
}
