// Who asks here, in virtual time.

import Testing
import Text

@testable import Agent

/// A table of one service, `web`, at places 0 and 1.
private final class Watched {
  let table = LoadBalancers()
  var now = Duration.seconds(1000)

  init(speaks: Bool? = nil, damping: Duration? = nil) {
    serve(damping: damping, speaks)
  }

  func serve(damping: Duration? = nil, _ speaks: Bool? = nil, places: [Int] = [0, 1]) {
    table.serve(
      at: places.map { number in
        let isSecond = number == 1
        return (
          number,
          LoadBalancers.Place(
            service: 0, name: "web", speaks: isSecond && speaks != nil ? true : speaks, damping: damping,
            place: isSecond ? ":9999 saying web" : ":9999")
        )
      })
  }

  @discardableResult func probe(_ address: IPAddress, at place: Int = 0) -> Duration? {
    table.tell(place, address, Array("up\n".utf8), now)?.silence
  }

  /// Probes every interval for a while, looking every 5 s; what the looks found.
  func probe(_ address: IPAddress, every interval: Duration, times: Int, at place: Int = 0) -> [LoadBalancer.Concern] {
    var news: [LoadBalancer.Concern] = []
    for _ in 0..<times {
      probe(address, at: place)
      news += wait(interval)
    }
    return news
  }

  /// Is turned away every two seconds for a while; what the looks found.
  func deny(_ address: IPAddress, _ denial: Denial, times: Int) -> [LoadBalancer.Concern] {
    var news: [LoadBalancer.Concern] = []
    for _ in 0..<times {
      table.turnAway(address, at: InternetAddress(.every, port: 9999), because: denial, now)
      news += wait(.seconds(2))
    }
    return news
  }

  /// Lets time pass, with the looks in it.
  func wait(_ time: Duration) -> [LoadBalancer.Concern] {
    let end = now + time
    var news: [LoadBalancer.Concern] = []
    while nextLook <= end {
      now = nextLook
      nextLook += LoadBalancers.lookBeat
      news += table.look(now).map { $0.1 }
    }
    now = end
    return news
  }

  private lazy var nextLook = now + LoadBalancers.lookBeat
}

private func address(_ number: Int) -> IPAddress { .v4(0x0A00_0000 + UInt32(number)) }

@Suite struct LoadBalancersTests {
  @Test func whatIsKnownOfOne() throws {
    let watched = Watched()
    let begun = watched.now
    #expect(watched.probe(address(1), every: .seconds(2), times: 10) == [])
    let one = try #require(watched.table.all.first)
    #expect(watched.table.all.count == 1)
    #expect(
      one.address == address(1) && one.first == begun && one.last == watched.now - .seconds(2) && one.probes == 10)
    #expect(String(decoding: one.told, as: UTF8.self) == "up\n")
    #expect(one.cadence == Cadence(interval: .seconds(2), lines: 1))
    #expect(one.speech == .never)
  }

  @Test func anAddressInIPv6ClothesIsTheSame() {
    let watched = Watched()
    watched.probe(.v4(0x0A00_0001))
    watched.probe(.v6(0, 0xFFFF_0A00_0001))
    #expect(watched.table.all.map { $0.probes } == [2])
  }

  @Test func oneThatStopsIsToldOnceAndItsReturnToo() {
    let watched = Watched()
    #expect(watched.probe(address(1), every: .seconds(2), times: 10) == [])
    // Five intervals are 10 s.
    #expect(watched.wait(.seconds(7)) == [])
    let news = watched.wait(.seconds(60))
    #expect(news.count == 1)
    guard case .stopped(let silence)? = news.first else { return #expect(Bool(false)) }
    #expect(silence > .seconds(10) && silence <= .seconds(17))
    #expect(watched.probe(address(1)) == .seconds(69))
    #expect(watched.probe(address(1)) == nil)
    // Regular still, and so watched.
    #expect(watched.wait(.seconds(60)).count == 1)
  }

  /// Who is turned away asks: that is what is said of it, once, until it is answered, or has really stopped.
  @Test(arguments: [Denial.unknown(Array("wbe".utf8)), .notAllowed(nil), .silent])
  func oneThatAsksInVainHasNotStopped(_ denial: Denial) {
    let watched = Watched()
    #expect(watched.probe(address(1), every: .seconds(2), times: 10) == [])
    #expect(watched.deny(address(1), denial, times: 30) == [.turnedAway(denial)])
    let one = watched.table.all[0]
    #expect(!one.isStopped && one.concerns(damping: nil, watched.now) == [.turnedAway(denial)])
    #expect(watched.table.isWorthLooking(watched.now))
    // A reload forgets who asked in vain, but not what became of this one.
    watched.serve()
    #expect(watched.deny(address(1), denial, times: 3) == [])
    #expect(one.vain == denial)
    let back = watched.table.tell(0, address(1), Array("up\n".utf8), watched.now)
    #expect(back?.wasTurnedAway == true && back?.silence == .seconds(68))
    #expect(one.vain == nil && one.concerns(damping: nil, watched.now) == [])

    // It is turned away again, and then says nothing any more.
    #expect(watched.deny(address(1), denial, times: 10) == [.turnedAway(denial)])
    let news = watched.wait(.seconds(60))
    guard case .stopped(let silence)? = news.first else { return #expect(Bool(false)) }
    #expect(news.count == 1 && silence > .seconds(10) && silence <= .seconds(17))
    #expect(one.isStopped && one.vain == nil)
    // One that has stopped, and is found to ask in vain.
    #expect(watched.deny(address(1), denial, times: 5) == [.turnedAway(denial)])
    #expect(!one.isStopped)
  }

  /// Somebody else, or the same at another port, is no excuse.
  @Test func anotherThatIsTurnedAwayIsNoExcuse() {
    let watched = Watched()
    #expect(watched.probe(address(1), every: .seconds(2), times: 10) == [])
    var news: [LoadBalancer.Concern] = []
    for _ in 0..<10 {
      watched.table.turnAway(address(2), at: InternetAddress(.every, port: 9999), because: .silent, watched.now)
      watched.table.turnAway(address(1), at: InternetAddress(.every, port: 9998), because: .silent, watched.now)
      news += watched.wait(.seconds(2))
    }
    guard case .stopped? = news.first else { return #expect(Bool(false)) }
    #expect(news.count == 1 && watched.table.all[0].isStopped)
  }

  /// Five intervals, and 10 s at least: so long may it be silent.
  @Test(arguments: [(1, 10), (2, 10), (3, 15)])
  func silenceHasALimit(interval: Int, seconds: Int) {
    let watched = Watched()
    #expect(watched.probe(address(1), every: .seconds(interval), times: 10) == [])
    let last = watched.table.all[0].last
    // Awake all the time.
    for second in 1..<seconds { #expect(watched.table.look(last + .seconds(second)).isEmpty) }
    #expect(watched.table.look(last + .seconds(seconds)).isEmpty)
    #expect(watched.table.look(last + .seconds(seconds) + .milliseconds(1)).count == 1)
  }

  /// Whoever did not look for longer than this cannot say that others were silent.
  @Test(arguments: [0, 1])
  func aNapHasALimit(beyond: Int) {
    let watched = Watched()
    #expect(watched.probe(address(1), every: .seconds(1), times: 10) == [])
    let last = watched.table.all[0].last
    #expect(watched.table.look(last + .seconds(1)).isEmpty)
    let news = watched.table.look(last + .seconds(1) + LoadBalancers.longestNap + .milliseconds(beyond))
    #expect(news.count == 1 - beyond)
  }

  /// A rhythm is remembered for so many probes without one.
  @Test(arguments: [-1, 0])
  func aRhythmIsForgotten(beyond: Int) {
    let balancer = LoadBalancer()
    balancer.begin(0, address(1), .zero)
    var now = Duration.zero
    func probe(_ pause: Duration) {
      now += pause
      balancer.note([], speaks: false, now)
    }
    for _ in 0..<16 { probe(.seconds(1)) }
    balancer.measure()
    #expect(balancer.cadence != nil)
    // Each pause is longer than the one before.
    for count in 1...LoadBalancer.forgottenAfter + beyond { probe(.milliseconds(count * count * 37)) }
    balancer.measure()
    #expect((balancer.cadence == nil) == (beyond == 0))
  }

  @Test func oneThatWasNeverRegularDoesNotStop() {
    let watched = Watched()
    for wait in [1, 20, 3, 50, 7, 31, 2, 90] {
      watched.probe(address(1))
      #expect(watched.wait(.seconds(wait)) == [])
    }
    #expect(watched.wait(.seconds(1000)) == [])
  }

  @Test func whoWasNotAwakeDoesNotBlameOthers() {
    let watched = Watched()
    #expect(watched.probe(address(1), every: .seconds(2), times: 10) == [])
    watched.now += .seconds(100)
    #expect(watched.table.look(watched.now).isEmpty)
    // From then on it counts.
    watched.now += .seconds(9)
    #expect(watched.table.look(watched.now).isEmpty)
    watched.now += .seconds(9)
    #expect(watched.table.look(watched.now).map { $0.1 } == [.stopped(after: .seconds(120))])
  }

  @Test(arguments: [
    (seconds: 2, damping: Duration.seconds(10), isSeldom: false),
    (seconds: 5, damping: .seconds(10), isSeldom: true),
    (seconds: 5, damping: .seconds(20), isSeldom: false),
    (seconds: 5, damping: .milliseconds(18_900), isSeldom: true),
    (seconds: 60, damping: .zero, isSeldom: false),
  ])
  func dampingShorterThanFourIntervals(_ row: (seconds: Int, damping: Duration, isSeldom: Bool)) {
    let watched = Watched(damping: row.damping)
    let news = watched.probe(address(1), every: .seconds(row.seconds), times: 20)
    #expect(news == (row.isSeldom ? [.seldom(damping: row.damping)] : []))
    #expect(watched.table.all[0].concerns(damping: row.damping, watched.now) == news)
    // A reload with a longer one ends it.
    watched.serve(damping: .seconds(1000))
    #expect(watched.probe(address(1), every: .seconds(row.seconds), times: 3) == [])
    #expect(watched.table.all[0].concerns(damping: .seconds(1000), watched.now) == [])
  }

  @Test func withAndWithoutAgentSend() {
    // Place 0 is for those who say nothing, place 1 for those who say `web`.
    let watched = Watched(speaks: false)
    var news: [LoadBalancer.Concern] = []
    for _ in 0..<10 {
      watched.probe(address(1), at: 0)
      watched.probe(address(1), at: 1)
      watched.probe(address(2), at: 0)
      watched.probe(address(3), at: 1)
      news += watched.wait(.seconds(2))
    }
    #expect(news == [.mixed])
    #expect(watched.table.all.map { $0.isMixed } == [true, false, false, false])
    #expect(watched.table.all.map { $0.speech } == [.never, .always, .never, .always])
  }

  @Test func whatIsHeardWhereNothingIsAwaited() {
    let watched = Watched()
    var news: [LoadBalancer.Concern] = []
    for count in 0..<16 {
      watched.probe(address(1))
      if count % 2 == 0 { watched.table.hear(0, address(1)) }
      news += watched.wait(.seconds(1))
    }
    #expect(news == [.mixed])
    #expect(watched.table.all[0].speech == .sometimes)
    // Once it is over it may begin again.
    for _ in 0..<20 {
      watched.probe(address(1))
      watched.table.hear(0, address(1))
      #expect(watched.wait(.seconds(1)) == [])
    }
    #expect(watched.table.all[0].speech == .always)
  }

  /// Of ten probes so many with a word, the others without.
  @Test(arguments: [(2, false), (LoadBalancer.fewestOfEach, true), (10 - LoadBalancer.fewestOfEach, true), (8, false)])
  func soManyOfEachAreMixed(words: Int, isMixed: Bool) {
    let watched = Watched()
    for count in 0..<10 {
      watched.probe(address(1))
      if count < words { watched.table.hear(0, address(1)) }
    }
    #expect(watched.wait(.seconds(5)) == (isMixed ? [.mixed] : []))
  }

  @Test func triedByHandIsNotMixed() {
    let watched = Watched()
    for count in 0..<30 {
      watched.probe(address(1))
      if count % 15 == 0 { watched.table.hear(0, address(1)) }
      #expect(watched.wait(.seconds(1)) == [])
    }
  }

  @Test func countedAreThoseOfTheLastMinute() {
    let watched = Watched()
    for number in 1...3 { watched.probe(address(number)) }
    // The same at another place of the service.
    watched.probe(address(3), at: 1)
    #expect(watched.table.count(ofService: "web", watched.now) == 3)
    #expect(watched.table.count(ofService: "db", watched.now) == 0)
    watched.now += .seconds(60)
    #expect(watched.table.count(ofService: "web", watched.now) == 3)
    watched.probe(address(2))
    watched.now += .milliseconds(1)
    #expect(watched.table.count(ofService: "web", watched.now) == 1)
  }

  @Test func aFloodLeavesTheRegularOnes() {
    let watched = Watched()
    for _ in 0..<10 {
      for number in 0..<20 { watched.probe(address(number)) }
      #expect(watched.wait(.seconds(2)) == [])
    }
    for number in 1000..<11_000 { watched.probe(address(number)) }
    #expect(watched.table.all.count == LoadBalancers.limit)
    #expect(Set(watched.table.all.filter { $0.cadence != nil }.map { $0.address }) == Set((0..<20).map(address)))
    // The newest of the flood are there, which is as good as any, and everything is found where it is.
    #expect(watched.table.all.contains { $0.address == address(10_999) })
    for balancer in watched.table.all { watched.probe(balancer.address) }
    #expect(watched.table.all.count == LoadBalancers.limit)
    #expect(watched.table.all.allSatisfy { $0.probes > 1 })
  }

  @Test func whereAllAreRegularANewcomerIsNotRemembered() {
    let watched = Watched()
    for _ in 0..<10 {
      for number in 0..<LoadBalancers.limit { watched.probe(address(number)) }
      #expect(watched.wait(.seconds(2)) == [])
    }
    watched.probe(address(9999))
    #expect(!watched.table.all.contains { $0.address == address(9999) })
    // One that has stopped makes room.
    for _ in 0..<10 {
      for number in 1..<LoadBalancers.limit { watched.probe(address(number)) }
      _ = watched.wait(.seconds(2))
    }
    watched.probe(address(9999))
    #expect(watched.table.all.contains { $0.address == address(9999) })
    #expect(!watched.table.all.contains { $0.address == address(0) })
  }

  @Test func whoAskedWhereNobodyIsAnyMoreIsForgotten() {
    let watched = Watched()
    watched.probe(address(1))
    watched.probe(address(1), at: 1)
    watched.serve(places: [1])
    #expect(watched.table.all.map { $0.place } == [1])
    // A connection that was taken before the reload.
    watched.probe(address(1), at: 0)
    #expect(watched.table.all.count == 1)
    #expect(watched.table.count(ofService: "web", watched.now) == 1)
  }

  @Test(arguments: [
    (4, "0s"), (250, "250ms"), (254, "250ms"), (1000, "1s"), (1449, "1.4s"), (9960, "10s"), (12_400, "12s"),
    (200_000, "3m20s"),
  ])
  func aMeasuredTime(_ milliseconds: Int, _ text: String) {
    #expect(roundText(.milliseconds(milliseconds)) == text)
  }
}
