// filesystem(PATH): space and inodes of the file system that a path is on.
//
// df(1) shows used / (used + available) as Use%, so that space reserved for root counts as full for everybody else. Here
// the whole is the size of the file system: at 5% reserved, `used` is 95% where df says 100%. What unprivileged programs
// can still write is `available`.

import Language

extension Definition {
  static let filesystem = Definition(
    "filesystem", .path(label: "PATH", example: "/var"), of: .mountPoints, help: "the file system that PATH is on",
    [
      Metric(
        "used", .bytes, of: size, "in use; percent of the size, where df(1) leaves out what is reserved for root",
        space { $0.blocks - $0.blocksFree }),
      Metric("available", .bytes, of: size, "free for unprivileged users", space { $0.blocksAvailable }),
      Metric("free", .bytes, of: size, "free, what is reserved for root included", space { $0.blocksFree }),
      Metric("size", .bytes, "all of it", size),
      Metric(
        "inodes_used", .number, of: inodes, "files and directories there are", inode { $0.inodes - $0.inodesFree }),
      Metric(
        "inodes_free", .number, of: inodes, "files and directories that can still be made", inode { $0.inodesFree }),
      Metric("read_only", .yesNo, "mounted read-only, by choice or after an error", readOnly),
      Metric("mounted", .yesNo, "PATH itself is a mount point; symbolic links are not followed", mounted),
    ])

  /// Counts of blocks, made whole: none is more than there are.
  private static func space(_ blocks: @escaping @Sendable (FilesystemFacts) -> UInt64) -> Origin {
    Origin { arguments, inputs in
      let state = inputs.filesystem(arguments.text)
      return { () throws(Gap) in
        let facts = try state.latest()
        guard facts.blocks > 0, facts.blockSize > 0 else { throw state.missing("a file system without a size") }
        return Double(blocks(facts.limited)) * Double(facts.blockSize)
      }
    }
  }

  private static let size = space { $0.blocks }

  private static func inode(_ inodes: @escaping @Sendable (FilesystemFacts) -> UInt64) -> Origin {
    Origin { arguments, inputs in
      let state = inputs.filesystem(arguments.text)
      return { () throws(Gap) in
        let facts = try state.latest()
        guard facts.inodes > 0 else { throw state.missing("a file system that does not count inodes") }
        return Double(inodes(facts.limited))
      }
    }
  }

  private static let inodes = inode { $0.inodes }

  private static let readOnly = Origin { arguments, inputs in
    let state = inputs.filesystem(arguments.text)
    return { () throws(Gap) in try state.latest().readOnly ? 1 : 0 }
  }

  private static let mounted = Origin { arguments, inputs in
    let file: KernelFile<MountTable> = inputs.file()
    let path = mountPoint(arguments.text)
    let place = file.configure { $0.watch(path) }
    return { () throws(Gap) in try file.value("not there") { $0.isMounted(at: place) ? 1 : 0 } }
  }
}

extension FilesystemFacts {
  /// The same with no part larger than its whole. Some network file systems report what is available as a negative
  /// number when it is used up, which arrives here as a huge one.
  fileprivate var limited: FilesystemFacts {
    var facts = self
    facts.blocksFree = min(blocksFree, blocks)
    facts.blocksAvailable = blocksAvailable >> 63 == 1 ? 0 : min(blocksAvailable, blocks)
    facts.inodesFree = min(inodesFree, inodes)
    return facts
  }
}

/// A path as the kernel writes a mount point: single slashes, none at the end.
func mountPoint(_ path: String) -> [UInt8] {
  var point: [UInt8] = []
  for byte in path.utf8 where byte != 0x2F || point.last != 0x2F { point.append(byte) }
  if point.count > 1, point.last == 0x2F { point.removeLast() }
  return point
}
