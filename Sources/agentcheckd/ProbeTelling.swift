// What to tell a person about a probe: what HAProxy makes of the reply, or why there is none and what to do about it.

import Kernel
import Language
import Reply
import Text

extension Page {
  /// What HAProxy makes of each word and of the line; versions are named where they differ.
  mutating func reading(of reply: [UInt8], indent: Int) {
    let readings = HAProxyReading.Version.allCases.map { ($0, HAProxyReading(reply, by: $0)) }
    let first = readings[0].1
    var rows: [[Phrase]] = []
    for (index, word) in first.words.enumerated() {
      var name = word.text
      for (version, reading) in readings {
        let word = reading.words[index]
        let isShared = readings.allSatisfy { $0.1.words[index].meaning == word.meaning }
        let meaning = (isShared ? "" : "\(version.name): ") + (word.isIgnored ? "ignored: " : "") + word.meaning
        rows.append([Phrase(name), Phrase(meaning, word.isIgnored ? .bold : .plain)])
        if isShared { break }
        name = ""
      }
    }
    if let description = first.description, first.keepsDescription {
      let isCut = description.utf8.count > mostReasonBytes
      rows.append(["#", Phrase("shown in last_agt and on the statistics page\(isCut ? ", and cut there" : "")")])
    }
    table(rows, indent: indent)
    for (version, reading) in readings {
      for remark in reading.remarks {
        let isShared = readings.allSatisfy { $0.1.remarks.contains(remark) }
        if isShared, version != readings[0].0 { continue }
        paragraph(Phrase((isShared ? "" : "\(version.name): ") + remark), indent: indent)
      }
    }
  }
}

extension ProbeOutcome {
  /// Why there is no line, and what to do about it. `text` is what was sent.
  func failure(sending text: [UInt8], within timeout: Duration) -> (message: String, hint: String)? {
    let patience = valueText(timeout / .seconds(1), kind: .seconds)
    switch end {
    case .line:
      return nil
    case .closed where reply.isEmpty && text.isEmpty:
      return (
        "\(address) closed the connection without a word",
        "the agent's 'allow:' may leave this host out; or no service there answers without a text: try --send"
      )
    case .closed where reply.isEmpty:
      return (
        "\(address) closed the connection without a word",
        "no service there has the agent-send \"\(agentSendText(text))\", or its 'allow:' leaves this host out"
      )
    case .closed:
      return (
        "\(address) sent '\(line)' without an end of line: HAProxy ignores all of it",
        "the agent must end its line with a line feed"
      )
    case .reset:
      return (
        "\(address) broke the connection off before an end of line",
        "the agent's 'allow:' may leave this host out; or the program on that port is no agent, or has crashed"
      )
    case .timedOut where connecting == nil:
      return (
        "\(address) did not take the connection within \(patience)",
        "the host is down, or a firewall drops the packets; HAProxy needs to reach this port, too"
      )
    case .timedOut where reply.isEmpty && text.isEmpty:
      return (
        "\(address) took the connection but said nothing within \(patience)",
        """
        it may wait for a text, as HAProxy's agent-send: try --send '\\n'; or the agent hangs, or is down while systemd \
        keeps its port ('systemctl status agentcheckd'); or the port belongs to no agent
        """
      )
    case .timedOut where reply.isEmpty:
      return (
        "\(address) took the connection but said nothing within \(patience)",
        text.contains { $0.isLineEnd }
          ? "the port may belong to no agent"
          : "it may wait for the end of the line: try --send '\(agentSendText(text))\\n'"
      )
    case .timedOut:
      return (
        "\(address) sent '\(line)', but no end of line within \(patience): HAProxy ignores all of it",
        "the agent must end its line with a line feed"
      )
    case .tooLong:
      return (
        "\(address) sent \(reply.count) bytes without an end of line: HAProxy ignores all of it",
        "the port may belong to no agent"
      )
    case .failed(let error) where error.isConnectionRefused:
      return (
        "nobody listens on \(address)",
        "is the agent running there ('systemctl status agentcheckd'), and is this a port of its 'listen:'?"
      )
    case .failed(let error) where error.isUnreachable || error.isFamilyUnavailable || error.isTimeout:
      return (
        "there is no way to \(address): \(error.message)",
        "is it the right address, and is the network up? HAProxy needs to reach this port, too"
      )
    case .failed(let error):
      return ("cannot ask \(address): \(error)", "HAProxy would change nothing")
    }
  }

  /// What is odd about a line, or about the time that it took, beyond what HAProxy makes of it.
  func remark(sending text: [UInt8]) -> String? {
    guard isComplete, let connecting else { return nil }
    if line.isEmpty { return "agentcheckd says so until everything that its rules use has been read once." }
    guard duration - connecting >= Self.longSilence else { return nil }
    if text.isEmpty {
      return """
        It was slow: it may have waited for a text. HAProxy waits as long at each probe, unless the server line has \
        agent-send "\\n".
        """
    }
    guard !text.contains(where: { $0.isLineEnd }) else { return nil }
    return """
      It was slow: it may have waited for the end of the line. HAProxy waits as long at each probe, unless the server \
      line has agent-send "\(agentSendText(text))\\n".
      """
  }

  /// An agent that waits for a text answers after its `agent-send-timeout`, 200 ms where nobody has changed it.
  private static let longSilence = Duration.milliseconds(150)
}
