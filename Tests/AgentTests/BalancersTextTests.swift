import TestSupport
import Testing
import Text

@testable import Agent

@Suite struct BalancersTextTests {
  private static func text(_ balancers: Balancers) -> String {
    var bytes: [UInt8] = []
    balancers.write(into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func read(_ text: String) -> Balancers? {
    let bytes = Array(text.utf8)
    return Balancers(bytes.span)
  }

  @Test func itReadsAsAPersonWould() {
    var balancers = Balancers()
    balancers.sendWeight(":9999 saying web")
    balancers.begin(":9999 saying web")
    balancers.tellAdministrative(":9999 saying web", IPAddress("2001:db8::1")!)
    balancers.tellAdministrative(":9999 saying web", IPAddress("192.0.2.1")!)
    balancers.sendWeight(":9999 saying api one")
    balancers.begin(":1")
    balancers.end(":1")
    balancers.begin(":9999 silent")
    balancers.tellAdministrative(":9999 silent", IPAddress("192.0.2.1")!)
    balancers.end(":9999 silent")
    let expected = """
      at :9999 saying api one
      weight
      at :9999 saying web
      weight
      anybody
      owed 192.0.2.1
      owed 2001:db8::1
      at :9999 silent
      owed 192.0.2.1

      """
    #expect(Self.text(balancers) == expected)
    #expect(Self.read(expected).map(Self.text) == expected)
  }

  @Test(arguments: [
    "web\n", "at \n", "at 9999\n", "at :9999", "at :9999 web\n", "at :9999 saying \u{0}\n\n", "owed 192.0.2.1\n",
    "weight\n",
    "at :9999\nowed\n", "at :9999\nowed 1\n", "at :9999\nowed 192.0.2.1", "at :9999\nowed 192.0.2.1 x\n",
    "at :9999\nanybody else\n", "at :9999\nnobody\n", "at :9999\n\n", "at :9999\r\n", "at :9999\nabsent\n",
    "at :9999\nabsent -1\n", "at :9999\nabsent 99\n", "at :9999\nabsent 99999999999999999999\n",
    "service web\nweight\n",
  ])
  func whatNobodyHasWrittenIsNotRead(_ text: String) { #expect(Self.read(text) == nil) }

  @Test func nothingIsAllThatAnEmptyOneSays() { #expect(Self.read("") == Balancers()) }

  @Test func tooManyAreRefused() {
    func lines(_ count: Int) -> String {
      "at :9999\n" + (0..<count).map { "owed \(IPAddress.v4(UInt32($0)))\n" }.joined()
    }
    #expect(Self.read(lines(Balancers.limit))?.debts.count == Balancers.limit)
    #expect(Self.read(lines(Balancers.limit + 1)) == nil)
  }

  /// A full record fits into a document.
  @Test func theLargestFits() {
    var balancers = Balancers()
    balancers.begin(":9999 saying web")
    for index in 0..<Balancers.limit {
      balancers.tellAdministrative(
        ":9999 saying web", .v6(0x2001_0DB8_1111_2222, 0x1111_2222_3333_0000 + UInt64(index)))
    }
    #expect(Self.text(balancers).utf8.count < HelperQuestion.largestPayload / 2)
  }

  /// Whatever has happened, what is written reads as itself; and whatever bytes there are, they are read or refused.
  @Test func writtenAndReadIsTheSame() {
    var random = SeededGenerator(seed: 11)
    let places: [ProbePlace] = [":9999", "127.0.0.1:9999", "[::1]:9999", ":9999 silent", ":9999 saying a  b ", ":1"]
    for _ in 0..<300 {
      var balancers = Balancers()
      var now = Duration.zero
      for _ in 0..<Int.random(in: 0..<40, using: &random) {
        let place = places.randomElement(using: &random)!
        let address = [IPAddress.v4(0xC000_0201), .v4(0xC000_0202), .v6(0x2001_0DB8 << 32, 1)]
          .randomElement(using: &random)!
        now += .seconds(Int.random(in: 0..<1000, using: &random))
        switch Int.random(in: 0..<7, using: &random) {
        case 0: balancers.begin(place)
        case 1: balancers.end(place)
        case 2: balancers.sendWeight(place)
        case 3: balancers = Self.read(Self.text(balancers))!  // a crash
        case 4: balancers.tellAdministrative(place, address)
        case 5: balancers.serve(at: places.filter { _ in Bool.random(using: &random) })
        default: _ = balancers.needsReady(place, address, at: now, readyFor: .seconds(60))
        }
      }
      let text = Self.text(balancers)
      #expect(Self.read(text).map(Self.text) == text)
      var bytes = Array(text.utf8)
      for _ in 0..<20 where !bytes.isEmpty {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[index] = .random(in: 0...255, using: &random)
        case 1: bytes.remove(at: index)
        default: bytes.insert(.random(in: 0...255, using: &random), at: index)
        }
        _ = Balancers(bytes.span)
      }
    }
  }
}
