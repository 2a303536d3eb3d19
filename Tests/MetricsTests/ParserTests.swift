// One table for each kernel file: what a text means, or that it is not that file.

import Testing

@testable import Metrics

/// A row of a table: a text, and what is read from it, as text; "-" where it is refused.
struct Row: CustomTestStringConvertible, Sendable {
  let text: String
  let meaning: String
  var testDescription: String { text }

  init(_ text: String, _ meaning: String) {
    self.text = text
    self.meaning = meaning
  }
}

private let huge = "18446744073709551616"  // 2^64

@Suite struct ParserTests {
  @Test(arguments: [
    Row("cpu  1 2 3 4 5 6 7 8 9 10\n", "all 10 [] running - blocked -"),
    Row("cpu  1 2 3 4\n", "all 4 [] running - blocked -"),
    Row("cpu  1 2 3\n", "-"),
    Row("cpu  1 2 3 4 5 6 7 8 9 10 11 12\n", "all 10 [] running - blocked -"),
    Row("cpu  1 2 3 4 x\n", "-"),
    Row("cpu  1 2 3 \(huge)\n", "-"),
    Row("cpu  1 2 -3 4\n", "-"),
    Row("cpu  1 2 3 4", "-"),
    Row("cpu\n", "-"),
    Row("", "-"),
    Row("\n\n\n", "-"),
    Row("MemTotal: 12 kB\n", "-"),
    Row("cpu  1 2 3 4\ncpu0 1 2 3 4\ncpu2 1 2 3 4\n", "all 4 [0, 2] running - blocked -"),
    Row("cpu  1 2 3 4\ncpu1 1 2 3\ncpu2 1 2 3 4\n", "all 4 [2] running - blocked -"),
    Row("cpu  1 2 3 4\ncpu2 1 2 3 4\ncpu1 1 2 3 4\ncpu2 1 2 3 4\n", "all 4 [2] running - blocked -"),
    Row("cpu  1 2 3 4\ncpu\(huge) 1 2 3 4\n", "all 4 [] running - blocked -"),
    Row("cpu  1 2 3 4\nprocs_running 3\nprocs_blocked 1\n", "all 4 [] running 3 blocked 1"),
    Row("cpu  1 2 3 4\nprocs_running 3\nprocs_blocked 1", "all 4 [] running 3 blocked -"),
    Row("cpu  1 2 3 4\nprocs_running x\nprocs_waiting 9\n", "all 4 [] running - blocked -"),
  ])
  func processorTimes(row: Row) {
    let found = ProcessorTimes().reading(row.text)
    #expect(
      row.meaning
        == found.map {
          "all \($0.all!.count) \($0.processors.map { $0.number }) running \(shown($0.running)) blocked \(shown($0.blocked))"
        } ?? "-")
  }

  @Test func processorsAreFoundByNumber() throws {
    let text = "cpu  1 1 1 1\n" + [0, 2, 3, 700].map { "cpu\($0) \($0) 1 1 1\n" }.joined()
    let found = try #require(ProcessorTimes().reading(text))
    #expect([0, 2, 3, 700].map { found.ticks(of: $0)?[0] } == [0, 2, 3, 700])
    #expect([1, 4, 699, 701, -1, Int.max, Int.min].allSatisfy { found.ticks(of: $0) == nil })
    #expect(found.ticks(of: nil)?[0] == 1)
  }

  @Test(arguments: [
    Row("0.53 0.98 1.20 3/1279 6264\n", "0.53 0.98 1.2 1279"),
    Row("0 1 2 3/4 5 new columns\n", "0.0 1.0 2.0 4"),
    Row("0.53 0.98 1.20 3/1279 6264", "-"),
    Row("0.53 0.98 1.20 3\n", "-"),
    Row("0.53 0.98\n", "-"),
    Row("-0.53 0.98 1.20 3/1279 6264\n", "-"),
    Row("nan 0.98 1.20 3/1279 6264\n", "-"),
    Row("\(String(repeating: "9", count: 400)) 0.98 1.20 3/1279 6264\n", "-"),
    Row("9007199254740992.5 0.98 1.20 3/1279 6264\n", "-"),
    Row("0.53 0.98 1.20 3/\(huge) 6264\n", "-"),
    Row("", "-"),
    Row("\n", "-"),
  ])
  func loadAverages(row: Row) {
    let found = LoadAverages().reading(row.text)
    #expect(row.meaning == found.map { "\($0.oneMinute) \($0.fiveMinutes) \($0.fifteenMinutes) \($0.tasks)" } ?? "-")
  }

  @Test(arguments: [
    Row(
      "MemTotal:       4 kB\nMemFree:  1 kB\nMemAvailable:   3 kB\n", "4096.0 free 1024.0 available 3072.0 used 1024.0"),
    Row("MemTotal: 4 kB\n", "4096.0 free - available - used -"),
    Row("MemAvailable: 9 kB\nMemTotal: 4 kB\n", "4096.0 free - available 9216.0 used 0.0"),
    Row("MemTotal: 4 kB\nMemFree: 1\n", "4096.0 free - available - used -"),
    Row("MemTotal: 4 kB\nMemFree: 1 MB\n", "4096.0 free - available - used -"),
    Row("MemTotal: 4 kB\nMemFree: \(huge) kB\n", "4096.0 free - available - used -"),
    Row("MemTotal: 4 kB\nMemFree: -1 kB\n", "4096.0 free - available - used -"),
    Row("MemTotal: 4 kB\nMemFree: 1 k", "4096.0 free - available - used -"),
    Row("MemTotal: 4 kB\nMemFreed: 1 kB\nUnknown: 3 kB\n", "4096.0 free - available - used -"),
    Row("MemTotal: 0 kB\n", "-"),
    Row("MemFree: 1 kB\n", "-"),
    Row("", "-"),
    Row("garbage\n", "-"),
  ])
  func memoryInformation(row: Row) {
    let found = MemoryInformation().reading(row.text)
    #expect(
      row.meaning
        == found.map {
          "\($0.total!) free \(shown($0.free)) available \(shown($0.available)) used \(shown($0.used))"
        } ?? "-")
  }

  @Test(arguments: [
    Row("nr_free_pages 1\npswpin 5\npswpout 6\noom_kill 7\n", "in 5 out 6 kills 7"),
    Row("nr_free_pages 1\n", "in - out - kills -"),
    Row("pswpin 5\npswpout \(huge)\noom_kill x\n", "in 5 out - kills -"),
    Row("pswpin 5\npswpout 6", "in 5 out - kills -"),
    Row("pswpin_zero 5\noom_killer 6\n", "in - out - kills -"),
    Row("", "-"),
    Row("garbage\n", "-"),
  ])
  func virtualMemoryEvents(row: Row) {
    let found = VirtualMemoryEvents().reading(row.text)
    #expect(
      row.meaning
        == found.map {
          "in \(shown($0.pagesSwappedIn)) out \(shown($0.pagesSwappedOut)) kills \(shown($0.kills))"
        } ?? "-")
  }

  @Test(arguments: [
    Row(
      "some avg10=2.02 avg60=4.36 avg300=4.77 total=49976239\nfull avg10=0.10 avg60=0.00 avg300=0.00 total=7\n",
      "some 2.02 4.36 4.77 49976239 full 0.1 0.0 0.0 7"),
    Row("some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n", "some 0.0 0.0 0.0 0 full -"),
    // Interrupts have this line alone.
    Row("full avg10=0.00 avg60=0.00 avg300=0.00 total=5\n", "some - full 0.0 0.0 0.0 5"),
    Row("some avg10=100.01 avg60=1.00 avg300=1.00 total=5 new=1\nmost x\n", "some 100.0 1.0 1.0 5 full -"),
    Row(
      "some avg10=0.00 avg60=0.00 avg300=0.00 total=1\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=",
      "some 0.0 0.0 0.0 1 full -"),
    Row("some avg10=0.00 avg60=0.00 total=1\n", "-"),
    Row("some avg10=-0.10 avg60=0.00 avg300=0.00 total=1\n", "-"),
    Row("some avg10=0.00 avg60=0.00 avg300=0.00 total=\(huge)\n", "-"),
    Row("some avg10=9007199254740992 avg60=0.00 avg300=0.00 total=1\n", "-"),
    Row("some\n", "-"),
    Row("something avg10=0.00 avg60=0.00 avg300=0.00 total=1\n", "-"),
    Row("", "-"),
    Row("garbage\n", "-"),
  ])
  func stallTimes(row: Row) {
    func shown(_ stall: StallTimes.Stall?) -> String {
      stall.map { "\($0.average10) \($0.average60) \($0.average300) \($0.total)" } ?? "-"
    }
    let found = StallTimes().reading(row.text)
    #expect(row.meaning == found.map { "some \(shown($0.some)) full \(shown($0.full))" } ?? "-")
  }

  @Test(arguments: [
    Row("   8       0 sda 1 2 3 4 5 6 7 8 9 10 11\n", "11"),
    Row("   8       0 sda 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20\n", "11"),
    Row("   8       0 sda 1 2 3 4\n", "4"),
    Row("   8       0 sda\n", "0"),
    Row("   8       0 sda 1 2 x 4\n", "absent"),
    Row("   8       0 sda 1 2 \(huge) 4\n", "absent"),
    Row("   8       0 sda 1 2 3 4 5 6", "absent"),
    Row("   8       0 sdaa 1 2 3\n   8  1 sda1 1 2 3\n   8 2 sd 1 2 3\n", "absent"),
    Row("   8       0 sdb 1 2 3\n   8       0 sda 1 2\n", "2"),
    Row("", "absent"),
    Row("\n", "-"),
    Row("garbage\n", "-"),
    Row("8 sda 1 2 3 4\n", "-"),
  ])
  func diskStatistics(row: Row) {
    var watching = DiskStatistics()
    let place = watching.devices.watch(Array("sda".utf8))
    let found = watching.reading(row.text)
    #expect(row.meaning == found.map { $0.devices[place].map { "\($0.count)" } ?? "absent" } ?? "-")
  }

  @Test func aDeviceThatVanishesIsAbsent() throws {
    var disks = DiskStatistics()
    let place = disks.devices.watch(Array("sda".utf8))
    let another = disks.devices.watch(Array("sdb".utf8))
    let again = disks.devices.watch(Array("sda".utf8))
    #expect(another != place && again == place)
    let found = try #require(disks.reading("8 0 sda 1 2 3\n"))
    #expect(found.devices[place] != nil)
    #expect(try #require(found.reading("8 16 sdb 1 2 3\n")).devices[place] == nil)
  }

  @Test(arguments: [
    Row("Inter-|\n face |\n  eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n", "16"),
    Row("Inter-|\n face |\n  eth0:1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n", "16"),
    Row("Inter-|\n face |\n  eth0: 1 2 3\n", "3"),
    Row("Inter-|\n face |\n  eth0: 1 x 3\n", "absent"),
    Row("Inter-|\n face |\n  eth0: 1 \(huge) 3\n", "absent"),
    Row("Inter-|\n face |\n  eth01: 1 2 3\n  eth: 1 2 3\n  eth0.1: 1 2 3\n", "absent"),
    Row("Inter-|\n face |\n  eth0 : 1 2 3\n  eth0 1 2 3\n  : 1 2 3\n", "absent"),
    Row("Inter-|\n face |\n  eth0: 1 2 3", "absent"),
    Row("Inter-|\n", "absent"),
    Row("  eth0: 1 2 3\n", "-"),
    Row("MemTotal: 12 kB\n", "-"),
    Row("", "-"),
  ])
  func interfaceStatistics(row: Row) {
    var watching = InterfaceStatistics()
    let place = watching.interfaces.watch(Array("eth0".utf8))
    let found = watching.reading(row.text)
    #expect(row.meaning == found.map { $0.interfaces[place].map { "\($0.count)" } ?? "absent" } ?? "-")
  }

  @Test(arguments: [
    Row("up\n", "true"), Row("unknown\n", "true"), Row("down\n", "false"), Row("dormant\n", "false"),
    Row("lowerlayerdown\n", "false"), Row("notpresent\n", "false"), Row("testing\n", "false"),
    Row("upper\n", "-"), Row("1\n", "-"), Row("up", "-"), Row("\n", "-"), Row("", "-"),
  ])
  func operationalState(row: Row) {
    #expect(row.meaning == OperationalState().reading(row.text).map { "\($0.isUp)" } ?? "-")
  }

  @Test(arguments: [
    Row("25165824\n", "25165824"), Row("0\n", "0"), Row("18446744073709551615\n", "18446744073709551615"),
    Row("max\n", "none"), Row("-1\n", "none"), Row("\(huge)\n", "-"), Row("12x\n", "-"), Row("12", "-"),
    Row("", "-"), Row("\n", "-"), Row("garbage\n", "-"),
  ])
  func kernelNumber(row: Row) {
    let found = KernelNumber().reading(row.text)
    #expect(row.meaning == found.map { $0.number.map { "\($0)" } ?? "none" } ?? "-")
  }

  @Test(arguments: [
    Row("Tcp: A B C\nTcp: 1 2 3\n", "2"),
    Row("Tcp: B\nTcp: 2 3\n", "2"),
    Row("Ip: B\nIp: 7\nTcp: A B\nTcp: -1 2\nUdp: B\nUdp: 8\n", "2"),
    // A later pair with the same name is read too.
    Row("Tcp: A\nTcp: 1\nTcp: B\nTcp: 2\n", "2"),
    Row("Tcp: A B\nTcp: 1\n", "absent"),
    Row("Tcp: A B\nTcp: 1 -2\n", "absent"),
    Row("Tcp: A B\nTcp: 1 \(huge)\n", "absent"),
    Row("Tcp: A B\nTcp: 1 2", "-"),
    Row("Tcp: A BB\nTcp: 1 2\n", "absent"),
    Row("Tcpx: A B\nTcpx: 1 2\n", "absent"),
    Row("Tcp: A B\nUdp: 1 2\n", "-"),
    Row("TcpExt: A B\nTcp: A B\nTcp: 1 2\n", "2"),
    Row("Tcp A B\nTcp 1 2\n", "-"),
    Row("Tcp: A B\n\nTcp: 1 2\n", "-"),
    Row("\n\n", "-"),
    Row("", "-"),
  ])
  func protocolCounters(row: Row) {
    var watching = ProtocolCounters()
    let place = watching.watch(.init("Tcp:", "B"))
    #expect(row.meaning == watching.reading(row.text).map { $0[place].map { "\($0)" } ?? "absent" } ?? "-")
  }

  @Test(arguments: [
    Row("sockets: used 39\nTCP: inuse 1 orphan 2 tw 3 alloc 4 mem 5\n", "orphans 2 waits 3 pages 5"),
    Row("sockets: used 39\nTCP: mem 5 new 6 tw 3\nUDP: inuse 7 mem 8\n", "orphans - waits 3 pages 5"),
    Row("sockets: used 39\nTCP: inuse 1 orphan -2 tw \(huge)\n", "orphans - waits - pages -"),
    Row("sockets: used 39\nTCP6: tw 3\n", "orphans - waits - pages -"),
    Row("sockets: used 39\nTCP: inuse 1 orphan 2 tw", "orphans - waits - pages -"),
    Row("TCP: inuse 1 orphan 2 tw 3 alloc 4 mem 5\n", "-"),
    Row("", "-"),
    Row("garbage\n", "-"),
  ])
  func socketStatistics(row: Row) {
    let found = SocketStatistics().reading(row.text)
    #expect(
      row.meaning
        == found.map { "orphans \(shown($0.orphans)) waits \(shown($0.timeWaits)) pages \(shown($0.pages))" } ?? "-")
  }

  @Test(arguments: [
    Row("287901\t383870\t575802\n", "287901 383870 575802"), Row("1 2 3 4\n", "1 2 3"), Row("1 2\n", "-"),
    Row("1 2 -3\n", "-"), Row("1 2 \(huge)\n", "-"), Row("1\t2\t3", "-"), Row("", "-"), Row("garbage\n", "-"),
  ])
  func kernelTriple(row: Row) {
    #expect(row.meaning == KernelTriple().reading(row.text).map { "\($0.first) \($0.second) \($0.third)" } ?? "-")
  }

  @Test(arguments: [
    Row("usage_usec 5\nuser_usec 3\nnr_periods 7\nnr_throttled 2\nthrottled_usec 9\n", "used 5 periods 7 throttled 2"),
    Row("usage_usec 5\nuser_usec 3\n", "used 5 periods - throttled -"),
    Row("nr_periods 7\nnr_throttled \(huge)\nthrottled_time 9\n", "used - periods 7 throttled -"),
    Row("usage_usec 5\nnr_periods 7", "used 5 periods - throttled -"),
    Row("usage_usec x\n", "-"),
    Row("user_usec 3\n", "-"),
    Row("", "-"),
  ])
  func groupProcessorStatistics(row: Row) {
    let found = GroupProcessorStatistics().reading(row.text)
    #expect(
      row.meaning
        == found.map {
          "used \(shown($0.microseconds)) periods \(shown($0.periods)) throttled \(shown($0.throttledPeriods))"
        } ?? "-")
  }

  @Test(arguments: [
    Row("50000 100000\n", "0.5"), Row("max 100000\n", "none"), Row("150000 50000\n", "3.0"), Row("0 100000\n", "-"),
    Row("50000 0\n", "-"), Row("50000\n", "-"), Row("max\n", "-"), Row("\(huge) 1\n", "-"), Row("50000 100000", "-"),
    Row("", "-"),
  ])
  func groupQuota(row: Row) {
    #expect(row.meaning == GroupQuota().reading(row.text).map { $0.processors.map { "\($0)" } ?? "none" } ?? "-")
  }

  @Test(arguments: [
    Row("anon 1\nfile 2\ninactive_file 3\nactive_file 4\n", "3"),
    Row("inactive_file 3\ntotal_inactive_file 9\n", "9"),
    Row("total_inactive_file 9\ninactive_file 3\n", "9"),
    Row("inactive_file 3\ntotal_inactive_file x\n", "3"),
    Row("inactive_file \(huge)\n", "-"), Row("inactive_files 3\n", "-"), Row("inactive_file 3", "-"), Row("", "-"),
  ])
  func groupMemoryStatistics(row: Row) {
    #expect(row.meaning == GroupMemoryStatistics().reading(row.text).map { shown($0.inactiveFiles) } ?? "-")
  }

  @Test(
    arguments: [
      ("36 35 98:0 / /mnt/a rw - ext4 /dev/sdb rw\n", "/mnt/a", true),
      ("36 35 98:0 / /mnt/ab rw - ext4 /dev/sdb rw\n", "/mnt/a", false),
      ("36 35 98:0 / /mnt rw - ext4 /dev/sdb rw\n", "/mnt/a", false),
      ("36 35 98:0 /mnt/a / rw - ext4 /dev/sdb rw\n", "/mnt/a", false),
      ("36 35 98:0 / /a\\040b rw - ext4 /dev/sdb rw\n", "/a b", true),
      ("36 35 98:0 / /a\\040b rw - ext4 /dev/sdb rw\n", "/a\\040b", false),
      ("36 35 98:0 / /a\\134040b rw - ext4 /dev/sdb rw\n", "/a\\040b", true),
      ("36 35 98:0 / /a\\011\\012\\134 rw - ext4 /dev/sdb rw\n", "/a\t\n\\", true),
      ("36 35 98:0 / /a\\04 rw - ext4 /dev/sdb rw\n", "/a\\04", true),
      ("36 35 98:0 / /a\\777 rw - ext4 /dev/sdb rw\n", "/a\\777", true),
      ("36 35 98:0 / /mnt/a\n", "/mnt/a", true),
      ("36 35 98:0 / /mnt/a", "/mnt/a", nil),
      ("36 35 98:0\n", "/mnt/a", nil),
      ("36 35 98:0 / mnt/a rw\n", "mnt/a", nil),
      ("", "/mnt/a", nil),
    ] as [(String, String, Bool?)])
  func mountTable(text: String, path: String, isMounted: Bool?) {
    var watching = MountTable()
    let place = watching.watch(Array(path.utf8))
    #expect(watching.reading(text)?.isMounted(at: place) == isMounted)
  }

  @Test(arguments: [
    Row("689.33 1321.62\n", "689.33"),
    Row("689\n", "689.0"),
    Row("689.33 1321.62", "-"),
    Row("-1.0 0\n", "-"),
    Row("x\n", "-"),
    Row("9007199254740992 0\n", "-"),
    Row("", "-"),
  ])
  func uptime(row: Row) {
    let found = Uptime().reading(row.text)
    #expect(row.meaning == found.map { "\($0.seconds)" } ?? "-")
  }
}

private func shown<Number>(_ number: Number?) -> String { number.map { "\($0)" } ?? "-" }
