// What other tools call what is measured here. A name that only looks alike would measure something else: `cpu.usage` is
// not `cpu.user`, and how full a disk is, only its file system knows.

/// Names of other tools, arguments left out, and ours: of sources, and of metrics.
let foreignNames: [(foreign: String, ours: String)] = [
  ("mem", "memory"), ("ram", "memory"), ("loadavg", "load"), ("psi", "pressure"), ("fs", "filesystem"),
  ("df", "filesystem"), ("mount", "filesystem"), ("net", "network"), ("iface", "network"), ("interface", "network"),
  ("proc", "process"), ("port", "listener"), ("socket", "listener"), ("exists", "file.exists"),

  ("cpu.usage", "cpu.busy"), ("cpu.used", "cpu.busy"), ("cpu.util", "cpu.busy"), ("cpu.utilization", "cpu.busy"),
  ("cpu.percent", "cpu.busy"), ("cpu.total", "cpu.busy"), ("cpu.load", "load.1m"), ("cpu.sys", "cpu.system"),
  ("cpu.wait", "cpu.iowait"), ("cpu.io", "cpu.iowait"), ("cpu.cores", "cpu.count"),
  ("memory.usage", "memory.used"), ("memory.percent", "memory.used"), ("memory.cache", "memory.cached"),
  ("swap.usage", "swap.used"), ("swap.percent", "swap.used"),
  ("filesystem.usage", "filesystem.used"), ("filesystem.percent", "filesystem.used"),
  ("filesystem.full", "filesystem.used"), ("filesystem.inodes", "filesystem.inodes_used"),
  ("disk.usage", "filesystem.used"), ("disk.used", "filesystem.used"), ("disk.percent", "filesystem.used"),
  ("disk.full", "filesystem.used"), ("disk.free", "filesystem.available"), ("disk.available", "filesystem.available"),
  ("disk.size", "filesystem.size"), ("disk.util", "disk.utilization"), ("disk.busy", "disk.utilization"),
  ("disk.latency", "disk.await"),
  ("network.rx", "network.receive"), ("network.rx_bytes", "network.receive"), ("network.in", "network.receive"),
  ("network.tx", "network.transmit"), ("network.tx_bytes", "network.transmit"), ("network.out", "network.transmit"),
  ("network.rx_errors", "network.receive_errors"), ("network.tx_errors", "network.transmit_errors"),
  ("network.rx_dropped", "network.receive_drops"), ("network.tx_dropped", "network.transmit_drops"),
  ("tcp.connections", "tcp.established"), ("file.mtime", "file.age"), ("process.exists", "process.running"),
  ("process.alive", "process.running"), ("process.up", "process.running"),
]
