// All overrides, in the order in which they were made. For each thing of a service the latest that is about both is the one
// that holds; when it ends, the one before it holds again: `force 0% --for 2h` for every service and `force 50% --for 10m`
// for one of them mean what they say.

import Reply

/// What operators have said in place of the rules.
public struct OverrideTable: Equatable, Sendable {
  /// Oldest first.
  public internal(set) var overrides: [Override] = []

  /// At most so many at a time: thousands of services are forced with one that is about all of them.
  public static let mostOverrides = 128
  /// At most so many services are released by name from an override of all.
  public static let mostReleased = 64

  /// Why an override was not made, or not ended.
  public enum Refusal: Error, Equatable, Sendable {
    /// There are `mostOverrides` of them.
    case tooMany
    /// `mostReleased` services are released from it.
    case tooManyReleased
    /// There is nothing to release.
    case nothing
  }

  /// Nothing is forced.
  public init() {}

  /// Adds an override. What earlier ones of its scope say about the same things is gone; one about every service
  /// replaces those about single ones, too.
  public mutating func force(_ override: Override) throws(Refusal) {
    var kept = overrides
    for index in kept.indices where override.scope.replaces(kept[index].scope) {
      kept[index].words = kept[index].words.without(override.words.things)
    }
    kept.removeAll { $0.words == Words() }
    guard kept.count < Self.mostOverrides else { throw .tooMany }
    overrides = kept + [override]
  }

  /// Ends whatever is forced: of one service, or of all. Returns what that was.
  public mutating func release(_ service: String?) throws(Refusal) -> [Override] {
    let ended = overrides.filter { override in service.map { override.scope.covers($0) } ?? true }
    guard !ended.isEmpty else { throw .nothing }
    guard let service else {
      overrides = []
      return ended
    }
    var kept = overrides
    kept.removeAll { $0.scope == .service(service) }
    for index in kept.indices {
      guard case .every(let released) = kept[index].scope, !released.contains(service) else { continue }
      guard released.count < Self.mostReleased else { throw .tooManyReleased }
      kept[index].scope = .every(except: released + [service])
    }
    overrides = kept
    return ended
  }

  /// Ends those whose time is over. Returns them.
  public mutating func expire(at now: Duration) -> [Override] {
    func isOver(_ override: Override) -> Bool { override.expiry.map { $0.instant <= now } ?? false }
    let ended = overrides.filter { isOver($0) }
    if !ended.isEmpty { overrides.removeAll { isOver($0) } }
    return ended
  }

  /// When the next one ends by itself.
  public var nextExpiry: Duration? { overrides.compactMap { $0.expiry?.instant }.min() }

  /// The overrides that decide about a service, the latest first, each with the things that it decides about.
  public func deciding(about service: String) -> [(override: Override, things: Things)] {
    var decided: Things = []
    var found: [(override: Override, things: Things)] = []
    for override in overrides.reversed() where override.scope.covers(service) {
      let things = override.words.things.subtracting(decided)
      if !things.isEmpty { found.append((override, things)) }
      decided.formUnion(things)
    }
    return found
  }

  /// What stands above the rules of a service.
  public func direction(of service: String) -> Direction? {
    let deciding = deciding(about: service)
    guard !deciding.isEmpty else { return nil }
    var words = Words()
    for (override, _) in deciding { words = words.filled(from: override.words) }
    return Direction(words, reasons: deciding.map { $0.override.explanation })
  }

  /// The same overrides in another boot of the host.
  public func carried(now: Duration, wallNow: Duration) -> OverrideTable {
    var table = self
    for index in table.overrides.indices {
      table.overrides[index].expiry = table.overrides[index].expiry?.carried(now: now, wallNow: wallNow)
    }
    return table
  }
}

extension Override.Scope {
  /// Whether an override of this scope takes the place of one of that.
  fileprivate func replaces(_ other: Override.Scope) -> Bool {
    switch (self, other) {
    case (.every, _): true
    case (.service(let name), .service(let earlier)): name == earlier
    case (.service, .every): false
    }
  }
}
