import Kernel
import Testing

@testable import Agent

/// One address with services picked by text: `web` and `db`, and perhaps one for those who say nothing.
private func site(withSilent: Bool = true) throws -> Site {
  let site = try Site()
  let db = Notice()
  db.hang(Array("down # db\n".utf8))
  let silent = Notice()
  silent.hang(Array("up # silent\n".utf8))
  try site.open(
    [site.service("web"), site.service("db", db)] + (withSilent ? [site.service(nil, silent)] : []))
  return site
}

@Suite struct AgentSendTests {
  @Test(arguments: [
    (["web\n"], "50% up\n"),
    (["web\r\n"], "50% up\n"),
    (["web\0"], "50% up\n"),
    (["db\n"], "down # db\n"),
    (["db\nweb\n"], "down # db\n"),
    (["w", "e", "b", "\n"], "50% up\n"),
    (["db", "\r\n"], "down # db\n"),
    (["\n"], "up # silent\n"),
    (["we\n"], ""),
    (["webs\n"], ""),
    ([" web\n"], ""),
    (["web \n"], ""),
    (["dbx"], ""),
    ([String(repeating: "x", count: 300)], ""),
    ([String(repeating: "x", count: 100), String(repeating: "y", count: 155)], ""),
    (["web\n" + String(repeating: "x", count: 100_000)], "50% up\n"),
  ])
  func textPicksTheService(_ pieces: [String], _ reply: String) throws {
    let site = try site()
    // Only a text without an end is waited for, however slow this machine is.
    if pieces.joined().utf8.contains(0x0A) { site.server.awaitTime = .seconds(60) }
    let prober = try site.prober()
    for piece in pieces {
      try prober.say(piece)
      for _ in 0..<3 { try site.loop.turn(waitingAtMost: .milliseconds(1)) }
    }
    #expect(try site.reply(to: prober) == reply)
    #expect(site.server.counts.answered == (reply.isEmpty ? 0 : 1))
    #expect(site.server.counts.unknown == (reply.isEmpty ? 1 : 0))
  }

  @Test(arguments: [("", true, "up # silent\n"), ("", false, ""), ("web", true, "50% up\n"), ("we", true, "")])
  func afterTheTimeoutTheTextSoFarIsTheLine(_ text: String, _ withSilent: Bool, _ reply: String) throws {
    let site = try site(withSilent: withSilent)
    site.server.awaitTime = .milliseconds(30)
    let begin = Clock.monotonic()
    let prober = try site.prober(saying: text)
    #expect(try site.reply(to: prober) == reply)
    #expect(Clock.monotonic() - begin >= .milliseconds(30))
  }

  @Test(arguments: [("", "up # silent\n"), ("web", "50% up\n"), ("other", "")])
  func theEndOfTheInputIsAnEndOfTheLine(_ text: String, _ reply: String) throws {
    let site = try site()
    // So long that only the end can have ended it.
    site.server.awaitTime = .seconds(1000)
    let prober = try site.prober(saying: text)
    prober.endInput()
    #expect(try site.reply(to: prober) == reply)
  }

  @Test func aProberThatGoesAwayWithoutALineIsForgotten() throws {
    let site = try site()
    do { _ = try site.prober(saying: "we") }
    try site.run { site.server.counts.unknown == 1 && site.server.openConnections == 0 }
  }

  @Test func eachUnknownTextIsLoggedOnceAndNotMoreThanABound() throws {
    let site = try site()
    for _ in 0..<3 { #expect(try site.reply(to: try site.prober(saying: "wbe\u{1B}\n")) == "") }
    #expect(
      site.reader.lines == [
        "<4>127.0.0.1:\(site.port): no answer to 'wbe\\x1b' from 127.0.0.1: it is no service's 'agent-send'"
      ])
    // With the first one, one more than are remembered.
    for number in 1...Conversations.mostUnknownTexts {
      #expect(try site.reply(to: try site.prober(saying: "\(number)\n")) == "")
    }
    #expect(site.reader.lines.count == Conversations.mostUnknownTexts)
    #expect(site.server.counts.unknown == Conversations.mostUnknownTexts + 3)
  }

  @Test func manyAtOnceAreNotMixedUp() throws {
    let site = try site()
    var probers: [(Prober, String)] = []
    for number in 0..<200 {
      let text = ["web", "db", ""][number % 3]
      probers.append((try site.prober(saying: text), ["50% up\n", "down # db\n", "up # silent\n"][number % 3]))
    }
    for _ in 0..<10 { try site.loop.turn(waitingAtMost: .milliseconds(1)) }
    for (prober, _) in probers.reversed() { try prober.say("\n") }
    for (prober, reply) in probers { #expect(try site.reply(to: prober) == reply) }
  }
}
