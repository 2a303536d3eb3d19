// `agentcheckd history`: what has been said here, why, and to whom.

import Agent
import Kernel
import Text

extension Command {
  static let history = Command(
    "history", summary: "Shows every change of every reply: when, why, and who was told.",
    details: [
      """
      HAProxy logs no change of a weight: this is where to look after an incident. It also has starts, ends and reloads. \
      The oldest comes first. TIME is how long ago ('2h'), a time of day ('14:00') or a date ('2026-11-23', \
      '2026-11-23 14:00').
      """,
      """
      It asks the daemon; where none runs, it reads what the last one has left. With --state-dir it reads that folder.
      """,
    ],
    example: "agentcheckd history --since 14:00 --service web",
    options: [
      Option("since", value: "TIME", "only what happened from then on"),
      Option("service", value: "NAME", "only what is about this service, or about all"),
      Option("json", "print one JSON object a line"),
      Option("follow", letter: "f", "go on and show what happens"),
      Option("state-dir", value: "DIR", "read the history in this folder; no daemon is asked"),
      .control,
    ]
  ) { invocation in
    var start: Int?
    if let text = invocation["since"] {
      start = since(text, now: Clock.wall())
      guard start != nil else {
        return Console.complain(
          "'\(text)' is no time", hint: "--since takes '2h', '14:00', '2026-11-23' or '2026-11-23 14:00'")
      }
    }
    let telling = HistoryTelling(
      since: start, service: invocation["service"], isJSON: invocation.has("json"))
    if let folder = invocation["state-dir"] {
      guard !invocation.has("follow") else {
        return Console.complain("--follow asks the daemon, and --state-dir does not", hint: "leave one of them out")
      }
      return telling.tell(HistoryFile(in: folder))
    }
    return telling.tell(invocation)
  }
}

/// What of a history is to be told, and how.
private final class HistoryTelling {
  private let since: Int?
  private let service: String?
  private let isJSON: Bool
  private var timeline = HistoryTimeline()
  private var page = HistoryPage(Appearance.of(.output))

  init(since: Int?, service: String?, isJSON: Bool) {
    self.since = since
    self.service = service
    self.isJSON = isJSON
  }

  /// Tells what lies in a folder.
  func tell(_ file: HistoryFile) -> ExitStatus {
    do throws(SystemError) {
      let damaged = try file.read { take($0) }
      return tellAll(damaged, of: file.path)
    } catch {
      return Console.fail(
        "cannot read \(file.path): \(error.message)\n--state-dir takes the folder that 'run' was given; "
          + "\(Store.installed) is usual, and root's or the daemon's to read")
    }
  }

  /// Tells what the daemon knows; where there is none, what the last one has left in the usual folder.
  func tell(_ invocation: Invocation) -> ExitStatus {
    let client: ControlClient
    do throws(ControlError) {
      client = try ControlClient(invocation)
    } catch {
      let file = HistoryFile(in: Store.installed)
      guard invocation["control"] == nil, !invocation.has("follow"), (try? File.stat(file.path)) != nil else {
        return Console.fail(error)
      }
      Console.warn("\(error.message): this is what lies in \(Store.installed)")
      return tell(file)
    }
    do throws(ControlError) {
      return invocation.has("follow") ? try follow(client) : try tellAll(client)
    } catch {
      return Console.fail(error)
    }
  }

  private func tellAll(_ client: ControlClient) throws(ControlError) -> ExitStatus {
    try client.send(["history"])
    return tellAll(try takeAll(client), of: "the history")
  }

  /// Takes records up to the line that says how many are damaged.
  private func takeAll(_ client: ControlClient) throws(ControlError) -> Int {
    while true {
      let line = try client.receive().line
      if case .integer(let damaged)? = line["damaged"] { return damaged }
      if let record = HistoryRecord(line) { timeline.add(record) }
    }
  }

  private func follow(_ client: ControlClient) throws(ControlError) -> ExitStatus {
    try client.send(["history", "--follow"])
    let status = tellAll(try takeAll(client), of: "the history")
    guard status == .success else { return status }
    while true {
      guard let record = HistoryRecord(try client.receive().line) else { continue }
      guard record.service == nil || service == nil || record.service == service else { continue }
      let text: String
      if isJSON {
        text = record.json.text(isPretty: false) + "\n"
      } else {
        page.write(following: record)
        text = page.take()
      }
      guard Console.say(text) == .success else { return .failure }
    }
  }

  private func take(_ bytes: ArraySlice<UInt8>) {
    guard let json = try? JSON(bytes.span), let record = HistoryRecord(json) else { return }
    timeline.add(record)
  }

  private func tellAll(_ damaged: Int, of name: String) -> ExitStatus {
    if damaged > 0 {
      Console.warn("\(name): \(damaged == 1 ? "a damaged line is" : "\(damaged) damaged lines are") left out")
    }
    if let service, !timeline.services.contains(service) {
      let known = timeline.services.map { "'\($0)'" }.joined(separator: ", ")
      Console.warn("nothing is known of a service '\(service)'" + (known.isEmpty ? "" : "; there is \(known)"))
    }
    var text = ""
    for entry in timeline.entries(since: since, of: service) {
      if isJSON {
        text += entry.record.json.text(isPretty: false) + "\n"
      } else {
        page.write(entry)
        text += page.take()
      }
    }
    return text.isEmpty ? .success : Console.say(text)
  }
}
