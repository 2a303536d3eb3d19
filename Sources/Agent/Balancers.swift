// What each load balancer still has to be told. HAProxy keeps a `drain` or `maint` until it hears `ready`, but `ready`
// also undoes the maintenance that an operator has set by hand. So it is told only to whom a `drain` or `maint` of ours
// was told, where that was told, and only for `ready-for` after the first probe that finds it over.
//
// Across reloads. What is owed is owed at a place, whichever service is there: see `BalancersMoving.swift`.
//
// Across crashes. While `drain` or `maint` is said at a place, the record on the disk says "anybody may have been told": it
// says so before the first such line goes out, and addresses follow as they probe. When that is over, or the daemon is
// ended in order, the addresses are complete and the mark goes. A process that finds the mark is the successor of one
// that was killed, perhaps in the instant between telling an address and writing it down. Then
//
// - who is recorded was told: owed a `ready`, however late it comes;
// - who is not recorded may have been told in that instant: owed a `ready`, too, as nobody may be left in maintenance
//   because of us. It may also be a load balancer that is new, whose operator has set maintenance by hand: so this holds
//   only for an hour after the first probe that finds the maintenance over. Who was told was probing, and is back by then.
//
// Where neither was said when the process was killed, strangers are owed nothing.

import Text

/// Who was told of an administrative state, for all places.
struct Balancers: Equatable {
  /// A load balancer that asks at one place.
  struct Debtor: Hashable {
    let place: ProbePlace
    let address: IPAddress
  }
  enum Debt: Equatable {
    /// The last thing told was a `drain` or `maint`.
    case open
    /// Told `ready` since then, until then.
    case settling(until: Duration)
    /// Told `ready` for long enough. Remembered only where a stranger would be told it.
    case settled
  }
  /// What addresses without an entry are owed.
  enum Strangers: Equatable {
    case nothing
    /// A `ready`, and none has come since it is owed.
    case ready
    /// A `ready`, until then.
    case readyUntil(Duration)
  }
  /// What holds for all who ask at one place.
  struct State: Equatable {
    /// Whether `drain` or `maint` is said there now.
    var isAdministrative = false
    var strangers = Strangers.nothing
    /// Whether a weight was ever sent from there: HAProxy keeps it until it is taken back.
    var hasSentWeight = false
    /// How many rule sets in a row have had no service there.
    var absences = 0
  }

  /// So many load balancers are remembered: fleets have tens. Beyond it all others are strangers who may have been told.
  static let limit = 1024
  /// How long strangers are owed a `ready`: longer than any load balancer waits between two probes.
  static let strangersTime = Duration.seconds(3600)

  var debts: [Debtor: Debt] = [:]
  var places: [ProbePlace: State] = [:]
  /// Where there are services now.
  var served: Set<ProbePlace> = []
  /// Counts what is worth remembering across a crash.
  var revision = 0

  /// Whether nobody has to be told anything: then a probe need not be looked at.
  var isEmpty: Bool {
    guard debts.isEmpty else { return false }
    for state in places.values where state.strangers != .nothing { return false }
    return true
  }

  // MARK: - Places

  /// Whether `drain` or `maint` is said at a place.
  func isAdministrative(_ place: ProbePlace) -> Bool { places[place]?.isAdministrative ?? false }

  /// Whether a weight was ever sent from a place.
  func hasSentWeight(_ place: ProbePlace) -> Bool { places[place]?.hasSentWeight ?? false }

  /// A place begins to say `drain` or `maint`.
  mutating func begin(_ place: ProbePlace) {
    guard !isAdministrative(place) else { return }
    places[place, default: State()].isAdministrative = true
    revision += 1
  }

  /// A place says neither.
  mutating func end(_ place: ProbePlace) {
    guard isAdministrative(place) else { return }
    places[place]?.isAdministrative = false
    revision += 1
  }

  /// No place says either.
  mutating func endAll() {
    for place in Array(places.keys) { end(place) }
  }

  /// A place sends a weight.
  mutating func sendWeight(_ place: ProbePlace) {
    guard !hasSentWeight(place) else { return }
    places[place, default: State()].hasSentWeight = true
    revision += 1
  }

  // MARK: - Load balancers

  /// A load balancer has been told a `drain` or `maint`.
  mutating func tellAdministrative(_ place: ProbePlace, _ address: IPAddress) {
    let debtor = Debtor(place: place, address: address.unmapped)
    switch debts[debtor] {
    case .open: return
    case .settling:
      // Owed, as it was: nothing new for the disk.
      debts[debtor] = .open
    case .settled:
      debts[debtor] = .open
      revision += 1
    case nil:
      let heirs = heirs(of: place)
      guard heirs.isEmpty else {
        for heir in heirs { tellAdministrative(heir, address) }
        return
      }
      if debts.count < Self.limit {
        debts[debtor] = .open
        revision += 1
      } else if places[place]?.strangers != .ready {
        places[place, default: State()].strangers = .ready
        revision += 1
      }
    }
  }

  /// Whether a load balancer that probes now, with nothing administrative to be told, is told `ready`.
  mutating func needsReady(_ place: ProbePlace, _ address: IPAddress, at now: Duration, readyFor: Duration) -> Bool {
    let debtor = Debtor(place: place, address: address.unmapped)
    switch debts[debtor] {
    case .open:
      debts[debtor] = .settling(until: now + readyFor)
      return true
    case .settling(let end):
      if now < end { return true }
      debts[debtor] = strangersAreOwed(place, at: now) ? .settled : nil
      revision += 1
      return false
    case .settled:
      // Nobody else may come who would find that the hour is over.
      _ = strangersAreOwed(place, at: now)
      return false
    case nil:
      guard strangersAreOwed(place, at: now) else { return false }
      if debts.count < Self.limit { debts[debtor] = .settling(until: now + readyFor) }
      return true
    }
  }

  private mutating func strangersAreOwed(_ place: ProbePlace, at now: Duration) -> Bool {
    switch places[place]?.strangers {
    case nil, .nothing: return false
    case .ready:
      places[place]?.strangers = .readyUntil(now + Self.strangersTime)
      return true
    case .readyUntil(let end):
      if now < end { return true }
      places[place]?.strangers = .nothing
      debts = debts.filter { $0.key.place != place || $0.value != .settled }
      revision += 1
      return false
    }
  }
}
