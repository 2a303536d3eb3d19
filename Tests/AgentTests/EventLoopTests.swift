import Kernel
import Testing

@testable import Agent

/// Writes down what it is told, and does something then.
private final class Witness: ReadyHandler, TimerHandler {
  var told: [String] = []
  var whenReady: (Int) throws -> Void = { _ in }
  var whenDue: (Int, Duration) -> Void = { _, _ in }

  func ready(_ tag: Int, _ events: Events, now: Duration) {
    told.append("ready \(tag)")
    do { try whenReady(tag) } catch { Issue.record("\(error)") }
  }

  func due(_ tag: Int, now: Duration) {
    told.append("due \(tag)")
    whenDue(tag, now)
  }
}

private final class Pair {
  let pair: Socket.Pair
  init() throws { pair = try Socket.pair() }

  func knock() throws {
    let bytes: [UInt8] = [1]
    #expect(try pair.far.send(bytes.span) == .done(1))
  }
}

@Suite struct EventLoopTests {
  @Test func tellsWhatIsReadyUntilItIsDealtWith() throws {
    let loop = try EventLoop()
    let witness = Witness()
    let pair = try Pair()
    let watch = try loop.watch(pair.pair.near, for: .readable, tag: 7, by: witness)
    try loop.turn(waitingAtMost: .zero)
    #expect(witness.told == [])
    try pair.knock()
    try loop.turn()
    try loop.turn()
    #expect(witness.told == ["ready 7", "ready 7"])
    try loop.change(watch, of: pair.pair.near, to: [])
    try loop.turn(waitingAtMost: .zero)
    try loop.change(watch, of: pair.pair.near, to: .readable)
    try loop.unwatch(watch, of: pair.pair.near)
    try loop.turn(waitingAtMost: .zero)
    #expect(witness.told.count == 2)
  }

  @Test func newsForAFormerOwnerIsNotToldToTheNextOne() throws {
    let loop = try EventLoop()
    let (witness, next) = (Witness(), Witness())
    let pairs = [try Pair(), try Pair()]
    var watches: [Watch] = []
    for (tag, pair) in pairs.enumerated() {
      watches.append(try loop.watch(pair.pair.near, for: .readable, tag: tag, by: witness))
      try pair.knock()
    }
    let third = try Pair()
    // Whoever is told first lets the other one go and gives its slot away, in the middle of a turn that has already
    // fetched the news of both.
    witness.whenReady = { tag in
      try loop.unwatch(watches[1 - tag], of: pairs[1 - tag].pair.near)
      _ = try loop.watch(third.pair.near, for: .readable, tag: 9, by: next)
      witness.whenReady = { _ in }
    }
    try loop.turn()
    #expect(witness.told.count == 1)
    #expect(next.told == [])
    try third.knock()
    try loop.turn()
    #expect(next.told == ["ready 9"])
  }

  /// All others have their turn in the next one.
  @Test func oneTurnTellsSoMuch() throws {
    let loop = try EventLoop()
    let witness = Witness()
    let pairs = try (0...EventLoop.eventsPerTurn).map { _ in try Pair() }
    for (tag, pair) in pairs.enumerated() {
      _ = try loop.watch(pair.pair.near, for: .readable, tag: tag, by: witness)
      try pair.knock()
    }
    try loop.turn()
    #expect(Set(witness.told).count == EventLoop.eventsPerTurn)
    try loop.turn()
    #expect(Set(witness.told).count == EventLoop.eventsPerTurn + 1)
  }

  @Test func timersAreNeverEarlyAndNotLate() throws {
    let loop = try EventLoop()
    let witness = Witness()
    var lateness: [Duration] = []
    let begin = Clock.monotonic()
    let offsets = [3_000, 10_500, 10_700, 25_001]
    for (tag, microseconds) in offsets.enumerated() {
      let timer = loop.makeTimer()
      loop.connect(timer, to: witness, tag: tag)
      loop.set(timer, at: begin + .microseconds(microseconds))
    }
    witness.whenDue = { tag, now in
      #expect(now <= Clock.monotonic())
      lateness.append(now - (begin + .microseconds(offsets[tag])))
    }
    while witness.told.count < offsets.count { try loop.turn() }
    #expect(witness.told == ["due 0", "due 1", "due 2", "due 3"])
    #expect(lateness.allSatisfy { $0 >= .zero })
    // A millisecond of rounding, and the scheduler's share on a busy machine.
    #expect(lateness.min()! < .milliseconds(20))
  }

  @Test func aTimerInThePastKeepsNobodyFromTheirTurn() throws {
    let loop = try EventLoop()
    let witness = Witness()
    let pair = try Pair()
    let timer = loop.makeTimer()
    loop.connect(timer, to: witness, tag: 1)
    loop.set(timer, at: .zero)
    witness.whenDue = { _, _ in loop.set(timer, at: .zero) }
    _ = try loop.watch(pair.pair.near, for: .readable, tag: 2, by: witness)
    try pair.knock()
    try loop.turn()
    try loop.turn()
    #expect(witness.told == ["ready 2", "due 1", "ready 2", "due 1"])
  }

  @Test func runsUntilItIsStopped() throws {
    let loop = try EventLoop()
    let witness = Witness()
    let timer = loop.makeTimer()
    loop.connect(timer, to: witness)
    loop.set(timer, at: loop.now + .milliseconds(2))
    witness.whenDue = { _, _ in loop.stop() }
    try loop.run()
    #expect(witness.told == ["due 0"])
  }
}
