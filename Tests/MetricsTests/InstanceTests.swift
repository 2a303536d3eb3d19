// What can stand in the parentheses on a host, and what is said of what cannot.

import Language
import Testing

@testable import Metrics

@Suite struct InstanceTests {
  private struct Case: CustomTestStringConvertible, Sendable {
    let source: String
    let text: String
    let usual: String
    let others: String
    var testDescription: String { "\(source): \(text)" }

    init(_ source: String, _ text: String, _ usual: String, but others: String = "") {
      self.source = source
      self.text = text
      self.usual = usual
      self.others = others
    }
  }

  @Test(arguments: [
    Case("cpu", "cpu  1 2 3 4\ncpu0 1 2 3 4\ncpu2 1 2 3 4\n", "0 2"),
    Case("cpu", "cpu  1 2 3 4\n", ""),
    Case("cpu", "", "-"),
    // Disks before partitions, whatever is idle last.
    Case("disk", "8 0 sda 1 2\n8 1 sda1 1 2\n8 16 sdb 0 0\n7 0 loop0 0 0\n", "sda sdb sda1", but: "loop0"),
    Case("disk", "7 0 loop0 5 0\n7 1 loop1 0 0\n254 0 vda 1 2\n", "vda loop0", but: "loop1"),
    Case(
      "disk", "1 0 ram0 0 0\n253 0 zram0 0 0\n11 0 sr0 0 0\n2 0 fd0 0 0\n43 0 nbd0 0 0\n", "",
      but: "ram0 zram0 sr0 fd0 nbd0"),
    Case("disk", "259 0 nvme0n1 1 2\n259 1 nvme0n1p1 1 2\n259 2 nvme0n12 1 2\n", "nvme0n1 nvme0n12 nvme0n1p1"),
    Case("disk", "104 0 cciss/c0d0 1 2\n104 1 cciss/c0d0p1 1 2\n", "cciss/c0d0 cciss/c0d0p1"),
    Case("disk", "179 0 mmcblk0 1 2\n179 1 mmcblk0p1 1 2\n179 8 mmcblk0boot0 0 0\n", "mmcblk0 mmcblk0boot0 mmcblk0p1"),
    Case("disk", "8 0 sda 1 2\n65 160 sdaa 1 2\n9 0 md0 1 2\n253 3 dm-3 1 2\n", "sda sdaa md0 dm-3"),
    Case("disk", "8 0 sda", ""),
    Case("disk", "", ""),
    Case("disk", "garbage\n", "-"),
    Case(
      "filesystem", "27 1 254:1 / / rw - ext4 /dev/vda1 rw\n23 27 0:21 / /proc rw - proc proc rw\n", "/", but: "/proc"),
    // What is in memory comes behind, however it is called.
    Case(
      "filesystem",
      "30 27 0:25 / /a rw - tmpfs tmpfs rw\n31 27 8:1 / /var rw - xfs /dev/sda1 rw\n27 1 8:2 / / rw - xfs /dev/sda2 rw\n",
      "/ /var /a"),
    // The same file system twice: the whole of it, or the first.
    Case(
      "filesystem", "45 28 8:80 /home /home rw - ext4 /dev/sdf rw\n44 28 8:80 / /srv/data rw - ext4 /dev/sdf rw\n",
      "/srv/data", but: "/home"),
    Case(
      "filesystem", "45 28 0:31 /@ / rw - btrfs /dev/sda rw\n44 28 0:31 /@home /home rw - btrfs /dev/sda rw\n",
      "/", but: "/home"),
    // A mount upon another hides it.
    Case(
      "filesystem", "45 28 0:31 / /a rw - autofs auto rw\n46 28 0:47 / /a rw - nfs4 10.0.0.7:/export rw\n", "/a"),
    Case("filesystem", "45 28 0:47 / /a rw - nfs4 srv:/a rw\n46 28 0:31 / /a rw - autofs auto rw\n", "", but: "/a"),
    Case(
      "filesystem", "45 28 0:60 / / rw - overlay overlay rw\n46 28 0:61 / /merged rw - overlay overlay rw\n",
      "/", but: "/merged"),
    Case("filesystem", "45 28 7:0 / /snap/core/1 ro - squashfs /dev/loop0 ro\n", "", but: "/snap/core/1"),
    Case("filesystem", "45 28 8:1 / /a\\040b rw shared:1 master:2 - ext4 /dev/sda1 rw\n", "/a b"),
    Case("filesystem", "45 28 8:1 / /a rw\n", "", but: "/a"),
    Case("filesystem", "45 28 8:1 / /a rw - ext4 /dev/sda1 rw", "-"),
    Case("filesystem", "", "-"),
    Case("network", "Inter-| x\n face | x\n lo: 1 2\neth0: 1 2\neth1: 0 0\n", "eth0", but: "lo eth1"),
    Case("network", "Inter-| x\n face | x\nvethab: 1 2\nsit0: 0 0 0 0 0 0 0 0 5\n", "sit0", but: "vethab"),
    Case("network", "Inter-| x\n face | x\n", ""),
    Case("network", "eth0: 1 2\n", "-"),
    Case(
      "listener",
      """
        sl  local_address rem_address   st tx_queue rx_queue
         0: 0100007F:1F90 00000000:0000 0A 00000000:00000003 00:00000000
         1: 0100007F:1F91 0100007F:ABC2 01 00000000:00000000 00:00000000
        sl  local_address  remote_address st
         0: 00000000000000000000000000000000:01BB 00000000000000000000000000000000:0000 0A 00000000:00000001

      """, "443 8080"),
    Case("listener", "  sl  local_address rem_address\n", ""),
    Case("listener", "", "-"),
  ])
  private func listed(row: Case) throws {
    let found = try listing(row.source).instances(inText: row.text)
    #expect(found.map { shown($0.usual) } ?? "-" == row.usual)
    #expect(found.map { shown($0.others) } ?? "" == row.others)
  }

  @Test func ofARecordedHost() throws {
    let host = try #require(FixtureHost.all.first { $0.name == "5.10-large" })
    func found(_ source: String) throws -> Instances {
      let listing = try listing(source)
      let text = listing.inputs.flatMap { host.contents(of: $0, later: false) ?? [] }
      return try #require(listing.instances(inText: String(decoding: text, as: UTF8.self)))
    }
    let disks = try found("disk")
    #expect(disks.usual.prefix(3) == [.text("sda"), .text("sdb"), .text("sdc")])
    #expect(
      shown(disks.usual.suffix(12))
        == "nvme0n1 nvme1n1 dm-0 dm-1 dm-2 dm-3 cciss/c0d0 md0 sdaa1 nvme0n1p1 cciss/c0d0p1 nbd0")
    #expect(shown(disks.others) == "loop0")
    let mounts = try found("filesystem")
    #expect(
      shown(mounts.usual)
        == "/ /boot /mnt/nfs /srv/back\\slash /srv/data /srv/line\nfeed /srv/pool /srv/tab\tstop /srv/with blank")
    #expect(mounts.others.contains(.text("/home")) && mounts.others.contains(.text("/proc")))
    let interfaces = try found("network")
    #expect(shown(interfaces.usual) == "ens1f0 ens1f1 bond0 bond0.100 wg0")
    #expect(interfaces.others.count == 60 && interfaces.others.contains(.text("lo")))
    #expect(try found("cpu").usual.count == 62)
    #expect(shown(try found("listener").usual) == "443 8080")
  }

  @Test(
    arguments: [
      ("cpu", "cpu  1 2 3 4\ncpu0 1 2 3 4\n", .number(0), true),
      ("cpu", "cpu  1 2 3 4\ncpu0 1 2 3 4\n", .number(1), false),
      ("disk", "8 0 sda 1 2\n", .text("sda"), true),
      ("disk", "8 0 sda 1 2\n", .text("/dev/sda"), true),
      ("disk", "104 0 cciss/c0d0 1 2\n", .text("cciss!c0d0"), true),
      ("disk", "7 0 loop0 0 0\n", .text("loop0"), true),
      ("disk", "8 0 sda 1 2\n", .text("sdb"), false),
      ("listener", "  sl  local_address\n", .number(443), true),
      ("filesystem", "27 1 254:1 / / rw - ext4 /dev/vda1 rw\n", .text("/var"), nil),
    ] as [(String, String, Argument, Bool?)])
  func had(source: String, text: String, argument: Argument, has: Bool?) throws {
    let listing = try listing(source)
    let instances = try #require(listing.instances(inText: text))
    #expect(listing.has(argument, among: instances) == has)
  }

  @Test(
    arguments: [
      ("disk", "254 0 vda 1 2\n7 0 loop0 0 0\n", .text("sdz"), "this host has no disk 'sdz'; it has 'vda'"),
      ("disk", "7 0 loop0 0 0\n", .text("sdz"), "this host has no disk 'sdz', nor any other"),
      (
        "disk", "abcdefgh".map { "8 0 sd\($0) 1 2\n" }.joined() + "8 0 nvme0n1 1 2\n", .text("nvme0n"),
        "this host has no disk 'nvme0n'; it has 'nvme0n1', 'sda', 'sdb', 'sdc', 'sdd', 'sde' and 3 more"
      ),
      (
        "disk", "abcdef".map { "8 0 sd\($0) 1 2\n" }.joined(), .text("x"),
        "this host has no disk 'x'; it has 'sda', 'sdb', 'sdc', 'sdd', 'sde', 'sdf'"
      ),
      (
        "disk", "abcdefg".map { "8 0 sd\($0) 1 2\n" }.joined(), .text("x"),
        "this host has no disk 'x'; it has 'sda', 'sdb', 'sdc', 'sdd', 'sde', 'sdf' and 1 more"
      ),
      ("cpu", "cpu  1 2 3 4\ncpu0 1 2 3 4\n", .number(1), "this host has no processor 1; it has 0"),
      (
        "cpu", "cpu  1 2 3 4\n" + [0, 1, 2, 4, 6, 7].map { "cpu\($0) 1 2 3 4\n" }.joined(), .number(9),
        "this host has no processor 9; it has 0 to 2, 4, 6 to 7"
      ),
      (
        "filesystem", "27 1 8:1 / / rw - ext4 /dev/sda1 rw\n27 1 8:2 / /srv rw - ext4 /dev/sda2 rw\n", .text("/vra"),
        "this host has no path '/vra'; file systems are mounted at '/', '/srv'"
      ),
    ] as [(String, String, Argument, String)])
  func warnings(source: String, text: String, argument: Argument, warning: String) throws {
    let listing = try listing(source)
    let instances = try #require(listing.instances(inText: text))
    #expect(listing.warning(argument, among: instances) == warning)
  }

  @Test func whatHasNoListHasNone() {
    for (place, source) in Catalogue.host.sources.enumerated() {
      let hasList = ["cpu", "filesystem", "disk", "network", "listener"].contains(source.name)
      #expect((InstanceListing.of(source: place) != nil) == hasList, "\(source.name)")
    }
    #expect(InstanceListing.of(source: -1) == nil && InstanceListing.of(source: definitions.count) == nil)
  }

  private func listing(_ source: String) throws -> InstanceListing {
    let place = try #require(Catalogue.host.sources.firstIndex { $0.name == source })
    return try #require(InstanceListing.of(source: place))
  }
}

extension InstanceListing {
  fileprivate func instances(inText text: String) -> Instances? {
    let bytes = Array(text.utf8)
    return instances(in: bytes.span)
  }
}

private func shown(_ arguments: some Sequence<Argument>) -> String {
  arguments.map {
    switch $0 {
    case .number(let number): "\(number)"
    case .text(let text): text
    }
  }.joined(separator: " ")
}
