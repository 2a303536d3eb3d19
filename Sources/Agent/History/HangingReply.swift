// Who has been told the reply that a service gives at present.

import Text

/// The present reply of a service.
final class HangingReply {
  /// A time that it was told.
  struct Fetch {
    let address: IPAddress
    let at: Duration

    /// The same for the history. `time` is what the wall clock shows `now`: an instant since boot has no date of its own.
    func fetch(_ now: Duration, _ time: CalendarTime) -> HistoryRecord.Fetch {
      let ago = Int((now - at).milliseconds)
      let then = CalendarTime(milliseconds: time.milliseconds - ago, secondsEast: time.secondsEast)
      return HistoryRecord.Fetch(address: "\(address)", time: then)
    }
  }

  let service: String
  /// The number of the record with which it began; 0 before the first.
  private(set) var number = 0
  private(set) var first: Fetch?
  private(set) var last: Fetch?
  private(set) var fetches = 0
  /// Whether a record says who was first.
  private(set) var isKnown = true
  private var fetchesKnown = 0

  init(of service: String) { self.service = service }

  /// Another reply hangs there.
  func begin(_ number: Int) {
    self.number = number
    (first, last, fetches, fetchesKnown, isKnown) = (nil, nil, 0, 0, true)
  }

  /// It was told.
  func fetch(_ address: IPAddress, _ now: Duration) {
    last = Fetch(address: address.unmapped, at: now)
    if fetches == 0 {
      first = last
      isKnown = false
    }
    fetches += 1
  }

  /// Whether it was told to somebody whom no record names yet.
  var hasNews: Bool { fetches > fetchesKnown }

  /// A record says all this.
  func becomeKnown() {
    isKnown = true
    fetchesKnown = fetches
  }
}
