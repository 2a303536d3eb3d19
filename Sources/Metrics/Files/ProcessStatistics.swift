// /proc/PID/stat: one process, in one line.
//
//     1234 (nginx: (x) y) S 1 1234 1234 0 -1 4194560 1041 0 12 0 5 7 0 0 20 0 3 0 8512 58191872 1533 18446744073709551615 ...
//
// number, (command name), state, parent, group, session, terminal, its group, flags, minor faults, those of children,
// major faults, those of children, user time, system time, those of children, priority, nice, threads, 0, start,
// virtual bytes, resident pages, ... Times are in ticks, the start since boot. The command name is the process's own to
// choose, with blanks, parentheses and line feeds: it ends at the last parenthesis of the line.

import Text

/// What is kept of it.
public struct ProcessStatistics: Equatable {
  /// Ticks in a second: USER_HZ, which is 100 wherever Swift runs.
  static let ticksPerSecond: UInt64 = 100

  /// Where in the text the command name stands: the first 15 bytes of the file that was executed, if it was not changed.
  public let name: Range<Int>
  /// Whether it runs no more, and only waits for its parent to ask how it ended.
  public let isZombie: Bool
  /// Processor time, of all its threads.
  public let ticks: UInt64
  /// How many threads it has.
  public let threads: UInt64
  /// When it started, in ticks since boot. Together with its number it names a process once.
  public let start: UInt64
  /// Pages in memory, shared ones included.
  public let residentPages: UInt64

  /// Reads the text of such a file. Absent where it is something else.
  public init?(_ text: Span<UInt8>) {
    guard let open = text.indices.first(where: { text[$0] == .of("(") }),
      let close = text.indices.last(where: { text[$0] == .of(")") }), open < close
    else { return nil }
    var cursor = Cursor(at: close + 1)
    let state = cursor.word(in: text)
    guard state.count == 1 else { return nil }
    /// The columns from the parent on, of which some can be negative.
    func skip(_ count: Int) { for _ in 0..<count { _ = cursor.word(in: text) } }
    skip(10)
    guard let user = cursor.unsigned(in: text), let system = cursor.unsigned(in: text) else { return nil }
    skip(4)
    guard let threads = cursor.unsigned(in: text) else { return nil }
    skip(1)
    guard let start = cursor.unsigned(in: text), cursor.unsigned(in: text) != nil,
      let pages = cursor.unsigned(in: text)
    else { return nil }
    name = open + 1..<close
    // A first thread that has ended shows as one, too, while others go on.
    let isOver = [.of("Z"), .of("X"), .of("x")].contains(text[state.lowerBound])
    isZombie = isOver && threads <= 1
    ticks = user &+ system
    self.threads = threads
    self.start = start
    residentPages = pages
  }
}
