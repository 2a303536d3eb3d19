// Only what rules use is read, and each file once for each sample, whatever number of metrics comes from it.

import Foundation
import Testing

@Suite(.serialized) struct EconomyTests {
  /// Rules, and the kernel files that they need. The helper is traced, too.
  private static let economies: [(rules: [String], files: Set<String>)] = [
    (["load.1m > 1000"], ["/proc/loadavg"]),
    (["load.1m > 1000%"], ["/proc/loadavg", "/proc/stat"]),
    (
      [
        "cpu.idle < 0%", "avg(cpu.user over 10s) < 0%", "cpu(0).system < 0%", "cpu.busiest < 0% or load.blocked > 9999",
      ],
      ["/proc/stat"]
    ),
    (["memory.available < 0", "swap.used > 100T"], ["/proc/meminfo"]),
    (["filesystem(\"/\").used > 100%"], []),
  ]

  /// The files below /proc and /sys that a daemon has opened, with how often each was read, within some samples.
  private func reads(_ rules: [String]) throws -> [String: Int] {
    let folder = try TemporaryFolder()
    let trace = "\(folder.path)/trace"
    let text = rules.map { "  - {when: '\($0)', reply: 50%}\n" }.joined()
    let agent = try AgentProcess(
      rules: "interval: 100ms\nrules:\(rules.isEmpty ? " []\n" : "\n" + text)",
      under: ["strace", "-D", "-f", "-qq", "-y", "-e", "trace=openat,pread64", "-o", trace])
    #expect(try agent.firstReply() == (rules.isEmpty ? "up" : "100% up"))
    pause(.milliseconds(500))
    #expect(try agent.stop() == .code(0))
    var found: [String: Int] = [:]
    for line in try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n") {
      // 4711 openat(AT_FDCWD</>, "/proc/stat", O_RDONLY) = 9</proc/stat>   and   4711 pread64(9</proc/stat>, "..., 0) = 12
      guard let open = line.firstIndex(of: "<"), let close = line[open...].firstIndex(of: ">") else { continue }
      if line.contains(" pread64("), line.contains(", 0) = ") {
        found[name(line[line.index(after: open)..<close]), default: 0] += 1
      } else if line.contains(" openat("), let last = line.lastIndex(of: "<") {
        found[name(line[line.index(after: last)...].dropLast()), default: 0] += 0
      }
    }
    return found.filter { $0.key.hasPrefix("/proc/") || $0.key.hasPrefix("/sys/") }
  }

  /// The same name for a file of the daemon's own and of its helper's: `/proc/4711/maps`, `/proc/self/maps`.
  private func name(_ path: Substring) -> String {
    let parts = path.split(separator: "/", maxSplits: 2)
    return parts.count == 3 && parts[0] == "proc" && Int(parts[1]) != nil ? "/proc/self/\(parts[2])" : String(path)
  }

  @Test func onlyWhatRulesUseIsRead() throws {
    // What the program and its C library read at the start, whatever the rules.
    let always = try Set(reads([]).keys)
    for (rules, files) in Self.economies {
      let found = try reads(rules).filter { !always.contains($0.key) }
      #expect(Set(found.keys) == files, "\(rules)")
      // All files are read equally often, once for each sample, but for what strace(1) shows in two pieces.
      let counts = found.values.sorted()
      #expect(counts.isEmpty || counts[0] > 0 && counts.last! - counts[0] <= 1, "\(rules): \(found)")
    }
  }
}
