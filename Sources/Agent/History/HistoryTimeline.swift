// Records put together to what a person asks: a reply, and who was told it; a start, and whether the process before it had
// ended in order. Pure: records come in, entries come out, in the order in which things happened, whatever the clock said.

import Text

/// What happened, in order.
public struct HistoryTimeline {
  /// How much is known of who was told a reply.
  public enum Knowledge: Sendable {
    /// All.
    case complete
    /// All up to now: it is still the reply.
    case soFar
    /// The daemon was killed or has crashed while it was the reply.
    case untilKilled
  }

  /// Something that happened.
  public struct Entry: Sendable {
    /// What, with who was told it, where that is known.
    public var record: HistoryRecord
    /// Of a reply: how much is known of who was told it.
    public var knowledge = Knowledge.soFar
    /// Of a start: the process before was killed or has crashed.
    public var followsCrash = false

    /// Something of which nothing more is known.
    public init(_ record: HistoryRecord) { self.record = record }
  }

  /// Everything, the oldest first. Who was told a reply is part of the reply's entry.
  public private(set) var entries: [Entry] = []
  private var latest = 0
  /// The entries of replies by the numbers of their records.
  private var replies: [Int: Int] = [:]
  /// The entry of each service's present reply.
  private var present: [String: Int] = [:]
  private var isRunning = false

  /// Nothing has happened.
  public init() {}

  /// Takes the next record. One that has come before is passed over: a write that was thought to have failed is repeated.
  public mutating func add(_ record: HistoryRecord) {
    if record.event == .fetched { addFetches(record) }
    guard record.number > latest else { return }
    latest = record.number
    guard record.event != .fetched else { return }
    var entry = Entry(record)
    switch record.event {
    case .reply:
      close(record.service ?? "", .complete)
      replies[record.number] = entries.count
      present[record.service ?? ""] = entries.count
    case .started:
      entry.followsCrash = isRunning
      for service in Array(present.keys) { close(service, .untilKilled) }
      isRunning = true
    case .ended:
      for service in Array(present.keys) { close(service, .complete) }
      isRunning = false
    case .leaving, .reloaded, .forced, .released, .lost, .fetched: break
    }
    entries.append(entry)
  }

  private mutating func addFetches(_ record: HistoryRecord) {
    guard let place = record.reply.flatMap({ replies[$0] }), record.fetches >= entries[place].record.fetches else {
      return
    }
    entries[place].record.fetches = record.fetches
    entries[place].record.first = record.first
    entries[place].record.last = record.last
  }

  private mutating func close(_ service: String, _ knowledge: Knowledge) {
    if let place = present.removeValue(forKey: service) { entries[place].knowledge = knowledge }
  }

  /// The entries that somebody asks for: those of a service, and those of the daemon as a whole; from the first on that is as
  /// late as `since`, in milliseconds since 1970. What came behind it came later, though the clock may have been set back.
  public func entries(since: Int?, of service: String?) -> ArraySlice<Entry> {
    var chosen = entries[...]
    if let since {
      chosen = chosen[(chosen.firstIndex { $0.record.time.milliseconds >= since } ?? chosen.endIndex)...]
    }
    guard let service else { return chosen }
    return chosen.filter { $0.record.service == nil || $0.record.service == service }[...]
  }

  /// The services that anything is known of, in the order of their names.
  public var services: [String] { Set(entries.compactMap { $0.record.service }).sorted() }
}
