// The history for people: a heading for each day, and below it what was said, what was said before, why, and to whom.

import Agent
import Rules
import Text

/// Writes entries one after the other.
struct HistoryPage {
  /// Where everything begins that belongs to the time at the beginning of a line.
  private static let indent = 14

  private var page: Page
  private var day = ""
  private var before: CalendarTime?

  init(_ appearance: Appearance) { page = Page(appearance) }

  /// What was written since it was last taken.
  mutating func take() -> String { page.take() }

  /// One entry.
  mutating func write(_ entry: HistoryTimeline.Entry) {
    let record = entry.record
    begin(record.time)
    if record.event == .reply {
      writeReply(record)
      writeTelling(entry)
    } else {
      let subject = record.service.map { "\($0): " } ?? ""
      page.table(
        [[.init(Self.clock(record.time)), .init(subject + (record.text ?? record.event.rawValue))]], indent: 0)
      if entry.followsCrash {
        page.paragraph(.bold("the process before was killed or has crashed"), indent: Self.indent)
      }
    }
  }

  /// A record as it comes, before it is known who is told what it says.
  mutating func write(following record: HistoryRecord) {
    begin(record.time)
    switch record.event {
    case .reply: writeReply(record)
    case .fetched:
      let text = "\(record.service ?? ""): the reply was \(Self.telling(record))"
      page.table([[.dim(Self.clock(record.time)), .dim(text)]], indent: 0)
    default: write(HistoryTimeline.Entry(record))
    }
  }

  private mutating func begin(_ time: CalendarTime) {
    if let before, before.milliseconds - time.milliseconds > 1000 {
      let text = roundText(.milliseconds(before.milliseconds - time.milliseconds))
      page.line(.dim("the clock was set back, by \(text) at least"), indent: Self.indent)
    }
    before = time
    let heading = "\(time.weekday) \(time.date), UTC\(time.zone)"
    guard heading != day else { return }
    day = heading
    page.gap()
    page.line(.bold(heading))
  }

  private mutating func writeReply(_ record: HistoryRecord) {
    page.line(.init(Self.clock(record.time)), .bold("\(record.service ?? ""): \(Self.said(record.line))"))
    page.line(.dim("was \(Self.said(record.was))"), indent: Self.indent)
    for reason in record.because { page.paragraph(Phrase(reason), indent: Self.indent, hanging: Self.indent + 2) }
  }

  private mutating func writeTelling(_ entry: HistoryTimeline.Entry) {
    var text = Self.telling(entry.record)
    switch entry.knowledge {
    case .complete: break
    case .soFar: text += " so far"
    case .untilKilled: text += ", as far as is known: the daemon was killed or has crashed"
    }
    page.paragraph(Phrase(text), indent: Self.indent, hanging: Self.indent + 2)
  }

  /// `told 104 times: first to 192.0.2.11 at 14:02:12.004, last to 192.0.2.12 at 14:05:40.120`
  private static func telling(_ record: HistoryRecord) -> String {
    guard let first = record.first, let last = record.last else { return "told to nobody" }
    guard record.fetches > 1 else { return "told once, to \(first.address) at \(clock(first.time))" }
    return
      "told \(record.fetches) times: first to \(first.address) at \(clock(first.time)), last to \(last.address) at \(clock(last.time))"
  }

  private static func said(_ line: String?) -> String { line.map { $0.isEmpty ? "nothing" : $0 } ?? "nothing" }

  private static func clock(_ time: CalendarTime) -> String { time.clock + time.fraction }
}
