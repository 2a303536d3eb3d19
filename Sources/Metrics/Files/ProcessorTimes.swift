// /proc/stat: where the processors' time went since boot, and how many tasks run and wait.
//
//     cpu  2964 0 2015 132162 400 0 19 11 0 0
//     cpu0 943 0 938 66868 11 0 5 5 0 0
//     cpu1 2020 0 1076 65293 388 0 13 6 0 0
//     intr 117865 0 0 0 ...
//     ctxt 221617
//     btime 1795420656
//     processes 6264
//     procs_running 4
//     procs_blocked 0
//     softirq 85576 0 11616 4 646 31486 0 2 23334 0 18488
//
// Only processors that are online have a line, so numbers can be missing (cpu0, cpu2) and come back.

import Language
import Text

/// What /proc/stat says.
struct ProcessorTimes: SoleKernelText {
  static var input: Input { .file(root: .proc, path: "stat") }

  /// Columns of a `cpu` line, in the kernel's order.
  enum Column: Int {
    case user, nice, system, idle, iowait, irq, softirq, steal, guest, guestNice
  }

  /// Time since boot in ticks of USER_HZ (10 ms).
  typealias Ticks = NumberRow<10>

  /// One `cpuN` line.
  struct Processor {
    let number: Int
    let ticks: Ticks
  }

  /// All processors together.
  private(set) var all: Ticks?
  /// Those that are online, by rising number.
  private(set) var processors: [Processor] = []
  /// Tasks that run or could run, this one included.
  private(set) var running: UInt64?
  /// Tasks that wait for a device.
  private(set) var blocked: UInt64?

  mutating func parse(_ lines: Span<UInt8>) -> Bool {
    all = nil
    processors.removeAll(keepingCapacity: true)
    running = nil
    blocked = nil
    var cursor = Cursor()
    while !cursor.isAtEnd(of: lines) {
      if cursor.take("cpu", in: lines) {
        parseProcessor(&cursor, lines)
      } else if cursor.take("procs_running ", in: lines) {
        running = cursor.unsigned(in: lines)
      } else if cursor.take("procs_blocked ", in: lines) {
        blocked = cursor.unsigned(in: lines)
      }
      cursor.skipLine(in: lines)
    }
    return all != nil
  }

  /// A line after `cpu`: blanks, or a number and a blank. Lines with fewer than the four columns that every kernel has
  /// are none.
  private mutating func parseProcessor(_ cursor: inout Cursor, _ lines: Span<UInt8>) {
    let isAll = cursor.peek(lines)?.isBlank ?? false
    guard let number = isAll ? 0 : cursor.unsigned(in: lines),
      let ticks = Ticks(&cursor, in: lines), ticks.count > Column.idle.rawValue
    else { return }
    if isAll {
      all = ticks
    } else if let number = Int(exactly: number), number > processors.last?.number ?? -1 {
      processors.append(Processor(number: number, ticks: ticks))
    }
  }

  /// The times of one processor, or of all. Absent where it is not online.
  func ticks(of number: Int?) -> Ticks? {
    guard let number else { return all }
    guard number >= 0 else { return nil }
    // Numbers rise, so that none stands further back than its own number.
    var index = min(number, processors.count - 1)
    while index >= 0, processors[index].number > number { index -= 1 }
    return index >= 0 && processors[index].number == number ? processors[index].ticks : nil
  }
}
