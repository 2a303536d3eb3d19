// The processors of a host that is not there: `proc/stat` of a tree, whose counters run on as the kernel's do.

import Foundation
import Synchronization

/// Writes `proc/stat` again and again, with as much idle time since the last time as it is told to.
final class ProcessorClock: Sendable {
  private struct State {
    var idleShare: Double
    var idle = 0.0
    var busy = 0.0
    var isHeld = false
    var last = ContinuousClock.now
  }
  private let state: Mutex<State>
  private let tree: ProcTree
  private let processors: Int

  /// Begins. The counters run for as long as somebody holds it, and the file is there when this returns.
  init(in tree: ProcTree, processors: Int = 2, idleShare: Double) throws {
    self.tree = tree
    self.processors = processors
    state = Mutex(State(idleShare: idleShare))
    try state.withLock { try tree.write(advance(&$0), to: "proc/stat") }
    Thread.detachNewThread { [weak self] in
      while let self {
        self.state.withLock { state in
          if !state.isHeld { try? self.tree.write(self.advance(&state), to: "proc/stat") }
        }
        pause(.milliseconds(10))
      }
    }
  }

  /// The file belongs to the test, until it is let go.
  func hold(_ isHeld: Bool) {
    state.withLock { $0.isHeld = isHeld }
  }

  /// How much of the time is idle from now on: 0 to 1.
  func run(idleShare: Double) {
    state.withLock { $0.idleShare = idleShare }
  }

  /// The file as of now. The kernel counts in hundredths of a second, too coarse for samples that are as close as a test's:
  /// here they are millionths. All numbers have the same width, so that the file never changes its length.
  private func advance(_ state: inout State) -> String {
    let now = ContinuousClock.now
    let elapsed = (now - state.last) / .microseconds(1)
    state.last = now
    state.idle += elapsed * state.idleShare
    state.busy += elapsed * (1 - state.idleShare)
    let (idle, busy) = (state.idle, state.busy)
    func line(_ name: String, _ scale: Double) -> String {
      let (user, rest) = (number(busy * scale), number(idle * scale))
      return "\(name) \(user) 0 0 \(rest) 0 0 0 0 0 0\n"
    }
    let all = line("cpu ", Double(processors))
    let each = (0..<processors).map { line("cpu\($0)", 1) }.joined()
    return all + each + "intr 1\nctxt 1\nbtime 1700000000\nprocesses 1\nprocs_running 1\nprocs_blocked 0\n"
  }

  private func number(_ value: Double) -> String {
    let digits = String(Int(value) + 1_000_000)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
