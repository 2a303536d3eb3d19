// Where control groups are found, on hosts of all kinds and in containers.

import Language
import Testing

@testable import Metrics

@Suite struct ControlGroupTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let what: String
    let mounts: [String]
    let memberships: [String]
    let path: String
    var sys = "/sys"
    /// For quota, processor time, memory, tasks, pressure: the directory below the root, and the version.
    let found: [String]
    var testDescription: String { what }
  }

  private static let unified = "35 24 0:29 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw,nsdelegate"

  @Test(arguments: [
    Case(
      what: "version 2", mounts: [unified], memberships: ["0::/a.slice"], path: "b.slice/c.service",
      found: .init(repeating: "2 fs/cgroup/b.slice/c.service", count: 5)),
    Case(
      what: "slashes", mounts: [unified], memberships: [], path: "//b//c/",
      found: .init(repeating: "2 fs/cgroup/b/c", count: 5)),
    Case(
      what: "the top", mounts: [unified], memberships: [], path: "/", found: .init(repeating: "2 fs/cgroup", count: 5)),
    Case(
      what: "itself", mounts: [unified], memberships: ["0::/a.slice/b: c"], path: "self",
      found: .init(repeating: "2 fs/cgroup/a.slice/b: c", count: 5)),
    Case(
      what: "a group that is called self", mounts: [unified], memberships: ["0::/a.slice"], path: "/self",
      found: .init(repeating: "2 fs/cgroup/self", count: 5)),
    Case(
      what: "a container with a name space of its own", mounts: [unified], memberships: ["0::/"], path: "self",
      found: .init(repeating: "2 fs/cgroup", count: 5)),
    Case(
      what: "moved out of its name space", mounts: [unified], memberships: ["0::/../other"], path: "self",
      found: .init(repeating: outside, count: 5)),
    Case(
      what: "memberships unreadable", mounts: [unified], memberships: [], path: "self",
      found: .init(repeating: outside, count: 5)),
    Case(
      what: "version 1, one tree for two controllers",
      mounts: [
        "31 24 0:20 / /sys/fs/cgroup ro - tmpfs tmpfs ro",
        "33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
        "34 31 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
        "35 31 0:32 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset",
      ],
      memberships: ["3:memory:/m", "2:cpu,cpuacct:/c", "1:name=systemd:/s"], path: "self",
      found: [
        "1 fs/cgroup/cpu,cpuacct/c", "1 fs/cgroup/cpu,cpuacct/c", "1 fs/cgroup/memory/m",
        "no tree of control groups has 'pids'", "no control groups of version 2",
      ]),
    Case(
      what: "both versions, the second one first",
      mounts: [
        "32 31 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
        "33 31 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu",
        "34 31 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
      ],
      memberships: [], path: "g",
      found: [
        "1 fs/cgroup/cpu/g", "2 fs/cgroup/unified/g", "1 fs/cgroup/memory/g", "2 fs/cgroup/unified/g",
        "2 fs/cgroup/unified/g",
      ]),
    Case(
      what: "both versions, the second one last",
      mounts: [
        "33 31 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu",
        "32 31 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
      ],
      memberships: [], path: "g",
      found: ["1 fs/cgroup/cpu/g"] + .init(repeating: "2 fs/cgroup/unified/g", count: 4)),
    Case(
      what: "a container of version 1, which sees the host's paths but only its own groups",
      mounts: ["34 31 0:31 /docker/6d4f /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory"],
      memberships: ["3:memory:/docker/6d4f/child"], path: "self",
      found: [
        "no tree of control groups has 'cpu'", "no tree of control groups has 'cpuacct'", "1 fs/cgroup/memory/child",
        "no tree of control groups has 'pids'", "no control groups of version 2",
      ]),
    Case(
      what: "a group beside what is mounted",
      mounts: ["34 31 0:31 /docker/6d4f /sys/fs/cgroup ro - cgroup2 cgroup2 rw"], memberships: ["0::/docker/6d4f5"],
      path: "self", found: .init(repeating: outside, count: 5)),
    Case(
      what: "the host's trees in a container",
      mounts: [unified, "99 90 0:29 / /host/sys/fs/cgroup rw - cgroup2 cgroup2 rw"], memberships: ["0::/"], path: "g",
      sys: "/host/sys", found: .init(repeating: "2 fs/cgroup/g", count: 5)),
    Case(
      what: "a tree somewhere else", mounts: ["35 24 0:29 / /mnt/cgroup rw - cgroup2 cgroup2 rw"], memberships: [],
      path: "g",
      found: ["cpu", "cpuacct", "memory", "pids"].map { "no tree of control groups has '\($0)'" }
        + ["no control groups of version 2"]),
  ])
  func found(row: Case) {
    func bytes(_ lines: [String]) -> [UInt8] { lines.flatMap { Array("\($0)\n".utf8) } }
    let (mounts, memberships) = (bytes(row.mounts), bytes(row.memberships))
    let groups = ControlGroups(mounts: mounts.span, memberships: memberships.span, roots: Roots(sys: row.sys))
    let found = ControlGroups.Controller.allCases.map { controller in
      do throws(Gap) {
        let directory = try groups.directory(of: row.path, controller)
        return "\(directory.isUnified ? 2 : 1) \(directory.path)"
      } catch {
        guard case .absent(let absence, _) = error else { return "?" }
        return absence.text { "errno \($0)" }
      }
    }
    #expect(found == row.found)
  }

  private static let outside = "the group of agentcheckd is outside of what is mounted"

  @Test func withoutTimeAShareOfPeriodsStays() {
    let (mounts, none) = (Array("\(Self.unified)\n".utf8), [UInt8]())
    let groups = ControlGroups(mounts: mounts.span, memberships: none.span, roots: Roots())
    let readings = Readings(["cgroup(\"g\").throttled"], groups: groups)
    #expect(readings.inputs.map { Roots().path(of: $0) } == ["/sys/fs/cgroup/g/cpu.stat"])
    readings.sample("nr_periods 10\nnr_throttled 5\n", at: 1)
    readings.sample("nr_periods 20\nnr_throttled 6\n", at: 2)
    readings.sample("nr_periods 20\nnr_throttled 6\n", at: 2)
    #expect(readings.values == [10])
    // A group that did nothing was not held back.
    readings.sample("nr_periods 20\nnr_throttled 6\n", at: 3)
    #expect(readings.values == [0])
    // It was removed, and made again.
    readings.sample("nr_periods 1\nnr_throttled 1\n", at: 4)
    #expect(readings.values == [0] && readings.reason(0) == "/sys/fs/cgroup/g/cpu.stat: a counter started again")
  }
}
