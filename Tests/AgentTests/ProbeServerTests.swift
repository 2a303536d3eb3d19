import Kernel
import Testing
import Text

@testable import Agent

@Suite struct ProbeServerTests {
  @Test(arguments: ["127.0.0.1:*", "[::1]:*", ":*", "*:*", "0.0.0.0:*"])
  func aProbeIsToldTheLineAndLetGo(_ address: String) throws {
    let site = try Site()
    try site.open(at: address)
    let peer = address.hasPrefix("[") ? IPAddress.v6(0, 1) : loopback
    do {
      let prober = try site.prober(peer)
      #expect(try site.reply(to: prober) == "50% up\n")
      #expect(site.server.openConnections == 1)
    }
    try site.run { site.server.openConnections == 0 }
    #expect(site.server.counts == ProbeCounts(answered: 1))
  }

  @Test func everybodyIsServedInBothFamilies() throws {
    let site = try Site()
    try site.open(at: ":*")
    for peer in [loopback, .v6(0, 1), .v4(0x7F00_0002)] {
      #expect(try site.reply(to: try site.prober(peer)) == "50% up\n")
    }
  }

  @Test func theLineIsTheOneThatHangsThereNow() throws {
    let site = try Site()
    try site.open()
    #expect(try site.reply(to: try site.prober()) == "50% up\n")
    site.notice.hang(Array("down # gone\n".utf8))
    #expect(try site.reply(to: try site.prober()) == "down # gone\n")
  }

  @Test func beforeTheFirstVerdictProbersWait() throws {
    let site = try Site()
    try site.serve([("127.0.0.1:*", [site.service()])])
    let early = try site.prober()
    for _ in 0..<20 { try site.loop.turn(waitingAtMost: .milliseconds(1)) }
    early.read()
    #expect(early.received == "" && !early.hasEnded)
    try site.server.open()
    #expect(try site.reply(to: early) == "50% up\n")
  }

  @Test func whatAProberSaysUnaskedDoesNotResetIt() throws {
    let site = try Site()
    try site.open()
    let prober = try site.prober(saying: String(repeating: "noise\n", count: 1000))
    #expect(try site.reply(to: prober) == "50% up\n")
    try prober.say("more")
    for _ in 0..<10 { try site.loop.turn(waitingAtMost: .milliseconds(1)) }
    prober.read()
    #expect(!prober.wasReset)
  }

  @Test func aProberThatNeverClosesIsLeftAfterTwoSeconds() throws {
    let site = try Site()
    try site.open()
    let prober = try site.prober()
    let begin = Clock.monotonic()
    #expect(try site.reply(to: prober) == "50% up\n")
    try site.run { site.server.openConnections == 0 }
    #expect(Clock.monotonic() - begin >= .seconds(2))
    #expect(site.server.counts.evicted == 0)
  }

  @Test func theOldestConnectionGivesWay() throws {
    // Sixteen descriptors: eight connections.
    let site = try Site(descriptors: 16)
    try site.open()
    var silent: [Prober] = []
    for number in 0..<30 {
      silent.append(try site.prober())
      try site.run { site.server.counts.answered == number + 1 }
      #expect(site.server.openConnections == min(number + 1, 8))
    }
    #expect(site.server.counts.evicted == 22)
    for prober in silent { #expect(try site.reply(to: prober) == "50% up\n") }
  }

  /// (descriptors that the process may have, connections); and they keep nobody waiting.
  @Test(arguments: [(0, Conversations.fewest), (17, 8), (18, 9), (1 << 20, Conversations.most)])
  func soManyConnectionsHaveRoom(descriptors: Int, most: Int) throws {
    let site = try Site(descriptors: descriptors)
    try site.open()
    var silent: [Prober] = []
    for number in 1...most {
      silent.append(try site.prober())
      if number % 60 == 0 || number == most { try site.run { site.server.counts.answered == number } }
    }
    #expect(site.server.openConnections == most && site.server.counts.evicted == 0)
    #expect(try site.reply(to: try site.prober()) == "50% up\n")
    #expect(site.server.counts.evicted == 1)
  }

  @Test func thoseWhoHaveTheirAnswerGiveWayBeforeThoseWhoWait() throws {
    let site = try Site(descriptors: 16)
    try site.open([site.service("web")])
    let waiting = try site.prober()
    try site.run { site.server.openConnections == 1 }
    var answered: [Prober] = []
    for number in 0..<20 {
      answered.append(try site.prober(saying: "web\n"))
      try site.run { site.server.counts.answered == number + 1 }
    }
    try waiting.say("web\n")
    #expect(try site.reply(to: waiting) == "50% up\n")
  }

  @Test func oneTurnTakesABurstAndLeavesTheOthersTheirs() throws {
    let site = try Site()
    try site.open()
    let probers = try (0..<150).map { _ in try site.prober() }
    try site.loop.turn()
    #expect(site.server.counts.answered == ProbeServer.burst)
    for prober in probers { #expect(try site.reply(to: prober) == "50% up\n") }
  }

  // MARK: - Who asks

  @Test func thoseWhoAreNotNamedAreLeftWithoutAWord() throws {
    let site = try Site()
    try site.open([site.service(allow: AddressSet([try AddressBlock("127.0.0.2")]))])
    for _ in 0..<3 { #expect(try site.reply(to: try site.prober()) == "") }
    #expect(site.server.counts == ProbeCounts(refused: 3))
    #expect(
      site.reader.lines == ["<4>127.0.0.1:\(site.port): refused a probe from 127.0.0.1, whom 'allow' does not name"])
  }

  @Test func soManyOfThemAreNamedInTheLog() throws {
    let site = try Site()
    let conversations = Conversations(loop: site.loop, log: site.reader.log, descriptors: 1024, observer: nil)
    let services = ServiceTable(at: InternetAddress(.every, port: 9999), [site.service(allow: AddressSet([]))])
    for number in 0...Conversations.mostRefusedPeers {
      conversations.begin(
        try Socket.pair().near.dup(), from: .v4(UInt32(number)), with: services, now: site.loop.now)
    }
    #expect(site.reader.lines.count == Conversations.mostRefusedPeers)
    #expect(conversations.counts.refused == Conversations.mostRefusedPeers + 1)
  }

  @Test func aServiceRefusesThoseWhomItsNeighbourAdmits() throws {
    let site = try Site()
    let nobody = AddressSet([])
    try site.open([site.service("web"), site.service("db", allow: nobody)])
    #expect(try site.reply(to: try site.prober(saying: "web\n")) == "50% up\n")
    #expect(try site.reply(to: try site.prober(saying: "db\n")) == "")
    #expect(site.server.counts == ProbeCounts(answered: 1, refused: 1))
  }

  @Test func whoIsTurnedAwayIsSeen() throws {
    final class Doorkeeper: ProbeObserver {
      var turnedAway: [Denial] = []
      var told = 0
      func owesReady(_ place: Int, to peer: IPAddress, now: Duration) -> Bool { false }
      func toldAdministrative(_ place: Int, to peer: IPAddress, now: Duration) {}
      func told(_ place: Int, _ line: [UInt8], to peer: IPAddress, now: Duration) { told += 1 }
      func heard(_ place: Int, from peer: IPAddress) {}
      func turnedAway(_ peer: IPAddress, at address: InternetAddress, because denial: Denial, now: Duration) {
        #expect(peer == loopback && address.host == .address(loopback))
        turnedAway.append(denial)
      }
    }
    let doorkeeper = Doorkeeper()
    let site = try Site(observer: doorkeeper)
    try site.open([site.service("web"), site.service("db", allow: AddressSet([]))])
    for (text, denial) in [
      ("web\n", nil), ("wbe\n", .unknown(Array("wbe".utf8))), ("db\n", .notAllowed(Array("db".utf8))), ("\n", .silent),
    ] as [(String, Denial?)] {
      let before = (doorkeeper.turnedAway.count, doorkeeper.told)
      let reply = try site.reply(to: try site.prober(saying: text))
      #expect(reply == (denial == nil ? "50% up\n" : ""))
      #expect(doorkeeper.turnedAway.dropFirst(before.0) == (denial.map { [$0] } ?? []))
      #expect(doorkeeper.told - before.1 == (denial == nil ? 1 : 0))
    }
    try site.serve([("127.0.0.1:*", [site.service("web", allow: AddressSet([]))])])
    #expect(try site.reply(to: try site.prober()) == "")
    #expect(doorkeeper.turnedAway.last == .notAllowed(nil))
  }

  @Test func aReadyThatIsOwedIsTold() throws {
    final class Memory: ProbeObserver {
      var owed = true
      var told: [String] = []
      var lines: [String] = []
      var heard = 0
      func owesReady(_ place: Int, to peer: IPAddress, now: Duration) -> Bool { owed }
      func toldAdministrative(_ place: Int, to peer: IPAddress, now: Duration) { told.append("\(place) \(peer)") }
      func told(_ place: Int, _ line: [UInt8], to peer: IPAddress, now: Duration) {
        lines.append(String(decoding: line, as: UTF8.self))
      }
      func heard(_ place: Int, from peer: IPAddress) { heard += 1 }
      func turnedAway(_ peer: IPAddress, at address: InternetAddress, because denial: Denial, now: Duration) {
        Issue.record("\(peer) is turned away")
      }
    }
    let memory = Memory()
    let site = try Site(observer: memory)
    try site.open()
    #expect(try site.reply(to: try site.prober()) == "50% up\n")
    #expect(memory.told == [])
    site.notice.hang(Array("drain up\n".utf8), isAdministrative: true)
    #expect(try site.reply(to: try site.prober()) == "drain up\n")
    #expect(memory.told == ["0 127.0.0.1"])
    site.notice.hang(Array("up\n".utf8), withReady: Array("ready up\n".utf8))
    #expect(try site.reply(to: try site.prober()) == "ready up\n")
    memory.owed = false
    #expect(memory.heard == 0)
    #expect(try site.reply(to: try site.prober(saying: "nobody asked\n")) == "up\n")
    #expect(memory.told.count == 1)
    #expect(memory.lines == ["50% up\n", "drain up\n", "ready up\n", "up\n"])
    try site.loop.run { memory.heard == 1 }
  }
}

extension Site {
  /// Opens at this site's port on the loopback.
  func open(_ services: [ProbeService]) throws { try open(at: "127.0.0.1:*", services) }
}
