// What a rule file says of the start and the end: `arrival:`, `on-stop:`; and of where the traffic goes, `server-port:`.

import Diagnostics
import Reply
import Text

extension Loader {
  /// `arrival:` of a file or a service. Absent where the key is left out; without keys of its own it has their defaults.
  func readArrival(_ section: Section) -> Arrival? {
    guard section.place(of: "arrival") != nil, let node = section.node("arrival"),
      let arrival = Section(node, in: .arrival, of: section)
    else { return nil }
    return Arrival(
      fromPercent: arrival.percent("from") ?? 10,
      over: arrival.duration("over") ?? .seconds(300),
      after: arrival.choice("after").flatMap { Arrival.Start(rawValue: $0) } ?? .host)
  }

  /// `on-stop:`. After the next start HAProxy has to hear something else about everything that is said here: of weight, state
  /// and health that is so by itself.
  func readOnStop(_ main: Section, _ services: [Service]) -> Words? {
    if main.isComplete, main.place(of: "on-stop") == nil, let place = main.place(of: "on-stop-for") {
      complaints.add(.onStopForNothing(at: place), in: main.source)
    }
    guard let text = main.scalar("on-stop"), let words = readWords(text) else { return nil }
    if words.administrative == .ready { warnAboutState(in: words, text) }
    if words.maxconn != nil, main.isComplete, let service = services.first(where: { $0.defaults.maxconn == nil }) {
      let range = ParsedWords(text.text).range(of: .maxconn) ?? 0..<text.text.utf8.count
      complaints.add(.onStopMaxconn(service: service.name, at: range), in: text)
    }
    return words
  }
}

extension Section {
  /// A whole percentage from 1% to 100%.
  func percent(_ key: String) -> Int? {
    guard let text = scalar(key) else { return nil }
    let parsed = ParsedWords(text.text)
    if parsed.mistakes.isEmpty, parsed.words.things == .weight, let percent = parsed.words.weightPercent,
      1...100 ~= percent
    {
      return percent
    }
    complaints.add(.notAPercent(key, text.text, at: text.range), in: source)
    return nil
  }

  /// A number of a TCP port.
  func port(_ key: String) -> Int? {
    guard let text = scalar(key) else { return nil }
    if text.text.utf8.allSatisfy({ $0.isDigit }), let port = UInt16(text.text), port > 0 { return Int(port) }
    complaints.add(.notAPort(key, text.text, at: text.range), in: source)
    return nil
  }
}

extension Finding {
  static func notAPercent(_ key: String, _ text: String, at range: Range<Int>) -> Finding {
    let number = Int(text).flatMap { 1...100 ~= $0 ? $0 : nil }
    return Finding(
      .notAPercent, "expected a whole percentage from 1% to 100% as '\(key)', found '\(text.shortened)'", at: range,
      hint: "write '\(number ?? 10)%'")
  }

  static func notAPort(_ key: String, _ text: String, at range: Range<Int>) -> Finding {
    let number = text.utf8.lastIndex(of: .of(":")).flatMap { UInt16(text[text.utf8.index(after: $0)...]) } ?? 0
    return Finding(
      .notAPort, "expected the number of a port, 1 to 65535, as '\(key)', found '\(text.shortened)'", at: range,
      hint: "write '\(key): \(number > 0 ? number : 80)'; it is the application's port, not the agent's")
  }

  static func onStopMaxconn(service: String, at range: Range<Int>) -> Finding {
    let owner = service == Service.implicitName ? "" : " of service '\(service)'"
    return Finding(
      .onStopMaxconn, "no 'default'\(owner) takes the maxconn of 'on-stop' back after the next start", at: range,
      hint: "HAProxy keeps the last number it was told: add 'default: maxconn:200', with your usual limit")
  }
}
