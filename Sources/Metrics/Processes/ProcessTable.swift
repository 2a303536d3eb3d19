// Which processes have the names that rules ask for, remembered from look to look: reading ten thousand of them costs
// some hundred milliseconds of processor time, finding out that nothing has changed about ten.
//
// A process is known again by its number and by the number of its file in /proc, which a new process of the same number
// does not get. Only what is new, what has one of the names, and every `turns`th of the others is read in one look: a
// process can execute another program and be called otherwise then.

import Text

/// The processes of a host.
public struct ProcessTable {
  /// How much of a process has to be read.
  public enum Need: Sendable {
    /// Nothing: it had none of the names, and is not due.
    case nothing
    /// /proc/PID/stat, and /proc/PID/cmdline where that shows another name than before.
    case statistics
    /// As many new ones as fit into one look have been read: this one has to wait for the next.
    case later
  }

  /// Of the processes that have none of the names, how many looks it takes to see them all again.
  static let turns = 4
  /// How many processes are read that were not known, in one look: about 200 ms of processor time.
  static let mostNew = 10_000

  private struct Row {
    var number: Int32
    var file: UInt64
    /// The first bytes of the command name.
    var command: (UInt64, UInt64) = (0, 0)
    /// The places of the names that it has: by its command, and by its arguments.
    var byCommand: Int16 = -1
    var byArgument: Int16 = -1
    var start: UInt64 = 0
    var ticks: UInt64 = 0
  }

  /// The names that are asked for, each once.
  public let names: [[UInt8]]
  /// What was found, for each name. Complete after `finish`.
  public private(set) var facts: [ProcessFacts]

  private var rows: [Row] = []
  private var rowsBefore: [Row] = []
  /// Of the process that is being read, what was known before.
  private var known: Row?
  private var current = Row(number: 0, file: 0)
  private var look = 0
  private var newOnes = 0
  private var isComplete = true
  private var wasComplete = false
  private var uptime = Duration.zero
  /// When the look before was begun, in ticks since boot.
  private var ticksBefore: UInt64 = 0
  private var ticksUsed: [UInt64]
  /// Tells answers of this table from those of any other.
  private let identity: UInt64

  /// A table that knows no processes. `identity` is a number that no other table of this host has, and not 0.
  public init(_ names: [[UInt8]], identity: UInt64) {
    self.names = names
    self.identity = identity
    facts = names.map { _ in ProcessFacts() }
    ticksUsed = names.map { _ in 0 }
  }

  /// Begins a look, so long after the host has started.
  public mutating func begin(uptime: Duration) {
    swap(&rows, &rowsBefore)
    rows.removeAll(keepingCapacity: true)
    ticksBefore = Self.ticks(self.uptime)
    self.uptime = uptime
    look += 1
    newOnes = 0
    wasComplete = isComplete && look > 1
    isComplete = true
    for index in facts.indices { facts[index] = ProcessFacts() }
  }

  private static func ticks(_ uptime: Duration) -> UInt64 {
    UInt64(max(uptime.components.seconds, 0)) * ProcessStatistics.ticksPerSecond
      + UInt64(max(uptime.components.attoseconds, 0)) / (1_000_000_000_000_000_000 / ProcessStatistics.ticksPerSecond)
  }

  /// Tells of a process: its number, and the number of its file. Unless it is left out, `take` follows, or nothing where
  /// it is gone by then.
  public mutating func see(_ number: Int, file: UInt64) -> Need {
    known = row(number, file)
    if let known {
      let hasName = known.byCommand >= 0 || known.byArgument >= 0
      if !hasName, (number &+ look) % Self.turns != 0 {
        rows.append(known)
        return .nothing
      }
    } else {
      guard newOnes < Self.mostNew else {
        isComplete = false
        return .later
      }
      newOnes += 1
    }
    current = known ?? Row(number: Int32(clamping: number), file: file)
    return .statistics
  }

  /// What was known of a process in the look before.
  private func row(_ number: Int, _ file: UInt64) -> Row? {
    var low = 0
    var high = rowsBefore.count
    while low < high {
      let middle = (low + high) / 2
      if rowsBefore[middle].number < number { low = middle + 1 } else { high = middle }
    }
    guard low < rowsBefore.count, rowsBefore[low].number == number, rowsBefore[low].file == file else { return nil }
    return rowsBefore[low]
  }

  /// Takes what /proc/PID/stat says of the process that was seen last. True where its arguments are needed as well, which
  /// are then to be taken before anything else.
  public mutating func take(_ statistics: ProcessStatistics, in text: Span<UInt8>) -> Bool {
    let command = text.packed(statistics.name)
    let isSame = known.map { $0.command == command && $0.start == statistics.start } ?? false
    current.command = command
    current.byCommand = place(of: statistics.name, in: text)
    current.start = statistics.start
    if known?.start != statistics.start { known = nil }
    if !isSame { current.byArgument = -1 }
    return !isSame
  }

  /// Takes what /proc/PID/cmdline says: the arguments, a NUL behind each. The first is what the program was called by, often
  /// with a path before it. Kernel threads have none.
  public mutating func take(arguments: Span<UInt8>) {
    let end = arguments.indices.first { arguments[$0] == 0 } ?? arguments.count
    let slash = (0..<end).last { arguments[$0] == .of("/") } ?? -1
    current.byArgument = place(of: slash + 1..<end, in: arguments)
  }

  private func place(of range: Range<Int>, in text: Span<UInt8>) -> Int16 {
    guard !range.isEmpty else { return -1 }
    for index in names.indices where text.equals(names[index], in: range) { return Int16(index) }
    return -1
  }

  /// All is taken of the process that was seen last. Calls for each name that it has; most have none.
  public mutating func settle(
    _ statistics: ProcessStatistics, _ visit: (_ name: Int, _ facts: inout ProcessFacts) -> Void
  ) {
    current.ticks = statistics.ticks
    rows.append(current)
    guard !statistics.isZombie else { return }
    count(Int(current.byCommand), statistics, visit)
    if current.byArgument != current.byCommand { count(Int(current.byArgument), statistics, visit) }
  }

  private mutating func count(
    _ name: Int, _ statistics: ProcessStatistics, _ visit: (_ name: Int, _ facts: inout ProcessFacts) -> Void
  ) {
    guard name >= 0 else { return }
    facts[name].add(statistics, uptime: uptime)
    if let known {
      // What it did before it had this name is not counted.
      let hadName = Int(known.byCommand) == name || Int(known.byArgument) == name
      if hadName, statistics.ticks > known.ticks { ticksUsed[name] &+= statistics.ticks - known.ticks }
    } else if wasComplete, statistics.start >= ticksBefore {
      // It has started since the last look: all that it has used, it has used since then.
      ticksUsed[name] &+= statistics.ticks
    }
    visit(name, &facts[name])
  }

  /// All processes have been seen, at this moment since boot on the monotonic clock.
  public mutating func finish(at moment: Duration) {
    // The kernel lists them by rising numbers; a recorded tree need not.
    if !rows.indices.dropFirst().allSatisfy({ rows[$0 - 1].number < rows[$0].number }) {
      rows.sort { $0.number < $1.number }
    }
    for index in facts.indices {
      facts[index].ticks = ticksUsed[index]
      facts[index].identity = isComplete ? identity : 0
      facts[index].moment = moment
    }
  }
}

extension Span<UInt8> {
  /// The first 16 bytes of a range, as two numbers that are easy to compare.
  fileprivate func packed(_ range: Range<Int>) -> (UInt64, UInt64) {
    func pack(_ offset: Int) -> UInt64 {
      var value: UInt64 = 0
      for index in offset..<offset + 8 {
        value = value << 8 | (index < range.count ? UInt64(self[range.lowerBound + index]) : 0)
      }
      return value
    }
    return (pack(0), pack(8))
  }
}
