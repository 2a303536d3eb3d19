// Who asks in vain, in virtual time.

import Testing
import Text

@testable import Agent

private let place = InternetAddress(.every, port: 9999)

private func address(_ number: Int) -> IPAddress { .v4(0x0A00_0000 + UInt32(number)) }

private func unknown(_ text: String) -> Denial { .unknown(Array(text.utf8)) }

@Suite struct VainAskersTests {
  @Test(arguments: [
    (unknown("wbe"), "asks for 'wbe', which no service has"),
    (.notAllowed(nil), "is refused: 'allow' does not name it"),
    (.notAllowed([]), "is refused: 'allow' does not name it"),
    (.notAllowed(Array("db".utf8)), "is refused for 'db': 'allow' does not name it"),
    (.silent, "says nothing, and every service has an 'agent-send'"),
  ])
  func aDenialIsRead(_ denial: Denial, _ text: String) { #expect(denial.text == text) }

  @Test func eachIsCounted() {
    var askers = VainAskers()
    for second in [10, 12, 14] { askers.note(address(1), at: place, because: unknown("wbe"), .seconds(second)) }
    // The same in the clothes of IPv6.
    askers.note(.v6(0, 0xFFFF_0A00_0001), at: place, because: unknown("wbe"), .seconds(16))
    askers.note(address(1), at: place, because: .notAllowed(nil), .seconds(17))
    askers.note(address(2), at: place, because: unknown("wbe"), .seconds(18))
    #expect(askers.all.map { $0.times } == [4, 1, 1])
    #expect(askers.all.map { $0.first } == [.seconds(10), .seconds(17), .seconds(18)])
    #expect(askers.all[0].last == .seconds(16) && askers.all[0].address == address(1))
  }

  /// Who has not asked for a minute, or for five of its intervals, does not ask in vain any more.
  @Test func oneThatIsOverIsNotCurrentAndBeginsAnew() {
    var askers = VainAskers()
    askers.note(address(1), at: place, because: .silent, .seconds(0))
    for number in 0..<3 { askers.note(address(2), at: place, because: .silent, .seconds(number * 100)) }
    #expect(askers.current(.seconds(60)).map { $0.address } == [address(1), address(2)])
    #expect(askers.current(.seconds(700)).map { $0.address } == [address(2)])
    #expect(askers.current(.seconds(701)).isEmpty)
    askers.note(address(2), at: place, because: .silent, .seconds(800))
    #expect(askers.all[1].times == 4 && askers.all[1].first == .zero)
    askers.note(address(2), at: place, because: .silent, .seconds(1401))
    #expect(askers.all[1].times == 1 && askers.all[1].first == .seconds(1401))
  }

  /// Of any number of strangers and texts so many are remembered, and one that comes again and again stays.
  @Test func aFloodIsBoundedAndLeavesTheRegularOne() {
    var askers = VainAskers()
    for round in 0..<100 {
      let now = Duration.seconds(2 * round)
      askers.note(address(0), at: place, because: unknown("wbe"), now)
      for number in 1...1000 { askers.note(address(round * 1000 + number), at: place, because: .notAllowed(nil), now) }
      for number in 0..<20 { askers.note(address(0), at: place, because: unknown("\(round) \(number)"), now) }
    }
    #expect(askers.all.count == VainAskers.limit)
    #expect(askers.all.count { $0.address == address(0) } == VainAskers.limitOfOne)
    #expect(askers.all.first { $0.denial == unknown("wbe") }?.times == 100)
  }

  @Test(
    arguments: [
      (unknown("wbe"), ":9999 saying web", true), (unknown("wbe"), "10.0.0.9:9999", true),
      (unknown("wbe"), ":9998 saying web", false), (.silent, ":9999 saying web", true),
      (.notAllowed(nil), ":9999 saying web", true), (.notAllowed(Array("web".utf8)), ":9999 saying web", true),
      (.notAllowed(Array("db".utf8)), ":9999 saying web", false), (.notAllowed([]), ":9999 silent", true),
      (.notAllowed([]), ":9999 saying web", false),
    ] as [(Denial, ProbePlace, Bool)])
  func whoMayBeTheSame(_ denial: Denial, _ asked: ProbePlace, _ isFound: Bool) {
    var askers = VainAskers()
    askers.note(address(1), at: place, because: denial, .seconds(1))
    #expect((askers.latest(address(1), for: asked) != nil) == isFound)
    #expect(askers.latest(address(2), for: asked) == nil)
  }
}
