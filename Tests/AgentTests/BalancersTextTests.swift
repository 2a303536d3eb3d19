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
    balancers.sendWeight("web")
    balancers.begin("web")
    balancers.tellAdministrative("web", IPAddress("2001:db8::1")!)
    balancers.tellAdministrative("web", IPAddress("192.0.2.1")!)
    balancers.sendWeight("api")
    balancers.begin("none")
    balancers.end("none")
    balancers.begin("db")
    balancers.tellAdministrative("db", IPAddress("192.0.2.1")!)
    balancers.end("db")
    let expected = """
      service api
      weight
      service db
      owed 192.0.2.1
      service web
      weight
      anybody
      owed 192.0.2.1
      owed 2001:db8::1

      """
    #expect(Self.text(balancers) == expected)
    #expect(Self.read(expected).map(Self.text) == expected)
  }

  @Test(arguments: [
    "web\n", "service \n", "service web", "owed 192.0.2.1\n", "weight\n", "service web\nowed\n",
    "service web\nowed 1\n",
    "service web\nowed 192.0.2.1", "service web\nowed 192.0.2.1 x\n", "service web\nanybody else\n",
    "service web\nnobody\n", "service web\n\n", "service web\r\n",
  ])
  func whatNobodyHasWrittenIsNotRead(_ text: String) { #expect(Self.read(text) == nil) }

  @Test func nothingIsAllThatAnEmptyOneSays() { #expect(Self.read("") == Balancers()) }

  @Test func tooManyAreRefused() {
    func lines(_ count: Int) -> String {
      "service web\n" + (0..<count).map { "owed \(IPAddress.v4(UInt32($0)))\n" }.joined()
    }
    #expect(Self.read(lines(Balancers.limit))?.debts.count == Balancers.limit)
    #expect(Self.read(lines(Balancers.limit + 1)) == nil)
  }

  /// A full record fits into a document.
  @Test func theLargestFits() {
    var balancers = Balancers()
    balancers.begin("web")
    for index in 0..<Balancers.limit {
      balancers.tellAdministrative("web", .v6(0x2001_0DB8_1111_2222, 0x1111_2222_3333_0000 + UInt64(index)))
    }
    #expect(Self.text(balancers).utf8.count < HelperQuestion.largestPayload / 2)
  }

  /// Whatever has happened, what is written reads as itself; and whatever bytes there are, they are read or refused.
  @Test func writtenAndReadIsTheSame() {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<300 {
      var balancers = Balancers()
      var now = Duration.zero
      for _ in 0..<Int.random(in: 0..<40, using: &random) {
        let service = ["web", "db", "a.b-c_1"].randomElement(using: &random)!
        let address = [IPAddress.v4(0xC000_0201), .v4(0xC000_0202), .v6(0x2001_0DB8 << 32, 1)]
          .randomElement(using: &random)!
        now += .seconds(Int.random(in: 0..<1000, using: &random))
        switch Int.random(in: 0..<6, using: &random) {
        case 0: balancers.begin(service)
        case 1: balancers.end(service)
        case 2: balancers.sendWeight(service)
        case 3: balancers = Self.read(Self.text(balancers))!  // a crash
        case 4: balancers.tellAdministrative(service, address)
        default: _ = balancers.needsReady(service, address, at: now, readyFor: .seconds(60))
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
