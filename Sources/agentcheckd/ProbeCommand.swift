// `agentcheckd probe`: what does that agent say, and what does HAProxy make of it?

import Diagnostics
import Kernel
import Language
import Text

/// The most probes of one command: a day of them.
let mostProbes = 86400

/// The longest time to wait for an answer: who waits longer has fallen asleep.
let longestTimeout = Duration.seconds(3600)

extension Command {
  static let probe = Command(
    "probe", operands: "HOST:PORT", 1...1,
    summary: "Asks an agent as HAProxy would, and says what HAProxy makes of the reply.",
    details: [
      """
      HOST is a name, an IPv4 address or an IPv6 address in brackets; without it, as in 'agentcheckd probe 9999', \
      this host is asked. TEXT is sent as it is; as in haproxy.cfg, \\n \\r \\t \\\\ and \\xHH stand for bytes. The \
      status is 0 if there was a line each time.
      """
    ],
    example: #"agentcheckd probe --send "web\n" 192.0.2.10:9999"#,
    options: [
      Option("send", letter: "s", value: "TEXT", "send this first, as agent-send does"),
      Option("count", letter: "n", value: "N", "ask N times, a second apart"),
      Option("timeout", letter: "t", value: "TIME", "wait no longer for an answer (2s)"),
    ]
  ) { invocation in
    do throws(UsageMistake) {
      return try Probing(invocation).perform()
    } catch {
      return Console.complain(error.message, hint: error.hint)
    }
  }
}

/// What the command line asks for.
struct Probing {
  let endpoint: Endpoint
  let text: [UInt8]
  let count: Int
  /// HAProxy's default for `agent-inter`, within which a reply has to come.
  var timeout = Duration.seconds(2)

  init(_ invocation: Invocation) throws(UsageMistake) {
    endpoint = try Endpoint(invocation.operands[0])
    text = try agentSendBytes(invocation["send"] ?? "")
    count = try Self.count(invocation["count"] ?? "1")
    if let written = invocation["timeout"] { timeout = try Self.timeout(written) }
  }

  private static func count(_ text: String) throws(UsageMistake) -> Int {
    guard let count = Int(text), 1...mostProbes ~= count else {
      throw UsageMistake(message: "--count takes a number from 1 to \(mostProbes), found '\(text)'", hint: nil)
    }
    return count
  }

  private static func timeout(_ text: String) throws(UsageMistake) -> Duration {
    let hint = "write '500ms' or '2s'"
    do throws(Finding) {
      let timeout = try parseDuration(text)
      if timeout > .zero, timeout <= longestTimeout { return timeout }
    } catch {
      throw UsageMistake(message: "--timeout: \(error.message)", hint: hint)
    }
    throw UsageMistake(message: "--timeout takes a time up to 1h, found '\(text)'", hint: hint)
  }

  func perform() -> ExitStatus {
    let addresses: [InternetAddress]
    do throws(LookupError) {
      addresses = try endpoint.addresses()
    } catch {
      return Console.fail("'\(endpoint.host)' has no address: \(error.message)")
    }
    var tally = ProbeTally()
    var told: Set<String> = []
    for number in 1...count {
      let begun = Clock.monotonic()
      let outcome = probeFirst(of: addresses)
      tally.add(outcome)
      var page = Page(.of(.output))
      if count == 1 {
        tell(outcome, &page)
      } else {
        tell(outcome, number, isNew: outcome.isComplete && told.insert(outcome.line).inserted, &page)
      }
      guard Console.say(page.text) == .success else { return .failure }
      if let (message, hint) = outcome.failure(sending: text, within: timeout) { Console.warn("\(message)\n\(hint)") }
      if number < count { Clock.sleep(until: begun + .seconds(1)) }
    }
    if count > 1 { Console.say("\n\(tally)\n") }
    return tally.failures == 0 ? .success : .failure
  }

  /// The outcome at the first address that takes a connection, or at the last one.
  private func probeFirst(of addresses: [InternetAddress]) -> ProbeOutcome {
    for address in addresses.dropLast() {
      let outcome = probe(address, sending: text, timeout: timeout)
      if outcome.connecting != nil { return outcome }
    }
    return probe(addresses[addresses.count - 1], sending: text, timeout: timeout)
  }

  /// All about the only probe: first the line by itself, for programs that want nothing else.
  private func tell(_ outcome: ProbeOutcome, _ page: inout Page) {
    guard outcome.isComplete, let connecting = outcome.connecting else { return }
    page.line(.bold(outcome.line))
    page.line(
      .dim("\(outcome.address) answered in \(timeText(outcome.duration)), \(timeText(connecting)) of it to connect"))
    page.gap()
    page.reading(of: outcome.reply, indent: 2)
    if let remark = outcome.remark(sending: text) {
      page.gap()
      page.paragraph(Phrase(remark))
    }
  }

  /// One of several: a line each, and more where something new was said.
  private func tell(_ outcome: ProbeOutcome, _ number: Int, isNew: Bool, _ page: inout Page) {
    let digits = "\(count)".utf8.count
    let ordinal = String(repeating: " ", count: digits - "\(number)".utf8.count) + "\(number)"
    let time = timeText(outcome.duration)
    let padding = String(repeating: " ", count: max(0, 7 - time.utf8.count))
    let line: Phrase = outcome.isComplete ? .bold(outcome.line) : "no line"
    page.line(Phrase("\(ordinal)  \(padding)\(time)"), line)
    if isNew { page.reading(of: outcome.reply, indent: digits + 11) }
  }
}

/// `0.4ms`
private func timeText(_ duration: Duration) -> String { valueText(duration / .seconds(1), kind: .seconds) }

/// What came of several probes.
struct ProbeTally: CustomStringConvertible {
  private var times: [Duration] = []
  private(set) var failures = 0

  mutating func add(_ outcome: ProbeOutcome) {
    if outcome.isComplete { times.append(outcome.duration) } else { failures += 1 }
  }

  /// `10 probes, 9 lines, in 0.2ms to 0.5ms, half of them within 0.3ms`
  var description: String {
    let start = "\(times.count + failures) probes, \(times.count) lines"
    let sorted = times.sorted()
    guard let first = sorted.first, let last = sorted.last else { return start }
    return
      "\(start), in \(timeText(first)) to \(timeText(last)), half of them within \(timeText(sorted[(sorted.count - 1) / 2]))"
  }
}
