import Foundation
import Kernel
import Testing
import Text

@testable import agentcheckd

@Suite struct Endpoints {
  @Test(arguments: [
    ("9999", Endpoint(host: "127.0.0.1", port: 9999)),
    (":9999", Endpoint(host: "127.0.0.1", port: 9999)),
    ("*:1", Endpoint(host: "127.0.0.1", port: 1)),
    ("192.0.2.10:65535", Endpoint(host: "192.0.2.10", port: 65535)),
    ("web1.example.com:80", Endpoint(host: "web1.example.com", port: 80)),
    ("[::1]:9999", Endpoint(host: "::1", port: 9999)),
    ("[2001:db8::1]:9999", Endpoint(host: "2001:db8::1", port: 9999)),
  ])
  func reads(_ text: String, _ expected: Endpoint) throws {
    #expect(try Endpoint(text) == expected)
  }

  @Test(arguments: [
    ("web1", "'web1' has no port", "write 'web1:9999'"),
    ("", "'' has no port", "write ':9999'"),
    ("[::1]", "'[::1]' has no port", "write '[::1]:9999'"),
    ("::1", "an IPv6 address stands in brackets", "write '[::1]:9999'"),
    ("::1:80", "an IPv6 address stands in brackets", "write '[::1]:80'"),
    ("[web1]:80", "'web1' is not an IPv6 address", "brackets are for IPv6: '[::1]:9999'"),
    ("web1:", "'' is not a port", "a port is a number from 1 to 65535"),
    ("web1:0", "'0' is not a port", "a port is a number from 1 to 65535"),
    ("web1:65536", "'65536' is not a port", "a port is a number from 1 to 65535"),
    ("web1:http", "'http' is not a port", "a port is a number from 1 to 65535"),
    ("http://web1", "'//web1' is not a port", "a port is a number from 1 to 65535"),
    ("0", "'0' has no port", "write '0:9999'"),
  ])
  func complains(_ text: String, _ message: String, _ hint: String) {
    #expect(throws: UsageMistake(message: message, hint: hint)) { try Endpoint(text) }
  }

  @Test func brackets() throws {
    #expect("\(try Endpoint("[::1]:9999"))" == "[::1]:9999")
    #expect("\(try Endpoint("9999"))" == "127.0.0.1:9999")
  }

  @Test func addressesAreNotLookedUp() throws {
    #expect(try Endpoint("192.0.2.10:1").addresses().map { "\($0)" } == ["192.0.2.10:1"])
    #expect(try Endpoint("localhost:1").addresses().map { "\($0)" }.contains("127.0.0.1:1"))
    #expect(throws: LookupError.self) { try Endpoint("\(String(repeating: "x", count: 300)):1").addresses() }
  }
}

@Suite struct ProbeLimits {
  @Test(arguments: [
    ("count", "0", false), ("count", "1", true), ("count", "\(mostProbes)", true),
    ("count", "\(mostProbes + 1)", false), ("count", "x", false), ("timeout", "0s", false), ("timeout", "1ms", true),
    ("timeout", "1h", true),
    ("timeout", "1h1ms", false), ("timeout", "x", false),
  ])
  func whatTheCommandLineAsksFor(option: String, value: String, isTaken: Bool) {
    let invocation = Invocation(operands: ["9999"], values: [option: value])
    do throws(UsageMistake) {
      _ = try Probing(invocation)
      #expect(isTaken)
    } catch {
      #expect(!isTaken && error.message.hasPrefix("--\(option)"))
    }
  }

  /// An agent that is asked once. One thread makes it, another one speaks for it.
  private final class Agent: @unchecked Sendable {
    private let listener: Listener

    init() throws {
      listener = try Listener(on: .v4(0x7F00_0001), port: 0)
      try listener.listen()
    }

    var address: InternetAddress { InternetAddress(listener.address, port: listener.port) }

    /// Says this piece by piece, and waits until nobody listens any more.
    func say(_ pieces: [[UInt8]]) throws {
      let end = Clock.monotonic() + .seconds(20)
      _ = try listener.descriptor.poll(for: .readable, until: end)
      guard case .connection(let connection, _) = listener.accept() else { return }
      for piece in pieces {
        _ = try connection.send(piece.span)
        usleep(20_000)
      }
      _ = try connection.poll(for: .readable, until: end)
    }
  }

  /// Up to the limit, in whatever pieces a reply comes.
  @Test(arguments: [0, 1], [[Int](), [1], [10_000]])
  func whatIsReadOfAReply(beyond: Int, cuts: [Int]) throws {
    let agent = try Agent()
    let reply = [UInt8](repeating: .of("x"), count: mostReplyBytes - 1 + beyond) + Array("\nand more".utf8)
    let bounds = [0] + cuts + [reply.count]
    let pieces = zip(bounds, bounds.dropFirst()).map { Array(reply[$0..<$1]) }
    Thread.detachNewThread { try? agent.say(pieces) }
    let outcome = probe(agent.address, sending: [], timeout: .seconds(20))
    #expect(outcome.isComplete == (beyond == 0))
    if case .tooLong = outcome.end { #expect(beyond == 1) }
    #expect(outcome.reply == Array(reply.prefix(mostReplyBytes)))
  }
}

@Suite struct AgentSendTexts {
  @Test(arguments: [
    ("", ""),
    ("web", "web"),
    (#"web\n"#, "web\n"),
    (#"a\r\n\tb"#, "a\r\n\tb"),
    (#"a\\n"#, #"a\n"#),
    (##"\"\$\#\ "##, "\"$# "),
    (#"\x41\x0a\x7e"#, "A\n~"),
    (#"\a\'\"#, #"\a\'\"#),
  ])
  func reads(_ text: String, _ expected: String) throws {
    #expect(try agentSendBytes(text) == Array(expected.utf8))
  }

  @Test(arguments: [#"\x"#, #"\x4"#, #"\xg0"#, #"\x00"#])
  func refuses(_ text: String) {
    #expect(throws: UsageMistake.self) { try agentSendBytes(text) }
  }

  @Test func whatIsWrittenIsReadBack() throws {
    for first in UInt8(1)...255 {
      for second in [UInt8.of("\\"), .of("x"), .of("4"), .of("n"), first] {
        let bytes = [first, second]
        let text = agentSendText(bytes)
        #expect(try agentSendBytes(text) == bytes)
        #expect(text.utf8.allSatisfy { (0x20..<0x7F).contains($0) })
      }
    }
  }
}

@Suite struct ProbeTelling {
  private let here = try! InternetAddress("127.0.0.1:9999")

  private func outcome(_ end: ProbeOutcome.End, _ reply: String, connecting: Duration? = .milliseconds(1))
    -> ProbeOutcome
  {
    ProbeOutcome(address: here, end: end, reply: Array(reply.utf8), connecting: connecting, duration: .milliseconds(2))
  }

  private func reading(_ reply: String) -> String {
    var page = Page(.plain)
    page.reading(of: Array(reply.utf8), indent: 2)
    return page.text
  }

  @Test func everyWordHasAMeaning() {
    #expect(
      reading("50% maxconn:200 failed up # cpu saturated\n") == """
          50%          50% of the weight in HAProxy's configuration
          maxconn:200  at most 200 connections
          failed       ignored: not a word of HAProxy's
          up           the agent finds the server healthy
          #            shown in last_agt and on the statistics page

        """)
  }

  @Test func versionsAreNamedWhereTheyDiffer() {
    #expect(
      reading("weight:30 up\n") == """
          weight:30  2.6 to 3.0: ignored: not known before HAProxy 3.1
                     3.1 and later: the weight becomes 30
          up         the agent finds the server healthy

        """)
  }

  @Test func remarksOfOneVersionAreItsOwn() {
    #expect(
      reading("weight:30 # slow\n") == """
          weight:30  2.6 to 3.0: ignored: not known before HAProxy 3.1
                     3.1 and later: the weight becomes 30
          2.6 to 3.0: no word is understood: HAProxy changes nothing
          the description is dropped: it is kept only beside up, down, fail or stopped
          3.1 and later: without 'up', HAProxy 3.3 and 3.4 can leave the server down for
          ever after a failed health check

        """)
  }

  @Test func aLongDescriptionIsCut() {
    #expect(
      reading("up # \(String(repeating: "x", count: 101))\n").contains(
        "#   shown in last_agt and on the statistics page, and cut there\n"))
    #expect(reading("up # x\n").contains("#   shown in last_agt and on the statistics page\n"))
  }

  struct Row: CustomTestStringConvertible, Sendable {
    let end: ProbeOutcome.End
    var reply = ""
    var sent = ""
    var isConnected = true
    let message: String
    let hint: String
    var testDescription: String { message }
  }

  @Test(arguments: [
    Row(end: .closed, message: "closed the connection without a word", hint: "try --send"),
    Row(end: .closed, sent: "wbe\n", message: "closed the connection", hint: #"agent-send "wbe\n""#),
    Row(end: .closed, reply: "50% up", message: "sent '50% up' without an end of line", hint: "line feed"),
    Row(end: .reset, message: "broke the connection off", hint: "'allow:'"),
    Row(end: .timedOut, isConnected: false, message: "did not take the connection within 2s", hint: "firewall"),
    Row(end: .timedOut, message: "said nothing within 2s", hint: #"try --send '\n'"#),
    Row(end: .timedOut, sent: "web", message: "said nothing within 2s", hint: #"try --send 'web\n'"#),
    Row(end: .timedOut, sent: "web\n", message: "said nothing within 2s", hint: "no agent"),
    Row(end: .timedOut, reply: "50%", message: "sent '50%', but no end of line within 2s", hint: "line feed"),
    Row(end: .tooLong, reply: "x", message: "without an end of line", hint: "no agent"),
    Row(end: .failed(SystemError(code: 111, call: "connect")), message: "nobody listens on", hint: "systemctl status"),
    Row(end: .failed(SystemError(code: 113, call: "connect")), message: "no way to", hint: "network"),
    Row(end: .failed(SystemError(code: 24, call: "socket")), message: "Too many open files", hint: "nothing"),
  ])
  func everyFailureHasAWayOut(_ row: Row) throws {
    let outcome = outcome(row.end, row.reply, connecting: row.isConnected ? .zero : nil)
    let (message, hint) = try #require(outcome.failure(sending: Array(row.sent.utf8), within: .seconds(2)))
    #expect(message.contains(row.message) && message.contains("127.0.0.1:9999"), "\(message)")
    #expect(hint.contains(row.hint), "\(hint)")
    #expect(!outcome.isComplete)
  }

  @Test func aLineIsNoFailure() {
    #expect(outcome(.line, "up\n").failure(sending: [], within: .seconds(2)) == nil)
    #expect(outcome(.line, "\n").failure(sending: [], within: .seconds(2)) == nil)
    #expect(outcome(.line, "up\r\n").line == "up")
  }

  @Test func whoWaitsForATextIsTold() throws {
    func slow(_ sent: String, _ milliseconds: Int) -> String? {
      ProbeOutcome(
        address: here, end: .line, reply: Array("up\n".utf8), connecting: .milliseconds(50),
        duration: .milliseconds(milliseconds)
      ).remark(sending: Array(sent.utf8))
    }
    #expect(slow("", 199) == nil)
    #expect(try #require(slow("", 250)).contains(#"agent-send "\n""#))
    #expect(try #require(slow("web", 250)).contains(#"agent-send "web\n""#))
    #expect(slow("web\n", 250) == nil)
    #expect(try #require(outcome(.line, "\n").remark(sending: [])).contains("read once"))
  }

  @Test func talliesAreSummedUp() {
    var tally = ProbeTally()
    #expect("\(tally)" == "0 probes, 0 lines")
    for milliseconds in [3, 1, 2, 9] {
      tally.add(
        ProbeOutcome(
          address: here, end: milliseconds == 9 ? .closed : .line, reply: [0x0A], connecting: .zero,
          duration: .milliseconds(milliseconds)))
    }
    #expect("\(tally)" == "4 probes, 3 lines, in 1ms to 3ms, half of them within 2ms")
    #expect(tally.failures == 1)
  }
}
