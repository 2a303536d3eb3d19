// What the sampler must fetch from the kernel, and how what it fetched may fail.

/// The trees that `paths:` can move.
public enum Root: Hashable, Sendable {
  /// `/proc`
  case proc
  /// `/proc/net`: the network as this process sees it. Where `/proc` is moved, it is the one of a host whose trees are
  /// mounted in a container; `net` there would still be this container's network, and `1/net` is the host's, as are the
  /// interfaces in its `/sys`.
  case net
  /// `/sys`
  case sys
}

/// Something to be read once in each sample, whatever number of metrics comes from it.
public enum Input: Hashable, Sendable {
  /// A file of the kernel's, read whole from offset 0: its text goes to `Readings.accept(_:_:)`.
  /// `path` is relative to its root: `stat`, `self/mountinfo`.
  case file(root: Root, path: String)
  /// statvfs(3) of a path, which can hang and is therefore asked of the helper process.
  case filesystem(path: String)
  /// stat(2) of a file, by the helper process.
  case status(path: String)
  /// The beginning of a regular file, read by the helper process: its text goes to `Readings.accept(_:_:)`.
  case contents(path: String)
  /// The entries of a directory, counted by the helper process; with `ages`, each is looked at.
  case directory(path: String, ages: Bool)
  /// The sockets that listen at a port or a path, and their connections: asked by the helper process, because the kernel
  /// may have to look at very many.
  case listener(ListenerQuestion)
  /// All processes of a name: looked for by the helper process, because there can be very many.
  case processes(ProcessQuestion)
  /// The process whose number stands in a file of the user's, read by the helper process.
  case pidfile(path: String, wantsFiles: Bool)
  /// The local time, which people set, and which jumps twice a year.
  case clock
  /// The load balancers that probe a service: only the daemon itself knows.
  case balancers(service: String)
  /// A probe of the rule file: what came of its attempts goes to `Readings.accept(_:_:)`, whenever one has ended.
  case probe(Probe)
}

/// Where the kernel's trees are mounted.
public struct Roots: Hashable, Sendable {
  /// Directory of the process file system, without a slash at the end.
  public let proc: String
  /// Directory of the device file system, without a slash at the end.
  public let sys: String

  /// Roots; those of an ordinary host where nothing else is said.
  public init(proc: String = Roots.ordinary, sys: String = "/sys") {
    self.proc = proc
    self.sys = sys
  }

  /// Where the process file system is mounted everywhere but in a container that also has the host's.
  public static let ordinary = "/proc"

  /// The path to open, and to show to people. The clock and the load balancers, which have none, are
  /// shown as `clock` and `balancers`.
  public func path(of input: Input) -> String {
    switch input {
    case .file(.proc, let path): "\(proc)/\(path)"
    case .file(.net, let path): proc == Roots.ordinary ? "\(proc)/net/\(path)" : "\(proc)/1/net/\(path)"
    case .file(.sys, let path): "\(sys)/\(path)"
    case .filesystem(let path), .status(let path), .contents(let path), .directory(let path, _): path
    case .listener(let question):
      switch question.name {
      case .port(let port): "listener(\(Int(port)))"
      case .path(let path): String(decoding: path, as: UTF8.self)
      }
    case .processes(let question): "process(\"\(String(decoding: question.name, as: UTF8.self))\")"
    case .pidfile(let path, _): path
    case .clock: "clock"
    case .balancers: "balancers"
    case .probe(let probe): probe.question.subject
    }
  }
}

/// What statvfs(3) says of a file system. Counts are in units of `blockSize`.
public struct FilesystemFacts: Equatable, Sendable {
  /// Bytes in a block: `f_frsize`, not `f_bsize`.
  public var blockSize: UInt64
  /// `f_blocks`
  public var blocks: UInt64
  /// `f_bfree`
  public var blocksFree: UInt64
  /// `f_bavail`: what unprivileged users can still use.
  public var blocksAvailable: UInt64
  /// `f_files`; 0 where the file system does not count them (btrfs).
  public var inodes: UInt64
  /// `f_ffree`
  public var inodesFree: UInt64
  /// `f_flag & ST_RDONLY`
  public var readOnly: Bool

  /// All facts of one file system.
  public init(
    blockSize: UInt64, blocks: UInt64, blocksFree: UInt64, blocksAvailable: UInt64, inodes: UInt64,
    inodesFree: UInt64, readOnly: Bool
  ) {
    self.blockSize = blockSize
    self.blocks = blocks
    self.blocksFree = blocksFree
    self.blocksAvailable = blocksAvailable
    self.inodes = inodes
    self.inodesFree = inodesFree
    self.readOnly = readOnly
  }
}

/// What a clock on the wall shows.
public struct ClockFacts: Equatable, Sendable {
  /// 0 to 23.
  public var hour: Int
  /// 0 to 59.
  public var minute: Int
  /// 1, Monday, to 7, Sunday.
  public var weekday: Int

  /// A time of a day of the week.
  public init(hour: Int, minute: Int, weekday: Int) {
    self.hour = hour
    self.minute = minute
    self.weekday = weekday
  }
}

/// What the daemon knows of the load balancers of a service.
public struct BalancerFacts: Equatable, Sendable {
  /// How many addresses have probed the service within the last minute.
  public var count: Double

  /// So many addresses.
  public init(count: Int) { self.count = Double(count) }
}
