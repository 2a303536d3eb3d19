// Where time passes. Everything that happens in this program happens in a turn of this loop: wait until a descriptor is
// ready or a timer is due, look at the clock, tell everybody concerned.

public import Kernel

/// Somebody who watches descriptors.
public protocol ReadyHandler: AnyObject {
  /// A watched descriptor is ready. `tag` is what was said when watching began. What is left undone is told again.
  func ready(_ tag: Int, _ events: Events, now: Duration)
}

/// Somebody who sets timers.
public protocol TimerHandler: AnyObject {
  /// A timer is due, by now and not before. It is no longer set. `tag` is what was said when it was made.
  func due(_ tag: Int, now: Duration)
}

/// A watched descriptor.
public struct Watch: Equatable, Sendable {
  fileprivate let token: Token
}

/// The loop.
public final class EventLoop {
  private struct Slot {
    var handler: (any ReadyHandler)?
    var tag = 0
    var generation: UInt32 = 0
  }

  private struct Timer {
    var handler: (any TimerHandler)?
    var tag = 0
  }

  /// How many descriptors one turn looks at. All others are told in the next turns, in the order of the kernel, which
  /// is fair; so that a thousand connections do not keep a timer waiting.
  static let eventsPerTurn = 64

  /// The instant at which the present turn began to tell.
  public private(set) var now = Clock.monotonic()

  private let epoll: Epoll
  private var slots: [Slot] = []
  private var free: [Int] = []
  private var queue = TimerQueue()
  private var timers: [Timer] = []
  private var isRunning = false

  /// A loop that watches nothing.
  public init() throws(SystemError) {
    epoll = try Epoll(capacity: Self.eventsPerTurn)
  }

  // MARK: - Descriptors

  /// Begins to watch a descriptor. Allocates nothing where another one has been let go before.
  public func watch(
    _ descriptor: borrowing Descriptor, for events: Events, tag: Int = 0, by handler: any ReadyHandler
  ) throws(SystemError) -> Watch {
    let slot = free.popLast() ?? newSlot()
    let watch = Watch(token: Token(slot: UInt32(slot), generation: slots[slot].generation))
    do throws(SystemError) {
      try epoll.add(descriptor, for: events, token: watch.token)
    } catch {
      free.append(slot)
      throw error
    }
    slots[slot].handler = handler
    slots[slot].tag = tag
    return watch
  }

  private func newSlot() -> Int {
    slots.append(Slot())
    free.reserveCapacity(slots.capacity)
    return slots.count - 1
  }

  /// Watches a descriptor for other events; for none, it rests.
  public func change(_ watch: Watch, of descriptor: borrowing Descriptor, to events: Events) throws(SystemError) {
    try epoll.modify(descriptor, for: events, token: watch.token)
  }

  /// Watches a descriptor no longer. News of it that this turn has already fetched is not told.
  public func unwatch(_ watch: Watch, of descriptor: borrowing Descriptor) throws(SystemError) {
    forget(watch)
    try epoll.remove(descriptor)
  }

  /// As `unwatch`, without asking the kernel: for a descriptor without copies that is closed before the turn ends.
  public func forget(_ watch: Watch) {
    let slot = Int(watch.token.slot)
    guard slots[slot].generation == watch.token.generation else { return }
    slots[slot].handler = nil
    slots[slot].generation &+= 1
    free.append(slot)
  }

  // MARK: - Timers

  /// Makes a timer, which is not set and tells nobody.
  public func makeTimer() -> TimerIndex {
    timers.append(Timer())
    return queue.add()
  }

  /// Whom a timer tells.
  public func connect(_ timer: TimerIndex, to handler: any TimerHandler, tag: Int = 0) {
    timers[timer.number] = Timer(handler: handler, tag: tag)
  }

  /// Sets a timer to an instant, in place of any other that it was set to; absent, it is not set. It is told never
  /// early, and late by at most what is left of the turn in which it falls due.
  public func set(_ timer: TimerIndex, at deadline: Duration?) { queue.set(timer, at: deadline) }

  // MARK: - Turns

  /// Takes turns until somebody calls `stop`.
  public func run() throws(SystemError) {
    isRunning = true
    while isRunning { try turn() }
  }

  /// Ends `run` after the present turn.
  public func stop() { isRunning = false }

  /// One turn. Waits at most so long, if a limit is given, and not at all for what is ready or due already.
  public func turn(waitingAtMost limit: Duration? = nil) throws(SystemError) {
    var timeout = limit
    if let next = queue.next {
      // From this instant, not from the one at which the turn before began: that one may have taken long.
      let rest = next - Clock.monotonic()
      timeout = min(rest, limit ?? rest)
    }
    let count = try epoll.wait(timeout: timeout)
    now = Clock.monotonic()
    for index in 0..<count {
      let (token, events) = epoll[index]
      let slot = slots[Int(token.slot)]
      guard slot.generation == token.generation, let handler = slot.handler else { continue }
      handler.ready(slot.tag, events, now: now)
    }
    // No more than are set now: one that sets itself to the past has to wait for the next turn like everybody.
    for _ in 0..<queue.count {
      guard let timer = queue.takeDue(by: now) else { break }
      let told = timers[timer.number]
      told.handler?.due(told.tag, now: now)
    }
  }
}
