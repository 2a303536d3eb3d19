// What a sample makes of what was read, what was not, and of time.

import Language
import Metrics
import Testing

@Suite struct ReadingsTests {
  @Test(arguments: [
    (["cpu.idle", "cpu(3).busiest", "load.running"], ["/proc/stat"]),
    (["load.1m"], ["/proc/loadavg"]),
    (["load.1m%"], ["/proc/loadavg", "/proc/stat"]),
    (["load.1m%", "cpu.idle", "load.tasks"], ["/proc/loadavg", "/proc/stat"]),
    (["memory.used%", "swap.used", "swap.free%"], ["/proc/meminfo"]),
    (["memory.oom_kills", "swap.in"], ["/proc/vmstat"]),
    (["filesystem(\"/\").used%", "filesystem(\"/\").inodes_free"], ["/"]),
    (["filesystem(\"/\").size", "filesystem(\"/var\").size"], ["/", "/var"]),
    (["filesystem(\"/srv\").mounted"], ["/proc/self/mountinfo"]),
    (["disk(\"sda\").read", "disk(\"sdb\").queue"], ["/proc/diskstats"]),
    (
      ["pressure.io.some", "pressure.cpu.some.avg10", "pressure.io.full"], ["/proc/pressure/io", "/proc/pressure/cpu"]
    ),
    (
      ["network(\"eth0\").receive", "network(\"eth0\").receive%", "network(\"eth1\").receive_drops"],
      ["/proc/net/dev", "/sys/class/net/eth0/speed"]
    ),
    (["network(\"eth0\").up"], ["/proc/net/dev", "/sys/class/net/eth0/operstate"]),
    (["tcp.established", "tcp.resets"], ["/proc/net/snmp"]),
    (["tcp.listen_overflows", "tcp.orphans", "tcp.memory"], ["/proc/net/netstat", "/proc/net/sockstat"]),
    (["tcp.memory%"], ["/proc/net/sockstat", "/proc/sys/net/ipv4/tcp_mem"]),
    (["files.used", "files.used%"], ["/proc/sys/fs/file-nr"]),
    (["time.hour", "time.between(\"22:30\", \"05:15\")"], ["clock"]),
    (["host.uptime"], ["/proc/uptime"]),
    ([], []),
  ])
  func onlyWhatIsUsedIsRead(names: [String], paths: [String]) {
    #expect(Readings(names).inputs.map { Roots().path(of: $0) } == paths)
  }

  @Test func rootsMove() {
    let roots = Roots(proc: "/host/proc", sys: "/host/sys")
    #expect(roots.path(of: .file(root: .proc, path: "self/mountinfo")) == "/host/proc/self/mountinfo")
    #expect(roots.path(of: .file(root: .sys, path: "class/net")) == "/host/sys/class/net")
    #expect(roots.path(of: .file(root: .net, path: "dev")) == "/host/proc/1/net/dev")
    #expect(Roots(sys: "/host/sys").path(of: .file(root: .net, path: "dev")) == "/proc/net/dev")
    #expect(roots.path(of: .filesystem(path: "/var")) == "/var")
  }

  @Test func aRateSettlesAtTheSecondSampleOrTheFirstFailure() {
    let rate = Readings(["memory.oom_kills", "memory.total"])
    #expect(rate.settled == [false, false] && rate.values == [nil, nil])
    rate.sample("oom_kill 5\nMemTotal: 4 kB\n", at: 1)
    #expect(rate.settled == [false, true] && rate.values == [nil, 4096])
    #expect(rate.reason(0) == "/proc/vmstat: not measured yet" && rate.reason(1) == nil)
    rate.sample("oom_kill 9\nMemTotal: 4 kB\n", at: 3)
    #expect(rate.settled == [true, true] && rate.values == [2, 4096])
    #expect(rate.reason(0) == nil)

    let failing = Readings(["memory.oom_kills"])
    failing.sample(failing: .system(code: 2), at: 1)
    #expect(failing.settled == [true] && failing.values == [nil])
    #expect(failing.reason(0) == "/proc/vmstat: no such file")
  }

  /// What happens at each second, and the value and the reason after it. Values are kept for 3 seconds.
  @Test func aValueIsKeptWhileItIsNotStale() {
    let readings = Readings(["memory.free"])
    func step(_ seconds: Double, _ text: String?, value: Double?, reason: String?) {
      if let text {
        readings.sample(text, at: seconds)
      } else {
        readings.sample(failing: .system(code: 2), at: seconds)
      }
      #expect(readings.values[0] == value, "at \(seconds)")
      #expect(readings.reason(0) == reason, "at \(seconds)")
    }
    let good = "MemTotal: 4 kB\nMemFree: 1 kB\n"
    step(1, good, value: 1024, reason: nil)
    step(2, nil, value: 1024, reason: "/proc/meminfo: no such file")
    step(3, "", value: 1024, reason: "/proc/meminfo: cannot be understood")
    step(3.9, "MemTotal: 4 kB\n", value: 1024, reason: "/proc/meminfo: no MemFree")
    step(4, nil, value: nil, reason: "/proc/meminfo: no such file")
    step(5, nil, value: nil, reason: "/proc/meminfo: no such file")
    step(6, "MemTotal: 4 kB\nMemFree: 2 kB\n", value: 2048, reason: nil)
    step(9, nil, value: nil, reason: "/proc/meminfo: no such file")
  }

  @Test func withoutElapsedTimeRatesStay() {
    let readings = Readings(["swap.in", "disk(\"sda\").reads", "cpu.idle"])
    func text(_ count: Int) -> String {
      "pswpin \(count)\n   8 0 sda \(count) 0 0 0 0 0 0 0 0 0 0\ncpu  \(count) 0 0 \(count)\n"
    }
    readings.sample(text(10), at: 1)
    readings.sample(text(20), at: 2)
    #expect(readings.values == [10 * 4096, 10, 50])
    readings.sample(text(20), at: 2)
    #expect(readings.values == [10 * 4096, 10, 50] && readings.reason(0) == nil)
    // The next rate is that of the time since.
    readings.sample(text(40), at: 6)
    #expect(readings.values == [5 * 4096, 5, 50])
  }

  @Test func aProcessorWithoutATickKeepsItsShare() {
    let readings = Readings(["cpu.idle"], stale: .seconds(1))
    readings.sample("cpu  0 0 0 0\n", at: 1)
    readings.sample("cpu  25 0 0 75\n", at: 2)
    for second in 3...9 { readings.sample("cpu  25 0 0 75\n", at: Double(second)) }
    #expect(readings.values == [75] && readings.reason(0) == nil)
  }

  @Test func aRateSpansWhatCouldNotBeRead() {
    let readings = Readings(["memory.oom_kills"], stale: .seconds(1))
    readings.sample("oom_kill 10\n", at: 1)
    readings.sample("oom_kill 12\n", at: 2)
    readings.sample(failing: .system(code: 2), at: 3)
    #expect(readings.values == [nil])
    readings.sample("oom_kill 22\n", at: 4)
    #expect(readings.values == [5])
    // Garbage is written over the older of the two samples, so that one more is needed.
    readings.sample("", at: 5)
    readings.sample("oom_kill 26\n", at: 6)
    #expect(readings.values == [2])
  }

  @Test func nothingIsKeptForNoTime() {
    let readings = Readings(["host.uptime"], stale: .zero)
    readings.sample("12.5 3\n", at: 1)
    #expect(readings.values == [12.5])
    readings.sample(failing: .system(code: 2), at: 1)
    #expect(readings.values == [nil])
  }

  @Test func aCounterThatStartsAgainIsHeldForAStep() {
    let readings = Readings(["memory.oom_kills", "cpu.busy"])
    readings.sample("oom_kill 10\ncpu  100 0 0 100\n", at: 1)
    readings.sample("oom_kill 12\ncpu  110 0 0 190\n", at: 2)
    #expect(readings.values == [2, 10])
    readings.sample("oom_kill 0\ncpu  1 0 0 9\n", at: 3)
    #expect(readings.values == [2, 10])
    #expect(readings.reason(0) == "/proc/vmstat: a counter started again")
    #expect(readings.reason(1) == "/proc/stat: a counter started again")
    readings.sample("oom_kill 7\ncpu  11 0 0 19\n", at: 4)
    #expect(readings.values == [7, 50] && readings.reason(0) == nil)
  }

  private let facts = FilesystemFacts(
    blockSize: 4096, blocks: 100, blocksFree: 50, blocksAvailable: 40, inodes: 10, inodesFree: 5, readOnly: false)

  @Test func anAnswerThatComesLateCountsAtTheNextEvaluation() {
    let readings = Readings(["filesystem(\"/\").used%"])
    readings.begin(at: .seconds(1))
    readings.finish()
    #expect(readings.values == [nil] && readings.settled == [false])
    #expect(readings.reason(0) == "/: not measured yet")
    readings.accept(0, facts)
    readings.begin(at: .seconds(2))
    readings.finish()
    #expect(readings.values == [50] && readings.settled == [true])
  }

  @Test func aHangKeepsTheValueUntilItIsStaleAndItsReasonUntilItIsOver() {
    let readings = Readings(["filesystem(\"/\").used%"])
    func step(_ seconds: Int, _ answer: (() -> Void)?, value: Double?, reason: String?) {
      readings.begin(at: .seconds(seconds))
      answer?()
      readings.finish()
      #expect(readings.values == [value], "at \(seconds)")
      #expect(readings.reason(0) == reason, "at \(seconds)")
    }
    step(1, { readings.accept(0, facts) }, value: 50, reason: nil)
    step(2, nil, value: 50, reason: "/: not measured yet")
    step(3, { readings.fail(0, .timedOut) }, value: 50, reason: "/: no answer in time")
    step(4, nil, value: nil, reason: "/: no answer in time")
    step(5, nil, value: nil, reason: "/: no answer in time")
    step(6, { readings.accept(0, facts) }, value: 50, reason: nil)
  }

  /// Hour and minute, and whether they are between the two others.
  @Test(arguments: [
    ("08:00", "17:30", [(7, 59, false), (8, 0, true), (17, 29, true), (17, 30, false), (23, 59, false)]),
    ("22:30", "05:15", [(22, 29, false), (22, 30, true), (23, 59, true), (0, 0, true), (5, 14, true), (5, 15, false)]),
    ("00:00", "23:59", [(0, 0, true), (23, 58, true), (23, 59, false)]),
    ("23:59", "00:00", [(23, 58, false), (23, 59, true), (0, 0, false)]),
    ("12:00", "12:00", [(11, 59, true), (12, 0, true)]),
  ])
  func timesOfDay(from: String, to: String, moments: [(hour: Int, minute: Int, isBetween: Bool)]) {
    let readings = Readings(["time.between(\"\(from)\", \"\(to)\")"])
    for moment in moments {
      readings.begin(at: .seconds(1))
      readings.accept(0, ClockFacts(hour: moment.hour, minute: moment.minute, weekday: 1))
      readings.finish()
      #expect(readings.values == [moment.isBetween ? 1 : 0], "\(moment)")
    }
  }

  @Test func pagesHaveTheSizeTheyAreSaidToHave() {
    let readings = Readings(references: [reference("swap.out")], stale: .seconds(3), pageSize: 65536)
    readings.sample("pswpout 1\n", at: 1)
    readings.sample("pswpout 3\n", at: 2)
    #expect(readings.values == [131_072])
  }

  @Test func whatAReloadLeavesGoesOn() {
    let before = Readings(["cpu.idle", "disk(\"sda\").reads", "memory.free"])
    let text = "cpu  0 0 0 0\n   8 0 sda 0 0 0\n  8 16 sdb 0 0 0\nMemTotal: 4 kB\nMemFree: 1 kB\n"
    before.sample(text, at: 1)
    before.sample("cpu  50 0 0 50\n   8 0 sda 7 0 0\n  8 16 sdb 9 0 0\nMemTotal: 4 kB\nMemFree: 1 kB\n", at: 2)

    let after = Readings(
      ["disk(\"sdb\").reads", "cpu.user", "memory.free", "disk(\"sda\").reads", "load.1m", "cpu.idle"],
      inheriting: before)
    // What was known is known, and nothing else.
    #expect(after.values == [nil, nil, 1024, 7, nil, 50])
    #expect(after.settled == [false, false, true, true, false, true])
    // Rates of what was read before have their first sample; a device that nobody watched has not.
    after.sample(
      "cpu  60 0 0 80\n   8 0 sda 9 0 0\n  8 16 sdb 19 0 0\nMemTotal: 4 kB\nMemFree: 2 kB\n0.5 1 2 3/4 5\n", at: 4)
    #expect(after.values[0] == nil && after.values[1] == 25 && after.values[2] == 2048)
    #expect(after.values[3] == 1 && after.values[5] == 75)
    after.sample("   8 0 sda 9 0 0\n  8 16 sdb 23 0 0\n", at: 6)
    #expect(after.values[0] == 2)
  }

  @Test func earlierReadingsMayGoOnUntilTheyAreReplaced() {
    let before = Readings(["disk(\"sda\").reads"])
    before.sample("   8 0 sda 0 0 0\n  8 16 sdb 0 0 0\n", at: 1)
    let after = Readings(["disk(\"sdb\").reads", "disk(\"sda\").reads"], inheriting: before)
    before.sample("   8 0 sda 3 0 0\n  8 16 sdb 0 0 0\n", at: 2)
    #expect(before.values == [3])
    after.sample("   8 0 sda 4 0 0\n  8 16 sdb 5 0 0\n", at: 3)
    #expect(after.values == [5, 1])
  }

  @Test func aStaleValueIsInheritedWithItsAge() {
    let before = Readings(["memory.total"])
    before.sample("MemTotal: 4 kB\n", at: 1)
    before.sample(failing: .system(code: 13), at: 3)
    let after = Readings(["memory.total"], inheriting: before)
    #expect(after.reason(0) == "/proc/meminfo: errno 13")
    after.sample(failing: .system(code: 13), at: 4)
    #expect(after.values == [nil])
  }
}
