import Foundation
import Testing

@testable import Kernel

@Suite struct EpollTests {
  @Test func reportsWhatIsReadyUnderItsToken() throws {
    let epoll = try Epoll(capacity: 4)
    let one = try Kernel.Pipe()
    let other = try Kernel.Pipe()
    let token = Token(slot: 7, generation: .max)
    try epoll.add(one.reading, for: .readable, token: Token(slot: 1, generation: 1))
    try epoll.add(other.reading, for: .readable, token: token)
    #expect(try epoll.wait(timeout: .zero) == 0)
    #expect(try other.writing.write(bytes("x").span) == .done(1))
    // Level-triggered: the same news again and again, until it is dealt with.
    for _ in 0..<2 {
      #expect(try epoll.wait(timeout: nil) == 1)
      #expect(epoll[0].token == token)
      #expect(epoll[0].events == .readable)
    }
    var buffer = [UInt8](repeating: 0, count: 1)
    #expect(try other.reading.read(into: &buffer) == .done(1))
    #expect(try epoll.wait(timeout: .zero) == 0)
  }

  @Test func watchesForSomethingElseAndNoLonger() throws {
    let epoll = try Epoll(capacity: 4)
    let pair = try Socket.pair()
    try epoll.add(pair.near, for: [.readable, .writable], token: Token(slot: 1, generation: 1))
    #expect(try epoll.wait(timeout: .zero) == 1)
    #expect(epoll[0].events == .writable)
    try epoll.modify(pair.near, for: [.readable, .ended], token: Token(slot: 2, generation: 1))
    #expect(try epoll.wait(timeout: .zero) == 0)
    pair.far.shutdown(.sending)
    #expect(try epoll.wait(timeout: .zero) == 1)
    #expect(epoll[0].token.slot == 2)
    #expect(epoll[0].events == [.readable, .ended])
    try epoll.remove(pair.near)
    #expect(try epoll.wait(timeout: .zero) == 0)
    #expect(throws: SystemError.self) { try epoll.remove(pair.near) }
  }

  @Test func reportsAtMostItsCapacityAndForgetsNobody() throws {
    let epoll = try Epoll(capacity: 2)
    let pairs = [Holder(try Socket.pair()), Holder(try Socket.pair()), Holder(try Socket.pair())]
    for (slot, holder) in pairs.enumerated() {
      try epoll.add(holder.value.near, for: .writable, token: Token(slot: UInt32(slot), generation: 0))
    }
    var seen: Set<UInt32> = []
    for _ in 0..<3 {
      let count = try epoll.wait(timeout: .zero)
      #expect(count == 2)
      for index in 0..<count { seen.insert(epoll[index].token.slot) }
    }
    #expect(seen == [0, 1, 2])
  }

  static let roundings: [(Duration, Int32)] = [
    (Duration.zero, 0),
    (.nanoseconds(1), 1),
    (.milliseconds(1), 1),
    (.milliseconds(1) + .nanoseconds(1), 2),
    (.seconds(2), 2000),
    (.seconds(2) - .nanoseconds(1), 2000),
    (.milliseconds(-5), 0),
    (.seconds(100_000_000), 1_000_000_000),
  ]

  @Test(arguments: roundings)
  func timeoutsAreRoundedUp(_ duration: Duration, _ milliseconds: Int32) {
    #expect(Epoll.milliseconds(duration) == milliseconds)
  }

  @Test func neverWakesEarly() throws {
    let epoll = try Epoll(capacity: 1)
    for microseconds in [100, 1_500, 3_000] {
      let begin = Clock.monotonic()
      #expect(try epoll.wait(timeout: .microseconds(microseconds)) == 0)
      #expect(Clock.monotonic() - begin >= .microseconds(microseconds))
    }
  }
}
