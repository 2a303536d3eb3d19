// The status document for people: what is said, since when and why; what was measured; where each rule stands; who asks.

import Kernel
import Language
import Rules
import Text

extension Page {
  /// All of it. `width` is that of the page.
  mutating func status(_ document: JSON, width: Int) {
    head(document["daemon"] ?? .null)
    let report = Report(document)
    heading("services")
    let services = document["services"]?.elements ?? []
    table(zip(report.services, services).flatMap { rows(of: $0, $1) })
    let overrides = document["overrides"]?.elements ?? []
    if !overrides.isEmpty {
      heading("forced")
      table(overrides.map { row(ofOverride: $0) })
    }
    if !report.metrics.isEmpty {
      heading("metrics")
      metrics(report, document, width: width)
    }
    if !report.rules.isEmpty {
      heading("rules")
      table(report.rules.flatMap { rows(of: $0) })
    }
    heading("load balancers")
    let balancers = document["balancers"]?.elements ?? []
    let turnedAway = document["turnedAway"]?.elements ?? []
    if balancers.isEmpty, turnedAway.isEmpty { paragraph("nobody has asked yet", indent: 2) }
    table(balancers.flatMap { rows(ofBalancer: $0) } + turnedAway.flatMap { rows(ofTurnedAway: $0) })
  }

  private mutating func head(_ daemon: JSON) {
    let text = { (key: String) in daemon[key]?.text ?? "" }
    let process = daemon["process"]?.number.map { ", process \(valueText($0, kind: .number))" } ?? ""
    line(.bold("agentcheckd \(text("version"))"), Phrase("running \(timeText(daemon, "since"))\(process)"))
    line(Phrase("\(text("file")): \(text("summary")); in force \(timeText(daemon, "rulesSince"))"))
    writeFailure(daemon["writeFailure"] ?? .null)
    if let reload = daemon["lastReload"], let complaint = reload["error"]?.text {
      let when = timeText(reload, "since", isSince: false)
      paragraph(.bold("the last reload has failed \(when): \(complaint)"), hanging: 2)
    }
  }

  /// What cannot be written, while that lasts.
  private mutating func writeFailure(_ json: JSON) {
    guard let what = json["what"]?.text, let error = json["error"]?.text else { return }
    paragraph(.bold("\(what): cannot be written \(timeText(json, "since")): \(error)"), hanging: 2)
  }

  private func rows(of service: Report.Service, _ json: JSON) -> [[Phrase]] {
    var lines: [Phrase] = []
    if json["since"]?.number != nil {
      let before = json["previous"]?.text ?? ""
      lines.append(Phrase("\(timeText(json, "since"))\(before.isEmpty ? "" : "; before that '\(before)'")"))
    }
    let reasons = (json["why"]?.elements ?? []).compactMap { $0.text }
    lines += reasons.map { Phrase($0) }
    if service.isSilent { lines.append("nothing is said before everything that its rules use has been read once") }
    lines.append(.dim(service.placeText))
    return [[Phrase(service.name), .bold(service.replyText)]] + lines.map { ["", $0] }
  }

  /// What is forced of whom, by whom and why, since and until when.
  private func row(ofOverride json: JSON) -> [Phrase] {
    let released = (json["released"]?.elements ?? []).compactMap { $0.text }
    let whom = json["service"]?.text ?? (released.isEmpty ? "all" : "all but \(released.joined(separator: ", "))")
    var text = "'\(json["words"]?.text ?? "")' by \(json["by"]?.text ?? "")"
    if let reason = json["reason"]?.text { text += ": \(reason)" }
    text += "; \(timeText(json, "since")), "
    if let remaining = json["remaining"]?.number {
      text += "for another \(valueText(remaining.rounded(), kind: .seconds))"
    } else {
      text += "until it is released"
    }
    return [Phrase(whom), .bold(text)]
  }

  private mutating func metrics(_ report: Report, _ document: JSON, width: Int) {
    let bars = width >= 110 ? 60 : 20
    var rows: [[Phrase]] = []
    for (metric, json) in zip(report.metrics, document["metrics"]?.elements ?? []) {
      let value = Phrase.bold(valueText(metric.value, kind: metric.kind))
      if let remark = metric.remark {
        rows.append([Phrase(metric.name), value, Phrase(remark)])
        continue
      }
      let least = valueText(Rules.value(of: json["least"]), kind: metric.kind)
      let greatest = valueText(Rules.value(of: json["greatest"]), kind: metric.kind)
      let line = sparkline(bars: bars, of: json["history"]?.elements ?? [], isUnicode: isUnicode)
      rows.append([
        Phrase(metric.name), value, .dim(least == greatest ? least : "\(least) to \(greatest)"), Phrase(line),
      ])
    }
    table(rows)
  }

  private func rows(ofBalancer json: JSON) -> [[Phrase]] {
    let name = "\(json["address"]?.text ?? "") for \(json["service"]?.text ?? "")"
    let told = json["told"]?.text ?? ""
    var asks = "asks "
    if json["hasStopped"]?.boolean == true { asks = "has stopped: asked " }
    if json["isTurnedAway"]?.boolean == true { asks = "is turned away: asked " }
    if let interval = json["interval"]?.number {
      asks += "every \(valueText(interval, kind: .seconds))"
      if let rows = json["rows"]?.number, rows > 1 {
        asks += " for each of \(valueText(rows, kind: .number)) server lines"
      }
    } else {
      asks += "now and then"
    }
    let concerns = (json["concerns"]?.elements ?? []).compactMap { $0.text }
    return [
      [Phrase(name), .bold(told.isEmpty ? "(an empty line)" : told)],
      ["", Phrase("\(asks), last \(timeText(json, "last", isSince: false))")],
    ] + concerns.map { ["", .bold("warning: it \($0)")] }
  }
}

extension Page {
  /// Who is told nothing, and why.
  private func rows(ofTurnedAway json: JSON) -> [[Phrase]] {
    let name = "\(json["address"]?.text ?? "") at \(json["asksAt"]?.text ?? "")"
    let times = json["probes"]?.number ?? 1
    var asks = times == 1 ? "once" : "\(valueText(times, kind: .number)) times \(timeText(json, "since"))"
    asks += ", last \(timeText(json, "last", isSince: false))"
    return [[Phrase(name), .bold(json["reason"]?.text ?? "")], ["", Phrase(asks)]]
  }
}

/// `since 14:02:11, 3m12s`, or `at 14:02:11, 3m12s ago`; with the date where that was longer than a day ago.
private func timeText(_ json: JSON, _ age: String, isSince: Bool = true) -> String {
  guard let ago = json[age]?.number else { return "since the start" }
  let wall = LocalTime(json["\(age)Time"]?.seconds ?? .zero)
  let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
  let clock = "\(two(wall.hour)):\(two(wall.minute)):\(two(wall.second))"
  let date = ago < 86400 ? "" : "\(wall.year)-\(two(wall.month))-\(two(wall.day)) "
  let span = valueText(ago < 1 ? ago : ago.rounded(), kind: .seconds)
  return isSince ? "since \(date)\(clock), \(span)" : "at \(date)\(clock), \(span) ago"
}

/// The history of a metric in so many bars, each the middle of what its spans were between.
private func sparkline(bars: Int, of spans: [JSON], isUnicode: Bool) -> String {
  let merged = (60 + bars - 1) / bars
  var values: [Double?] = []
  // From the newest, so that the last bar is that of the last seconds, and each has as many spans.
  var end = spans.count
  while end > 0 {
    let start = max(0, end - merged)
    let known = spans[start..<end].flatMap { $0.elements }.compactMap { Rules.value(of: $0) }
    values.append(known.isEmpty ? nil : ((known.min() ?? 0) + (known.max() ?? 0)) / 2)
    end = start
  }
  return sparkline(values.reversed(), isUnicode: isUnicode)
}
