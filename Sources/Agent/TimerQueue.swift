// Deadlines in their order.

/// Which timer of a queue.
public struct TimerIndex: Hashable, Sendable {
  let number: Int
}

/// A small set of timers, each of which is due at some instant or not at all. A daemon has a few dozen, of which one or
/// two change at a time: a sorted array is the fastest thing for that, and allocates nothing once it has its size.
struct TimerQueue {
  private struct Entry {
    let timer: TimerIndex
    let deadline: Duration
  }

  /// The latest first, so that the next one leaves from the end.
  private var waiting: [Entry] = []
  private var deadlines: [Duration?] = []

  /// When the next timer is due; absent if none is.
  var next: Duration? { waiting.last?.deadline }

  /// How many timers are due at some time.
  var count: Int { waiting.count }

  /// A new timer, which is not due.
  mutating func add() -> TimerIndex {
    deadlines.append(nil)
    waiting.reserveCapacity(deadlines.count)
    return TimerIndex(number: deadlines.count - 1)
  }

  /// Makes a timer due at this instant, and at no other; or not at all.
  mutating func set(_ timer: TimerIndex, at deadline: Duration?) {
    guard deadlines[timer.number] != deadline else { return }
    if deadlines[timer.number] != nil { waiting.remove(at: waiting.firstIndex { $0.timer == timer }!) }
    deadlines[timer.number] = deadline
    guard let deadline else { return }
    var (low, high) = (0, waiting.count)
    while low < high {
      let middle = (low + high) / 2
      if waiting[middle].deadline > deadline { low = middle + 1 } else { high = middle }
    }
    waiting.insert(Entry(timer: timer, deadline: deadline), at: low)
  }

  /// Takes the next timer that is due by now; of those due at the same instant the one that was set first.
  mutating func takeDue(by now: Duration) -> TimerIndex? {
    guard let last = waiting.last, last.deadline <= now else { return nil }
    waiting.removeLast()
    deadlines[last.timer.number] = nil
    return last.timer
  }
}
