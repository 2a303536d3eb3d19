// What becomes of debts when services come, go and move. A load balancer that asks where it has always asked finds what
// it is owed there: under another service's name, or at an address that has become `:9999` or was part of it.
//
// Where no service is any more, nobody asks, and HAProxy keeps what it was told last. So the record stays, for when the
// address comes back; but not for ever, since whoever asks there long afterwards may be somebody else.

extension Balancers {
  /// A place is forgotten when more rule sets in a row than this, started or reloaded, have had no service there: an
  /// operator who tries things out reloads a few times before all is where it was.
  static let mostAbsences = 8
  /// So many places without a service are remembered at most; those without one for longest go first.
  static let mostAbsent = 64

  /// From now on there are services at these places and nowhere else.
  mutating func serve(at newPlaces: [ProbePlace]) {
    let before = self
    served = Set(newPlaces)
    var known = Set(places.keys)
    for debtor in debts.keys { known.insert(debtor.place) }
    // What is passed on is no longer owed where it was, and leaves room for who inherits it.
    let passing = known.filter { !heirs(of: $0).isEmpty }
    debts = debts.filter { !passing.contains($0.key.place) }
    for place in served {
      // What the process before this one has served is not known: a place that it has not remembered may be an old one.
      let isNew = !before.served.isEmpty && !before.served.contains(place)
      for other in known where other != place && (isNew || !served.contains(other)) && other.overlaps(place) {
        copy(other, of: before, to: place)
      }
    }
    for place in known {
      if served.contains(place) {
        places[place]?.absences = 0
      } else {
        places[place, default: State()].isAdministrative = false
        places[place]?.absences += 1
      }
    }
    forgetAbsent()
    if places != before.places || debts != before.debts { revision += 1 }
  }

  /// Who has to take over what is owed at a place where there is no service, because those who asked there ask here now.
  func heirs(of place: ProbePlace) -> [ProbePlace] {
    served.contains(place) ? [] : served.filter { $0.overlaps(place) }
  }

  /// Whether a line at one place is now at the other.
  func passes(from place: ProbePlace, to other: ProbePlace) -> Bool {
    place == other || !served.contains(place) && place.overlaps(other)
  }

  /// What was owed at one place is owed at another, too.
  private mutating func copy(_ place: ProbePlace, of before: Balancers, to heir: ProbePlace) {
    if let state = before.places[place] { places[heir, default: State()].add(state) }
    for (debtor, debt) in before.debts where debtor.place == place {
      let inherited = Debtor(place: heir, address: debtor.address)
      if let own = debts[inherited] {
        debts[inherited] = own.orLater(debt)
      } else if debts.count < Self.limit {
        debts[inherited] = debt
      } else {
        places[heir, default: State()].strangers = .ready
      }
    }
  }

  /// Forgets places without a service: those that have heirs or owe nothing, and those that are too many or too old.
  private mutating func forgetAbsent() {
    var owing: Set<ProbePlace> = []
    for debtor in debts.keys { owing.insert(debtor.place) }
    var kept: [(absences: Int, name: String, place: ProbePlace)] = []
    var gone: Set<ProbePlace> = []
    for (place, state) in places where !served.contains(place) {
      let owes = state.hasSentWeight || state.strangers != .nothing || owing.contains(place)
      if owes, state.absences <= Self.mostAbsences, heirs(of: place).isEmpty {
        kept.append((state.absences, "\(place)", place))
      } else {
        gone.insert(place)
      }
    }
    kept.sort { ($0.absences, $0.name) < ($1.absences, $1.name) }
    for (_, _, place) in kept.dropFirst(Self.mostAbsent) { gone.insert(place) }
    for place in gone { places[place] = nil }
    debts = debts.filter { !gone.contains($0.key.place) }
  }
}

extension Balancers.State {
  /// Takes over what holds at another place.
  fileprivate mutating func add(_ other: Balancers.State) {
    isAdministrative = isAdministrative || other.isAdministrative
    hasSentWeight = hasSentWeight || other.hasSentWeight
    switch (strangers, other.strangers) {
    case (.ready, _), (_, .ready): strangers = .ready
    case (.readyUntil(let end), .readyUntil(let otherEnd)): strangers = .readyUntil(max(end, otherEnd))
    case (.nothing, let theirs): strangers = theirs
    case (_, .nothing): break
    }
  }
}

extension Balancers.Debt {
  /// The one of two that is paid later.
  fileprivate func orLater(_ other: Balancers.Debt) -> Balancers.Debt {
    switch (self, other) {
    case (.open, _), (_, .open): .open
    case (.settling(let end), .settling(let otherEnd)): .settling(until: max(end, otherEnd))
    case (.settled, let theirs): theirs
    case (_, .settled): self
    }
  }
}
