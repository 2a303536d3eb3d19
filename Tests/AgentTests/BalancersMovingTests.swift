import TestSupport
import Testing
import Text

@testable import Agent

@Suite struct BalancersMovingTests {
  private let one = IPAddress("192.0.2.1")!
  private let readyFor = Duration.seconds(60)

  private static func text(_ balancers: Balancers) -> String {
    var bytes: [UInt8] = []
    balancers.write(into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// (from, to, whether a load balancer that asked there may ask here)
  @Test(
    arguments: [
      (":9999", ":9999", true),
      (":9999", "127.0.0.1:9999", true),
      ("0.0.0.0:9999", "127.0.0.1:9999", true),
      ("0.0.0.0:9999", "[::1]:9999", false),
      (":9999", ":9998", false),
      ("127.0.0.1:9999", "127.0.0.2:9999", false),
      (":9999", ":9999 silent", true),
      (":9999", "127.0.0.1:9999 saying web", true),
      (":9999 silent", ":9999 saying web", false),
      (":9999 saying web", ":9999 saying db", false),
      (":9999 saying web", "[::1]:9999 saying web", true),
    ] as [(ProbePlace, ProbePlace, Bool)])
  func whereSomebodyMayFindHimself(place: ProbePlace, other: ProbePlace, _ overlaps: Bool) {
    #expect(place.overlaps(other) == overlaps && other.overlaps(place) == overlaps)
    for (old, new) in [(place, other), (other, place)] {
      var balancers = Balancers()
      balancers.serve(at: [old])
      balancers.sendWeight(old)
      balancers.begin(old)
      balancers.tellAdministrative(old, one)
      balancers.serve(at: [new])
      #expect(balancers.hasSentWeight(new) == overlaps && balancers.isAdministrative(new) == overlaps)
      balancers.end(new)
      let told = balancers.needsReady(new, one, at: .zero, readyFor: readyFor)
      #expect(told == overlaps)
      // It is owed in one place, and comes back with the old one.
      let still = balancers.debts.keys.map { $0.place }
      #expect(still == [overlaps ? new : old])
      balancers.serve(at: [old])
      let toldAgain = balancers.needsReady(old, one, at: .zero, readyFor: readyFor)
      #expect(toldAgain && balancers.hasSentWeight(old) && !balancers.isAdministrative(old))
    }
  }

  /// An address that is added beside the one that contains it takes over whoever asked there; one that has been beside
  /// it all the time does not, nor does it after a restart.
  @Test func aPartThatComesBesideTheWhole() {
    var balancers = Balancers()
    balancers.serve(at: [":9999", "127.0.0.2:9999"])
    balancers.tellAdministrative(":9999", one)
    balancers.serve(at: [":9999", "127.0.0.1:9999", "127.0.0.2:9999"])
    let expected: Set<ProbePlace> = [":9999", "127.0.0.1:9999"]
    #expect(Set(balancers.debts.keys.map { $0.place }) == expected)
    let bytes = Array(Self.text(balancers).utf8)
    var next = Balancers(bytes.span)
    next?.serve(at: [":9999", "127.0.0.1:9999", "127.0.0.2:9999"])
    #expect(next.map { Set($0.debts.keys.map { $0.place }) } == expected)
  }

  /// A connection that was accepted before a reload, and told only after it.
  @Test func whoIsToldLateIsOwedWhereHeAsksNow() {
    var balancers = Balancers()
    balancers.serve(at: ["127.0.0.1:9999"])
    balancers.serve(at: [":9999 silent", ":9999 saying web"])
    balancers.tellAdministrative("127.0.0.1:9999", one)
    let places = Set(balancers.debts.keys.map { $0.place })
    #expect(places == [":9999 silent", ":9999 saying web"])
  }

  @Test func whatIsOwedInBothPlacesIsOwedOnce() {
    var balancers = Balancers()
    balancers.serve(at: ["127.0.0.1:9999", "[::1]:9999"])
    for place in ["127.0.0.1:9999", "[::1]:9999"] as [ProbePlace] { balancers.tellAdministrative(place, one) }
    _ = balancers.needsReady("127.0.0.1:9999", one, at: .zero, readyFor: readyFor)
    balancers.serve(at: [":9999"])
    #expect(balancers.debts == [Balancers.Debtor(place: ":9999", address: one): .open])
  }

  private func owed(_ count: Int, at place: ProbePlace) -> Balancers {
    var balancers = Balancers()
    balancers.serve(at: [place])
    for index in 0..<count { balancers.tellAdministrative(place, .v4(UInt32(index))) }
    return balancers
  }

  /// As many as are remembered may move.
  @Test func allMove() {
    var balancers = owed(Balancers.limit, at: "127.0.0.1:9999")
    balancers.serve(at: [":9999"])
    #expect(balancers.debts.count == Balancers.limit && balancers.debts.keys.allSatisfy { $0.place == ":9999" })
    #expect(balancers.places[":9999"]?.strangers ?? .nothing == .nothing)
  }

  /// Where they may ask in two places from now on, each of them counts twice; who does not fit is a stranger there.
  @Test(arguments: [0, 1])
  func soManyMayAskInTwoPlaces(beyond: Int) {
    var balancers = owed(Balancers.limit / 2 + beyond, at: ":9999")
    balancers.serve(at: [":9999", "127.0.0.1:9999"])
    #expect(balancers.debts.count == Balancers.limit)
    #expect(balancers.places["127.0.0.1:9999"]?.strangers == (beyond == 0 ? nil : .ready))
    #expect(balancers.places[":9999"]?.strangers ?? .nothing == .nothing)
  }

  @Test func aPlaceWithoutAServiceIsForgottenInTheEnd() {
    for absences in [Balancers.mostAbsences, Balancers.mostAbsences + 1] {
      var balancers = Balancers()
      balancers.serve(at: [":9999"])
      balancers.begin(":9999")
      balancers.tellAdministrative(":9999", one)
      for count in 1...absences {
        balancers.serve(at: [":9998"])
        // Restarts count as reloads do.
        let bytes = Array(Self.text(balancers).utf8)
        balancers = Balancers(bytes.span)!
        let isKept = count <= Balancers.mostAbsences
        #expect(Self.text(balancers) == (isKept ? "at :9999\nabsent \(count)\nowed 192.0.2.1\n" : ""))
      }
      balancers.serve(at: [":9999"])
      let told = balancers.needsReady(":9999", one, at: .zero, readyFor: readyFor)
      #expect(told == (absences == Balancers.mostAbsences))
      #expect(balancers.isEmpty == !told)
    }
  }

  @Test func placesWithoutAServiceAreBounded() {
    var balancers = Balancers()
    for port in 1...UInt16(200) {
      let place = ProbePlace(address: InternetAddress(.every, port: port), asking: .anything)
      balancers.serve(at: [place])
      balancers.sendWeight(place)
    }
    #expect(balancers.places.count == Balancers.mostAbsences + 1)
  }

  /// At the limit all are remembered; beyond it the one goes that has been without a service for longest.
  @Test(arguments: [0, 1])
  func soManyPlacesWithoutAServiceAreRemembered(beyond: Int) {
    let places = (0..<Balancers.mostAbsent + beyond).map {
      ProbePlace(address: InternetAddress(.every, port: UInt16(9000 + $0)), asking: .silence)
    }
    var balancers = Balancers()
    balancers.serve(at: places)
    for place in places { balancers.sendWeight(place) }
    balancers.serve(at: Array(places.dropFirst()))
    balancers.serve(at: [":9999"])
    #expect(Set(balancers.places.keys) == Set(places.suffix(Balancers.mostAbsent)))
  }

  /// A reload that changes no place costs no write.
  @Test func theSamePlacesAgainAreNoNews() {
    var balancers = Balancers()
    balancers.serve(at: [":9999", ":9998 silent"])
    balancers.begin(":9999")
    balancers.tellAdministrative(":9999", one)
    balancers.sendWeight(":9998 silent")
    let revision = balancers.revision
    balancers.serve(at: [":9998 silent", ":9999"])
    #expect(balancers.revision == revision && balancers.isAdministrative(":9999"))
  }

  /// Wherever services go, as long as each load balancer's own address is served: who was told is told `ready`.
  @Test func nobodyIsLeftBehind() {
    var random = SeededGenerator(seed: 5)
    let homes: [[ProbePlace]] = [
      [":9999"], ["127.0.0.1:9999"], ["127.0.0.1:9999", ":9999"], ["0.0.0.0:9999", "[::1]:9999"],
      [":9999 silent", ":9999 saying web"], ["127.0.0.1:9999 saying web", ":9998"],
    ]
    /// Where somebody who asks 127.0.0.1:9999 with `web` finds himself.
    func whereWebAsks(_ served: [ProbePlace]) -> ProbePlace {
      served.first { $0.overlaps("127.0.0.1:9999 saying web") && $0.address.host != .every }
        ?? served.first { $0.overlaps("127.0.0.1:9999 saying web") }!
    }
    for _ in 0..<300 {
      var balancers = Balancers()
      var served = homes.randomElement(using: &random)!
      balancers.serve(at: served)
      balancers.begin(whereWebAsks(served))
      balancers.tellAdministrative(whereWebAsks(served), one)
      for _ in 0..<Int.random(in: 0..<30, using: &random) {
        served = homes.randomElement(using: &random)!
        balancers.serve(at: served)
      }
      for place in served { balancers.end(place) }
      let told = balancers.needsReady(whereWebAsks(served), one, at: .zero, readyFor: readyFor)
      #expect(told, "\(served)")
    }
  }
}
