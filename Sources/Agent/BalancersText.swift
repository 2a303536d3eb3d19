// What is remembered of load balancers across a crash, as text:
//
//     at 127.0.0.1:9999            a place where no line is awaited: what follows holds for whoever asks there
//     at :9999 silent              one where a line is awaited, for those who say nothing
//     at :9999 saying web          ... and for those who say this
//     absent 2                     so many rule sets in a row have had no service there
//     weight                       a weight was sent
//     anybody                      anybody may have been told a `drain` or `maint`
//     owed 192.0.2.1               was told, and is owed a `ready`
//     done 2001:db8::1             has had it; only below `anybody`, who else would be told again
//
// Instants are not in it: those of one boot mean nothing in another, and the wall clock cannot be trusted. Whoever was in
// the midst of its `ready-for` begins it anew.

import Text

extension Balancers {
  /// Appends what has to be remembered, the same for the same.
  func write(into bytes: inout [UInt8]) {
    let debtors = Dictionary(grouping: debts, by: { $0.key.place })
    let names = Set(places.keys).union(debtors.keys).map { (place: $0, name: $0.description) }
    for (place, name) in names.sorted(by: { $0.name < $1.name }) {
      let state = places[place] ?? State()
      let isAnybody = state.isAdministrative || state.strangers != .nothing
      let lines = (debtors[place] ?? []).map {
        $0.value == .settled ? "done \($0.key.address)" : "owed \($0.key.address)"
      }
      guard isAnybody || state.hasSentWeight || !lines.isEmpty else { continue }
      bytes.append("at \(name)\n")
      if state.absences > 0 { bytes.append("absent \(state.absences)\n") }
      if state.hasSentWeight { bytes.append("weight\n") }
      if isAnybody { bytes.append("anybody\n") }
      for line in lines.sorted() { bytes.append("\(line)\n") }
    }
  }

  /// What a process before this one has remembered. Absent where the text is none that `write` writes.
  init?(_ text: Span<UInt8>) {
    self.init()
    var cursor = Cursor()
    var place: ProbePlace?
    while !cursor.isAtEnd(of: text) {
      if cursor.take("at ", in: text) {
        place = ProbePlace(text, &cursor)
        guard place != nil else { return nil }
      } else if let place, cursor.take("weight", in: text) {
        places[place, default: State()].hasSentWeight = true
      } else if let place, cursor.take("anybody", in: text) {
        places[place, default: State()].strangers = .ready
      } else if let place, cursor.take("absent ", in: text) {
        guard let count = cursor.unsigned(in: text), count <= UInt64(Self.mostAbsences) else { return nil }
        places[place, default: State()].absences = Int(count)
      } else if let place, cursor.take("owed ", in: text) {
        guard remember(place, .open, in: text, &cursor) else { return nil }
      } else if let place, cursor.take("done ", in: text) {
        guard remember(place, .settled, in: text, &cursor) else { return nil }
      } else {
        return nil
      }
      guard cursor.take(.of("\n"), in: text) else { return nil }
    }
  }

  private mutating func remember(_ place: ProbePlace, _ debt: Debt, in text: Span<UInt8>, _ cursor: inout Cursor)
    -> Bool
  {
    let word = cursor.word(in: text)
    guard let address = IPAddress(text.extracting(word)), debts.count < Self.limit else { return false }
    debts[Debtor(place: place, address: address)] = debt
    return true
  }
}
