// Files by their names. Any of these calls can hang on a dead mount: names that a user chose belong to the helper.

internal import CLinux

/// What is known about a file without opening it. stat
public struct FileStatus: Equatable, Sendable {
  /// What a name stands for.
  public enum Kind: Sendable {
    /// Bytes on a disk, or a kernel file.
    case regular
    /// A directory.
    case directory
    /// A pipe with a name: opening it waits for the other side.
    case fifo
    /// A unix socket.
    case socket
    /// A device, or something newer.
    case other
  }

  /// What it is.
  public let kind: Kind
  /// Bytes; 0 for kernel files.
  public let size: Int
  /// When its contents last changed, since 1970.
  public let modified: Duration
  /// The device and the file's number on it, which together name a file once.
  public let device: UInt64
  /// The file's number on its device.
  public let number: UInt64
  /// Whether no name leads to it any more: it was deleted or replaced while it was open.
  public let isUnlinked: Bool

  init(_ status: stat) {
    switch Int32(status.st_mode) & S_IFMT {
    case S_IFREG: kind = .regular
    case S_IFDIR: kind = .directory
    case S_IFIFO: kind = .fifo
    case S_IFSOCK: kind = .socket
    default: kind = .other
    }
    size = Int(status.st_size)
    device = UInt64(status.st_dev)
    number = UInt64(status.st_ino)
    isUnlinked = status.st_nlink == 0
    modified = withUnsafePointer(to: status) {
      .seconds(clinux_modified_seconds($0)) + .nanoseconds(clinux_modified_nanoseconds($0))
    }
  }
}

/// How full a file system is. statvfs
public struct FileSystemStatus: Equatable, Sendable {
  /// Bytes in a block, the unit of the next three.
  public var blockSize: UInt64 = 0
  /// All blocks.
  public var blocks: UInt64 = 0
  /// Blocks that nobody uses.
  public var freeBlocks: UInt64 = 0
  /// Blocks that an ordinary user may still use.
  public var availableBlocks: UInt64 = 0
  /// All inodes; 0 where the file system has no fixed number of them.
  public var inodes: UInt64 = 0
  /// Inodes that nobody uses.
  public var freeInodes: UInt64 = 0
  /// Whether nothing can be written.
  public var isReadOnly = false

  /// Nothing is known yet.
  public init() {}
}

/// The calls that take a name.
public enum File {
  /// What to do with the opened file.
  public enum Access: Sendable {
    /// Read it. Never waits for the other side of a pipe.
    case reading
    /// Write it from its beginning: made with this mode if it is missing, emptied if it is there.
    case replacing(mode: UInt32)
    /// Write it: made with this mode, and an error if there is anything of that name.
    case creating(mode: UInt32)
    /// Write behind its end: made with this mode if it is missing.
    case appending(mode: UInt32)
    /// A directory, to be synced.
    case directory

    fileprivate var flags: Int32 {
      switch self {
      case .reading: O_RDONLY | O_NONBLOCK
      case .replacing: O_WRONLY | O_CREAT | O_TRUNC
      case .creating: O_WRONLY | O_CREAT | O_EXCL
      case .appending: O_WRONLY | O_CREAT | O_APPEND
      case .directory: O_RDONLY | O_DIRECTORY
      }
    }

    fileprivate var mode: UInt32 {
      switch self {
      case .replacing(let mode), .creating(let mode), .appending(let mode): mode
      case .reading, .directory: 0
      }
    }
  }

  /// Opens a file. open
  public static func open(_ path: String, for access: Access) throws(SystemError) -> Descriptor {
    let number = try check("open") {
      path.withCString { clinux_open($0, access.flags | O_CLOEXEC | O_NOCTTY, access.mode) }
    }
    return Descriptor(owning: number)
  }

  /// Looks at a file, through symbolic links. stat
  public static func stat(_ path: String) throws(SystemError) -> FileStatus {
    var status = CLinux.stat()
    try check("stat") { path.withCString { clinux_stat($0, &status) } }
    return FileStatus(status)
  }

  /// Whether this process may execute a file. access X_OK
  public static func isExecutable(_ path: String) -> Bool { path.withCString { access($0, X_OK) } == 0 }

  /// Asks how full the file system is on which a file lies. statvfs
  public static func statvfs(_ path: String) throws(SystemError) -> FileSystemStatus {
    var facts = CLinux.statvfs()
    try check("statvfs") { path.withCString { clinux_statvfs($0, &facts) } }
    var status = FileSystemStatus()
    status.blockSize = UInt64(facts.f_frsize)
    status.blocks = UInt64(facts.f_blocks)
    status.freeBlocks = UInt64(facts.f_bfree)
    status.availableBlocks = UInt64(facts.f_bavail)
    status.inodes = UInt64(facts.f_files)
    status.freeInodes = UInt64(facts.f_ffree)
    status.isReadOnly = facts.f_flag & UInt(ST_RDONLY) != 0
    return status
  }

  /// Gives a file another name, in place of what had that name, in one step. rename
  public static func rename(_ old: String, to new: String) throws(SystemError) {
    try check("rename") { old.withCString { old in new.withCString { CLinux.rename(old, $0) } } }
  }

  /// Gives a file another name beside the one that it has. Fails where something has that name. link
  public static func link(_ path: String, to other: String) throws(SystemError) {
    try check("link") { path.withCString { path in other.withCString { CLinux.link(path, $0) } } }
  }

  /// Takes a name away. unlink
  public static func unlink(_ path: String) throws(SystemError) {
    try check("unlink") { path.withCString { CLinux.unlink($0) } }
  }

  /// Makes a directory. mkdir
  public static func mkdir(_ path: String, mode: UInt32) throws(SystemError) {
    try check("mkdir") { path.withCString { CLinux.mkdir($0, mode) } }
  }
}

extension Descriptor {
  /// Looks at the open file. fstat
  public borrowing func stat() throws(SystemError) -> FileStatus {
    var status = CLinux.stat()
    let number = number
    try check("fstat") { fstat(number, &status) }
    return FileStatus(status)
  }

  /// Returns when the file's contents are on the disk; a directory's contents are its names. Can take long. fsync
  public borrowing func fsync() throws(SystemError) {
    let number = number
    try check("fsync") { CLinux.fsync(number) }
  }

  /// Reads the file from its beginning, however often, into the beginning of `bytes`, which grows as far as `limit`
  /// where the file does not fit, and never shrinks: a buffer that is used again allocates nothing. Returns how many
  /// bytes the file has; fails with EFBIG if it has more than `limit`, and with EAGAIN on a pipe without a writer.
  /// pread
  public borrowing func readWhole(into bytes: inout [UInt8], limit: Int) throws(SystemError) -> Int {
    var count = 0
    while true {
      if count == bytes.count {
        // A byte more than the limit is enough to see that there is more.
        guard count <= limit else { throw SystemError(code: EFBIG, call: "pread") }
        let size = Swift.min(Swift.max(count * 2, 4096), limit + 1)
        bytes.append(contentsOf: repeatElement(0, count: size - count))
      }
      switch try pread(into: &bytes, at: count, from: count) {
      case .done(let more): count += more
      case .ended:
        guard count <= limit else { throw SystemError(code: EFBIG, call: "pread") }
        return count
      case .wouldBlock: throw SystemError(code: EAGAIN, call: "pread")
      case .reset: throw SystemError(code: EPIPE, call: "pread")
      }
    }
  }
}
