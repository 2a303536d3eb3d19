// `agentcheckd force`: an operator's words in place of the rules'; and, with --wait, until nobody is connected any more.

import Agent
import Diagnostics
import Kernel
import Language
import Reply
import Rules
import Text

extension Command {
  static let force = Command(
    "force", operands: "WORD ...", 1...ControlVerb.mostForcedWords,
    summary: "Makes the daemon say these words in place of what its rules say.",
    details: [
      """
      The words are those of a reply: 50%, drain, maint, ready, up, down, fail, stopped, maxconn:30. Of what they do not \
      speak of, the rules go on to speak. They hold for --for, or until 'agentcheckd release', across restarts, too.
      """,
      """
      With --wait it returns when no connection to the application's port is left, and none has been for \
      \(durationText(PortWatch.quiet)). An interrupt ends the waiting, not what is forced.
      """,
    ],
    example: #"agentcheckd force 0% --for 2h --reason "bad disk" --wait"#,
    options: [
      Option("service", letter: "s", value: "NAME", "of this service only"),
      Option("for", value: "TIME", "until this time is over; until they are released, if left out"),
      Option("reason", letter: "r", value: "TEXT", "why, for HAProxy's statistics page, status and log"),
      Option("wait", letter: "w", "return when no connection is left"),
      Option("port", letter: "p", value: "N", "the application's port, if 'server-port' is not in the rule file"),
      Option("timeout", letter: "t", value: "TIME", "wait no longer, and fail"),
      .control,
    ]
  ) { invocation in
    do throws(UsageMistake) {
      return try Forcing(invocation).perform(invocation)
    } catch {
      return Console.complain(error.message, hint: error.hint)
    }
  }
}

/// What the command line asks for.
private struct Forcing {
  let request: [String]
  let waits: Bool
  let ports: [UInt16]
  let timeout: Duration?

  init(_ invocation: Invocation) throws(UsageMistake) {
    let text = invocation.operands.joined(separator: " ")
    let typed = TypedWords(text)
    guard let words = typed.words else { throw Self.mistake(in: text, typed.findings) }
    var request = ["force"]
    if let time = invocation["for"] {
      _ = try Self.time(time, "for", within: forcedTimes)
      request += ["--for", time]
    }
    for option in ["service", "reason"] {
      if let value = invocation[option] { request += ["--\(option)", value] }
    }
    if let author = Command.sudoUser { request += ["--by", author] }
    self.request = request + ["--"] + invocation.operands
    waits = invocation.has("wait")
    if waits, !words.stopTraffic {
      throw UsageMistake(
        message: "--wait would wait for ever: '\(words)' keeps nobody away", hint: "force 0%, drain, maint or down")
    }
    for option in ["port", "timeout"] where invocation.has(option) && !waits {
      throw UsageMistake(message: "--\(option) is for --wait", hint: nil)
    }
    ports = try invocation["port"].map { (text) throws(UsageMistake) in [try Self.port(text)] } ?? []
    timeout = try invocation["timeout"].map { (text) throws(UsageMistake) in
      try Self.time(text, "timeout", within: .milliseconds(1)...Override.longest)
    }
  }

  /// Shows the mistakes as those of a rule file, with the mark under the exact word.
  private static func mistake(in text: String, _ findings: [Finding]) -> UsageMistake {
    let source = Source(name: "force", bytes: Array(text.utf8))
    Console.show(findings.map { Diagnostic($0, in: source) })
    return UsageMistake(message: "nothing was forced", hint: nil)
  }

  private static func time(
    _ text: String, _ option: String, within limits: ClosedRange<Duration>
  ) throws(UsageMistake) -> Duration {
    do throws(Finding) {
      let time = try parseDuration(text)
      if limits.contains(time) { return time }
    } catch {
      throw UsageMistake(message: "--\(option): \(error.message)", hint: "write it as '90s' or '2h'")
    }
    throw UsageMistake(
      message: "--\(option) takes \(durationText(limits.lowerBound)) to \(durationText(limits.upperBound))", hint: nil)
  }

  private static func port(_ text: String) throws(UsageMistake) -> UInt16 {
    if let port = UInt16(text), port > 0 { return port }
    throw UsageMistake(message: "--port takes a number from 1 to 65535, found '\(text)'", hint: nil)
  }

  func perform(_ invocation: Invocation) -> ExitStatus {
    let answer: JSON
    do throws(ControlError) {
      answer = try ControlClient(invocation).ask(request)
    } catch {
      return Console.fail(error)
    }
    let services = (answer["services"]?.elements ?? []).compactMap { $0.text }
    let words = answer["words"]?.text ?? ""
    Console.say(harmlessLines("forced '\(words)' of \(Command.names(services))\n"))
    Command.tell(answer)
    guard waits else { return .success }
    let ports = self.ports.isEmpty ? Self.ports(of: answer) : self.ports
    guard let ports else {
      return Console.fail(
        "it is forced, but nobody can wait: which port the application of \(Command.names(Self.portless(answer))) has is "
          + "not known\nsay --port N, or write 'server-port: N' into the rule file")
    }
    return PortWatch(of: ports, timeout: timeout).perform()
  }

  private static func portless(_ answer: JSON) -> [String] {
    (answer["portless"]?.elements ?? []).compactMap { $0.text }
  }

  /// The ports of all services that are forced; absent where that of one is not known.
  private static func ports(of answer: JSON) -> [UInt16]? {
    guard portless(answer).isEmpty else { return nil }
    return (answer["ports"]?.elements ?? []).compactMap { $0.number.flatMap { UInt16(exactly: $0) } }
  }
}

extension Command {
  /// Who has become root by sudo(8).
  static var sudoUser: String? { ThisProcess.environment("SUDO_USER").flatMap { $0.isEmpty ? nil : $0 } }

  /// So many services are named: what fits on a line.
  static let mostNamed = 4

  /// `service 'web'`, `services 'web', 'db'`, `all 12 services`.
  static func names(_ services: [String]) -> String {
    guard services.count > 1 else { return "service '\(services.first ?? "")'" }
    guard services.count <= mostNamed else { return "all \(services.count) services" }
    return "services " + services.map { "'\($0)'" }.joined(separator: ", ")
  }

  /// What is to be known of what was done.
  static func tell(_ answer: JSON) {
    for warning in answer["warnings"]?.elements ?? [] {
      Console.warn(harmlessLines("warning: \(warning.text ?? "")"))
    }
    if let doubt = answer["doubt"]?.text { Console.warn("warning: it is in force, but \(doubt)") }
  }
}
