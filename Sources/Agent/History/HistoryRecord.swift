// What the history says of one event. On the disk and on the control socket it is one JSON object on one line, so that people
// can read it with whatever they have at hand, and old versions of this program what new ones have written:
//
//     {"number":17,"time":"2026-11-23T14:02:11.532+01:00","event":"reply","service":"web","line":"50% up # cpu saturated",
//     "was":"100% up","because":["cpu saturated: cpu.idle 4.2% is < 10%"]}
//     {"number":18,"time":"2026-11-23T14:02:14.001+01:00","event":"fetched","service":"web","of":17,"fetches":2,
//     "first":{"address":"192.0.2.11","time":"2026-11-23T14:02:12.004+01:00"},"last":{...}}

public import Text

/// One event.
public struct HistoryRecord: Equatable, Sendable {
  /// What happened.
  public enum Event: String, CaseIterable, Sendable {
    /// The daemon has started.
    case started
    /// It has been told to end, and says the words of `on-stop` before it does.
    case leaving
    /// It has ended in order.
    case ended
    /// Its rule file was read again, with this outcome.
    case reloaded
    /// A service's reply has changed.
    case reply
    /// Who has been told a reply so far; a later record of the same reply replaces it.
    case fetched
    /// An operator has overridden what the rules say.
    case forced
    /// An override has ended.
    case released
    /// Records could not be kept: the disk did not take them.
    case lost
  }

  /// One time that a reply was told.
  public struct Fetch: Equatable, Sendable {
    /// Who was told.
    public let address: String
    /// When.
    public let time: CalendarTime

    /// An address, and when it was told.
    public init(address: String, time: CalendarTime) {
      self.address = address
      self.time = time
    }
  }

  /// The longest text that is kept, in bytes: a few sentences. As many as there may be, and all of what JSON writes in six
  /// bytes, are together less than `HistoryLine.longest`.
  public static let longestText = 512
  /// The most rules that are named behind one reply.
  public static let mostReasons = 16

  /// Goes up by one from record to record, over restarts, too: the order of events, whatever the clock was set to.
  public var number = 0
  /// When, by the wall clock.
  public var time: CalendarTime
  /// What.
  public var event: Event
  /// The service that it is about; absent where it is about all.
  public var service: String?
  /// The reply now, without its LF; of a `reply`.
  public var line: String?
  /// The reply before; of a `reply`. Absent for a service's first.
  public var was: String?
  /// The rules behind it, each with the values that count; of a `reply`.
  public var because: [String] = []
  /// What else there is to say: the version, the outcome, the override.
  public var text: String?
  /// The number of the reply that was fetched; of a `fetched`.
  public var reply: Int?
  /// Who was told it first.
  public var first: Fetch?
  /// Who was told it last.
  public var last: Fetch?
  /// How many times it was told.
  public var fetches = 0

  /// An event of which nothing more is known.
  public init(_ event: Event, at time: CalendarTime) {
    self.event = event
    self.time = time
  }
}

// MARK: - As JSON

extension HistoryRecord {
  /// The record as one object. What is absent is left out.
  public var json: JSON {
    var members: [(key: String, value: JSON)] = [
      ("number", .integer(number)), ("time", .string(time.description)), ("event", .string(event.rawValue)),
    ]
    func add(_ key: String, _ text: String?) {
      if let text { members.append((key, .string(text.cut(toBytes: Self.longestText)))) }
    }
    add("service", service)
    add("line", line)
    add("was", was)
    if !because.isEmpty {
      members.append(("because", .strings(because.prefix(Self.mostReasons).map { $0.cut(toBytes: Self.longestText) })))
    }
    add("text", text)
    if let reply { members.append(("of", .integer(reply))) }
    if event == .fetched || fetches > 0 { members.append(("fetches", .integer(fetches))) }
    if let first { members.append(("first", first.json)) }
    if let last { members.append(("last", last.json)) }
    return .object(members)
  }

  /// Reads what `json` has written, perhaps by a newer version: members that are not known are passed over. Absent where
  /// it is no record, or one of an event that is not known.
  public init?(_ json: JSON) {
    guard let number = json["number"]?.whole, number >= 0, let time = json["time"]?.text.flatMap({ CalendarTime($0) }),
      let event = json["event"]?.text.flatMap({ Event(rawValue: $0) })
    else { return nil }
    self.init(event, at: time)
    self.number = number
    service = json["service"]?.text
    line = json["line"]?.text
    was = json["was"]?.text
    because = json["because"]?.elements.compactMap { $0.text } ?? []
    text = json["text"]?.text
    reply = json["of"]?.whole
    fetches = json["fetches"]?.whole ?? 0
    first = json["first"].flatMap { Fetch($0) }
    last = json["last"].flatMap { Fetch($0) }
  }
}

extension HistoryRecord.Fetch {
  fileprivate var json: JSON { .object([("address", .string(address)), ("time", .string(time.description))]) }

  fileprivate init?(_ json: JSON) {
    guard let address = json["address"]?.text, let time = json["time"]?.text.flatMap({ CalendarTime($0) }) else {
      return nil
    }
    self.init(address: address, time: time)
  }
}

extension JSON {
  fileprivate var whole: Int? {
    guard case .integer(let value) = self else { return nil }
    return value
  }
}

extension String {
  /// The beginning of it that has so many bytes at most, whole characters only.
  fileprivate func cut(toBytes count: Int) -> String {
    guard utf8.count > count else { return self }
    var end = utf8.index(utf8.startIndex, offsetBy: count)
    while UTF8.isContinuation(utf8[end]) { end = utf8.index(before: end) }
    return String(self[..<end]) + "..."
  }
}
