// The mount points of this host: of each file system one, those on a device or in the network first, then those in memory.

import Language
import Text

extension InstanceListing {
  /// Mount points. Any path is on some file system, so that an argument need not be one of them.
  static let mountPoints = InstanceListing(
    "path", in: MountTable.input, introduction: "file systems are mounted at", isComplete: false,
    parse: mountPoints(in:))

  private struct Mount: Hashable {
    let point: String
    let device: [UInt8]
    let isWhole: Bool
    let rank: Rank
  }

  private enum Rank { case device, memory, other }

  private static func mountPoints(in lines: Span<UInt8>) -> Instances? {
    let mounts = mounts(in: lines)
    guard !mounts.isEmpty else { return nil }
    let chosen = onePerFileSystem(mounts)
    func arguments(_ mounts: [Mount]) -> [Argument] { mounts.map { $0.point }.sorted().map { .text($0) } }
    return Instances(
      usual: arguments(chosen.filter { $0.rank == .device }) + arguments(chosen.filter { $0.rank == .memory }),
      others: arguments(mounts.filter { $0.rank == .other || !chosen.contains($0) }))
  }

  /// What is mounted, each mount point once: what was mounted last hides the others.
  private static func mounts(in lines: Span<UInt8>) -> [Mount] {
    var mounts: [Mount] = []
    var places: [String: Int] = [:]
    var cursor = Cursor()
    while !cursor.isAtEnd(of: lines) {
      if let line = MountLine(&cursor, in: lines) {
        let point = String(decoding: lines.unescaped(line.point), as: UTF8.self)
        let mount = Mount(
          point: point, device: lines.bytes(in: line.device), isWhole: lines.equals("/", in: line.root),
          rank: rank(lines.bytes(in: line.type), at: point))
        if let place = places[point] {
          mounts[place] = mount
        } else {
          places[point] = mounts.count
          mounts.append(mount)
        }
      }
      cursor.skipLine(in: lines)
    }
    return mounts
  }

  /// Of the mounts of each file system the one that shows it whole, or else the first: bind mounts and subvolumes go.
  private static func onePerFileSystem(_ mounts: [Mount]) -> Set<Mount> {
    var chosen: [[UInt8]: Mount] = [:]
    for mount in mounts {
      if let known = chosen[mount.device], known.isWhole || !mount.isWhole { continue }
      chosen[mount.device] = mount
    }
    return Set(chosen.values)
  }

  /// Of overlays only the root of this container counts: the others are containers that share what is below them. Images
  /// that are packed once are always full.
  private static func rank(_ type: [UInt8], at point: String) -> Rank {
    func isAny(of types: [String]) -> Bool { types.contains { type.elementsEqual($0.utf8) } }
    // Version 1 of control groups has one to mount its trees in.
    if isAny(of: ["tmpfs"]) { return point.hasPrefix("/sys/") ? .other : .memory }
    if isAny(of: ["overlay", "aufs"]) { return point == "/" ? .device : .other }
    return isAny(of: pseudo) || isAny(of: images) || type.isEmpty ? .other : .device
  }

  /// File systems that are an interface to the kernel or to a program, and hold nothing.
  private static let pseudo = [
    "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs", "efivarfs",
    "fuse.gvfsd-fuse", "fuse.lxcfs", "fuse.portal", "fuse.snapfuse", "fusectl", "hugetlbfs", "mqueue", "nfsd", "nsfs",
    "proc", "pstore", "ramfs", "resctrl", "rootfs", "rpc_pipefs", "securityfs", "selinuxfs", "smackfs", "sysfs",
    "tracefs",
  ]

  private static let images = ["cramfs", "erofs", "iso9660", "romfs", "squashfs", "udf"]
}
