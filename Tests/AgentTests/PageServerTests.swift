import Foundation
import Kernel
import Testing
import Text
import Web

@testable import Agent

/// Answers with the path, or with what a test wants.
private final class PathPages: PageSource {
  var asked: [String] = []
  var filler = 0

  func page(for request: Request, _ audience: PageAudience, from peer: IPAddress, now: Duration) -> Page {
    let path = String(decoding: request.path, as: UTF8.self)
    asked.append(path)
    return .line(.ok, path + String(repeating: ".", count: filler))
  }
}

@Suite struct PageServerTests {
  private let site: Site
  private let source = PathPages()
  private let pages: PageServer

  init() throws {
    site = try Site()
    pages = PageServer(loop: site.loop, log: site.reader.log, descriptors: 1024)
    pages.source = source
    site.server.pages = pages
  }

  private func open(allow: AddressSet? = nil) throws {
    let address = try InternetAddress("127.0.0.1:\(site.port)")
    try site.server.serve([Route(address, PageAudience(at: address, allow: allow))], now: site.loop.now)
    try site.server.open()
  }

  private func request(_ path: String, _ fields: String = "") -> String {
    "GET \(path) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
  }

  /// The bodies of all answers in a text.
  private func bodies(_ text: String) -> [String] {
    text.components(separatedBy: "HTTP/1.1 ").dropFirst().map {
      $0.components(separatedBy: "\r\n\r\n").dropFirst().joined().trimmingCharacters(in: ["\n"])
    }
  }

  @Test func requestsAreAnsweredInTheirOrder() throws {
    try open()
    let paths = (0..<200).map { "/\($0)" }
    let prober = try site.prober(saying: paths.map { request($0) }.joined() + request("/end", "Connection: close\r\n"))
    #expect(bodies(try site.reply(to: prober)) == paths + ["/end"])
    #expect(pages.counts.answers[0] == 201)
  }

  @Test func aConnectionStaysForMore() throws {
    try open()
    let prober = try site.prober()
    for round in 1...3 {
      for byte in request("/a").unicodeScalars {
        try prober.say(String(byte))
        try site.loop.turn(waitingAtMost: .milliseconds(50))
      }
      try site.run {
        prober.read()
        return bodies(prober.received).count == round
      }
    }
    #expect(!prober.hasEnded && pages.count == 1)
    prober.endInput()
    try site.run { pages.count == 0 }
  }

  /// A daemon that ends waits for those who wait for it, and not for those who have had their answer.
  @Test func whoWaitsForAnAnswerIsWaitedFor() throws {
    try open()
    #expect(pages.isIdle)
    let prober = try site.prober()
    try site.run { pages.count == 1 }
    #expect(!pages.isIdle)
    let text = request("/a")
    try prober.say(String(text.dropLast(2)))
    try site.loop.turn(waitingAtMost: .milliseconds(50))
    #expect(!pages.isIdle)
    try prober.say(String(text.suffix(2)))
    try site.run { pages.isIdle }
    prober.read()
    #expect(bodies(prober.received) == ["/a"] && pages.count == 1)
  }

  @Test func whoEndsItsInputIsAnswered() throws {
    try open()
    let prober = try site.prober(saying: request("/a"))
    prober.endInput()
    #expect(bodies(try site.reply(to: prober)) == ["/a"])
  }

  @Test func aRefusedRequestEndsTheConnection() throws {
    try open()
    let prober = try site.prober(saying: request("/a") + "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 30000\r\n\r\n")
    try prober.say(String(repeating: "x", count: 30_000))
    let received = try site.reply(to: prober)
    #expect(received.contains("HTTP/1.1 413 ") && received.contains("Connection: close"))
    #expect(source.asked == ["/a"])
    // Unread input does not reset the connection under the answer.
    #expect(!prober.wasReset)
  }

  @Test func onlyWhoIsAllowedMayAsk() throws {
    try open(allow: AddressSet([try AddressBlock("127.0.0.2")]))
    // Without a word: unread input would make it a reset.
    let prober = try site.prober()
    #expect(try site.reply(to: prober) == "")
    #expect(pages.counts.refused == 1 && source.asked == [])
    #expect(site.reader.lines.count { $0.contains("refused 127.0.0.1, whom 'allow' does not name") } == 1)
  }

  /// Deadlines, without waiting for them.
  @Test func whoTakesTooLongIsLetGo() throws {
    try open()
    let silent = try site.prober()
    let slow = try site.prober(saying: "GET / HT")
    let resting = try site.prober(saying: request("/a"))
    try site.run {
      resting.read()
      return pages.count == 3 && bodies(resting.received).count == 1
    }
    pages.due(0, now: site.loop.now + PageServer.askTime + .seconds(1))
    for prober in [silent, slow] { _ = try site.reply(to: prober) }
    #expect(silent.received == "" && slow.received.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
    #expect(!resting.hasEnded)
    pages.due(0, now: site.loop.now + PageServer.restTime + .seconds(1))
    try site.run {
      resting.read()
      return resting.hasEnded
    }
    #expect(pages.count == 0)
  }

  /// Who does not read is waited for, not written for, and dropped in the end; what is kept for it has a limit.
  @Test func whoDoesNotReadIsDropped() throws {
    try open()
    source.filler = 200_000
    let lazy = try site.prober(saying: (0..<100).map { request("/\($0)") }.joined())
    for _ in 0..<300 { try site.loop.turn(waitingAtMost: .milliseconds(1)) }
    // The kernel takes a few megabytes; twenty would be all of it.
    let asked = source.asked.count
    #expect(asked > 0 && asked < 80)
    source.filler = 0
    let other = try site.prober(saying: request("/other", "Connection: close\r\n"))
    #expect(bodies(try site.reply(to: other)) == ["/other"])
    pages.due(0, now: site.loop.now + PageServer.answerTime + .seconds(1))
    #expect(pages.count == 0)
    withExtendedLifetime(lazy) {}
  }

  /// A crowd takes no more places than there are, and gives way to those who have something to say.
  @Test func aSilentCrowdKeepsNobodyOut() throws {
    try open()
    var crowd: [Prober] = []
    for _ in 0..<200 {
      crowd.append(try site.prober())
      try site.loop.turn(waitingAtMost: .zero)
    }
    #expect(pages.count <= PageServer.most)
    let prober = try site.prober(saying: request("/a", "Connection: close\r\n"))
    #expect(bodies(try site.reply(to: prober)) == ["/a"])
    #expect(pages.counts.evicted >= 200 - PageServer.most)
    withExtendedLifetime(crowd) {}
  }

  /// (descriptors that the process may have, connections)
  @Test(arguments: [
    (0, PageServer.fewest), (39, 4), (40, 5), (511, 63), (512, PageServer.most), (1 << 20, PageServer.most),
  ])
  func soManyConnectionsHaveRoom(descriptors: Int, most: Int) throws {
    let pages = PageServer(loop: site.loop, log: site.reader.log, descriptors: descriptors)
    site.server.pages = pages
    try open()
    var silent: [Prober] = []
    for number in 1...most {
      silent.append(try site.prober())
      try site.run { pages.count == number }
    }
    #expect(pages.counts.evicted == 0)
    silent.append(try site.prober())
    try site.run { pages.counts.evicted == 1 }
    #expect(pages.count == most)
    withExtendedLifetime(silent) {}
  }

  /// One who asks for much at once gets so much of a turn, of which each answer has a share.
  @Test func oneTurnWritesSoMuch() throws {
    try open()
    let prober = try site.prober(saying: (0..<200).map { _ in request("/metrics") }.joined())
    try site.run { !source.asked.isEmpty }
    let asked = source.asked.count
    try site.run {
      prober.read()
      return bodies(prober.received).count == 200
    }
    let share = PageServer.answerShare + prober.received.utf8.count / 200
    #expect(asked == (PageServer.mostPerTurn + share - 1) / share)
  }

  @Test func soManyWhoMayNotAskAreNamedInTheLog() throws {
    let audience = PageAudience(at: InternetAddress(.every, port: 9998), allow: AddressSet([]))
    for number in 0...PageServer.mostRefusedPeers {
      pages.begin(try Socket.pair().near.dup(), from: .v4(UInt32(number)), for: audience, now: site.loop.now)
    }
    #expect(site.reader.lines.count == PageServer.mostRefusedPeers)
    #expect(pages.counts.refused == PageServer.mostRefusedPeers + 1)
  }

  /// Probes and pages change places between one reload and the next.
  @Test func anAddressChangesItsPurpose() throws {
    try open()
    #expect(bodies(try site.reply(to: try site.prober(saying: request("/a", "Connection: close\r\n")))) == ["/a"])
    try site.serve([("127.0.0.1:*", [site.service()])])
    #expect(try site.reply(to: try site.prober()) == "50% up\n")
  }
}
