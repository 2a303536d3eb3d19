// What is remembered of load balancers across a crash, as text:
//
//     service web
//     weight                       it has sent a weight
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
    let debtors = Dictionary(grouping: debts, by: { $0.key.service })
    for name in Set(services.keys).union(debtors.keys).sorted() {
      let service = services[name] ?? Service()
      let isAnybody = service.isAdministrative || service.strangers != .nothing
      let lines = (debtors[name] ?? []).map {
        $0.value == .settled ? "done \($0.key.address)" : "owed \($0.key.address)"
      }
      guard isAnybody || service.hasSentWeight || !lines.isEmpty else { continue }
      bytes.append("service \(name)\n")
      if service.hasSentWeight { bytes.append("weight\n") }
      if isAnybody { bytes.append("anybody\n") }
      for line in lines.sorted() { bytes.append("\(line)\n") }
    }
  }

  /// What a process before this one has remembered. Absent where the text is none that `write` writes.
  init?(_ text: Span<UInt8>) {
    self.init()
    var cursor = Cursor()
    var name: String?
    while !cursor.isAtEnd(of: text) {
      if cursor.take("service ", in: text) {
        let word = cursor.word(in: text)
        guard !word.isEmpty else { return nil }
        var bytes: [UInt8] = []
        for index in word { bytes.append(text[index]) }
        name = String(decoding: bytes, as: UTF8.self)
      } else if let name, cursor.take("weight", in: text) {
        services[name, default: Service()].hasSentWeight = true
      } else if let name, cursor.take("anybody", in: text) {
        services[name, default: Service()].strangers = .ready
      } else if let name, cursor.take("owed ", in: text) {
        guard remember(name, .open, in: text, &cursor) else { return nil }
      } else if let name, cursor.take("done ", in: text) {
        guard remember(name, .settled, in: text, &cursor) else { return nil }
      } else {
        return nil
      }
      guard cursor.take(.of("\n"), in: text) else { return nil }
    }
  }

  private mutating func remember(_ name: String, _ debt: Debt, in text: Span<UInt8>, _ cursor: inout Cursor) -> Bool {
    let word = cursor.word(in: text)
    guard let address = IPAddress(text.extracting(word)), debts.count < Self.limit else { return false }
    debts[Debtor(service: name, address: address)] = debt
    return true
  }
}
