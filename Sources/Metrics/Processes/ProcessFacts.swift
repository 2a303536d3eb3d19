// What is known of the processes that a name or a file stands for, and what a rule asks of them.

/// A name, and what is to be found out of the processes that have it.
public struct ProcessQuestion: Hashable, Sendable {
  /// The command name, or the last part of the path by which the program was called.
  public let name: [UInt8]
  /// Whether their open files are counted, which other users' processes show to few.
  public let wantsFiles: Bool

  /// A question.
  public init(_ name: [UInt8], wantsFiles: Bool) {
    self.name = name
    self.wantsFiles = wantsFiles
  }
}

/// Sums over some processes.
public struct ProcessFacts: Equatable, Sendable {
  /// How many there are.
  public var count: UInt64 = 0
  /// Processor time that they have used since some moment, in ticks: only the difference between two answers with the same
  /// `identity` means something.
  public var ticks: UInt64 = 0
  /// Of what moment on `ticks` are counted; 0 where not all processes have been looked at yet.
  public var identity: UInt64 = 0
  /// When this was so, since boot, on the monotonic clock.
  public var moment = Duration.zero
  /// Pages in memory; what several of them share is counted for each.
  public var residentPages: UInt64 = 0
  /// Threads.
  public var threads: UInt64 = 0
  /// How long ago the oldest of them started.
  public var age = Duration.zero
  /// Open files; 0 where they were not asked for.
  public var openFiles: UInt64 = 0
  /// How many files they may have open together; `UInt64.max` where one of them has no limit.
  public var openFilesLimit: UInt64 = 0
  /// The `errno` for which the open files of one of them could not be counted; 0 where they could.
  public var openFilesError: Int32 = 0

  /// No processes.
  public init() {}
}

extension ProcessFacts {
  /// Adds a process, without its processor time.
  public mutating func add(_ statistics: ProcessStatistics, uptime: Duration) {
    count += 1
    residentPages &+= statistics.residentPages
    threads &+= statistics.threads
    let start = Duration.milliseconds(Int64(clamping: statistics.start &* (1000 / ProcessStatistics.ticksPerSecond)))
    age = max(age, uptime - start)
  }

  /// Adds the open files of a process.
  public mutating func add(openFiles: UInt64, limit: UInt64?) {
    self.openFiles &+= openFiles
    let (sum, overflow) = openFilesLimit.addingReportingOverflow(limit ?? .max)
    openFilesLimit = overflow ? .max : sum
  }
}
