// Where a load balancer asks, and what it says there. It knows no more of a service than that: it sees neither its name
// nor the rule file, so what it was told and what it is owed is remembered by place.

import Rules
import Text

/// An address, and what has to be said there to be answered.
struct ProbePlace: Hashable {
  enum Asking: Hashable {
    /// No line is awaited: whatever is said there.
    case anything
    /// Nothing, where others pick a service by a line.
    case silence
    /// A service's `agent-send`.
    case line(String)
  }

  let address: InternetAddress
  let asking: Asking

  /// Whether a load balancer that asks at one may find itself at the other after a reload, without any change of its
  /// own: from `127.0.0.1:9999` to `:9999`, from where lines pick services to where they do not.
  func overlaps(_ other: ProbePlace) -> Bool {
    guard address.overlaps(other.address) else { return false }
    switch (asking, other.asking) {
    case (.anything, _), (_, .anything): return true
    default: return asking == other.asking
    }
  }

  /// The places of each service of a rule set, in order.
  static func all(of rules: RuleSet) -> [[ProbePlace]] {
    var awaiting: Set<InternetAddress> = []
    for service in rules.services where service.agentSend != nil { awaiting.formUnion(service.addresses) }
    return rules.services.map { service in
      service.addresses.map { address in
        guard awaiting.contains(address) else { return ProbePlace(address: address, asking: .anything) }
        return ProbePlace(address: address, asking: service.agentSend.map { .line($0) } ?? .silence)
      }
    }
  }
}

extension ProbePlace: CustomStringConvertible {
  /// `:9999`, `:9999 silent`, `127.0.0.1:9999 saying web`; reading it gives the same place.
  var description: String {
    switch asking {
    case .anything: "\(address)"
    case .silence: "\(address) silent"
    case .line(let text): "\(address) saying \(text)"
    }
  }

  /// Reads a place from the rest of a line.
  init?(_ text: Span<UInt8>, _ cursor: inout Cursor) {
    let word = cursor.word(in: text)
    guard let address = try? InternetAddress(text.extracting(word)) else { return nil }
    self.address = address
    if cursor.take(" saying ", in: text) {
      var bytes: [UInt8] = []
      while let byte = cursor.peek(text), !byte.isLineEnd, cursor.take(byte, in: text) { bytes.append(byte) }
      guard let line = String(validating: bytes, as: UTF8.self) else { return nil }
      asking = .line(line)
    } else {
      asking = cursor.take(" silent", in: text) ? .silence : .anything
    }
  }
}

/// The numbers by which the probe server knows places. A number means the same place for as long as the daemon runs, so
/// that a connection which was accepted before a reload is not taken for one at another place.
struct PlaceNumbers {
  private var places: [ProbePlace] = []
  private var numbers: [ProbePlace: Int] = [:]

  /// The number of a place.
  mutating func number(of place: ProbePlace) -> Int {
    if let number = numbers[place] { return number }
    places.append(place)
    numbers[place] = places.count - 1
    return places.count - 1
  }

  /// The place of a number.
  func place(of number: Int) -> ProbePlace { places[number] }
}
