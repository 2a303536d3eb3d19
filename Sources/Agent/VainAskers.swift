// Who asks and is told nothing, and why. A mistyped `agent-send` in HAProxy looks there like an agent that is silent; here it
// shows what was said instead. Whoever may connect can have a row, so that there are only so many.

import Text

/// An address that asks in vain.
final class VainAsker {
  /// Nobody asks so seldom: who comes after such a time begins anew.
  static let longestPause = Duration.seconds(600)

  /// Where it asks, as the rule file spells it.
  let place: InternetAddress
  /// Who it is, unmapped.
  let address: IPAddress
  /// Why it is told nothing.
  let denial: Denial
  /// When it began, and when it asked last, since boot.
  private(set) var first: Duration
  private(set) var last: Duration
  /// How many times it has asked.
  private(set) var times = 1

  fileprivate init(_ address: IPAddress, at place: InternetAddress, _ denial: Denial, _ now: Duration) {
    (self.address, self.place, self.denial) = (address, place, denial)
    (first, last) = (now, now)
  }

  fileprivate func note(_ now: Duration) {
    if now - last > Self.longestPause { (first, times) = (now, 0) }
    last = now
    times += 1
  }

  /// Whether it has not asked for longer than it used to.
  func isOver(_ now: Duration) -> Bool {
    let usual = times > 1 ? (last - first) / (times - 1) * LoadBalancer.silentIntervals : .zero
    return now - last > max(min(usual, Self.longestPause), LoadBalancers.counted)
  }
}

/// All who ask in vain, as many as can be remembered. Pure: who asks and what time it is comes in.
struct VainAskers {
  /// So many are remembered.
  static let limit = 64
  /// So many of one address, which may think up any number of texts.
  static let limitOfOne = 4

  /// In the order in which they began.
  private(set) var all: [VainAsker] = []

  /// Somebody is turned away.
  mutating func note(_ peer: IPAddress, at place: InternetAddress, because denial: Denial, _ now: Duration) {
    let address = peer.unmapped
    var ofOne = 0
    for asker in all where asker.address == address {
      if asker.place == place, asker.denial == denial { return asker.note(now) }
      ofOne += 1
    }
    if ofOne >= Self.limitOfOne {
      forgetOne(of: address, now)
    } else if all.count >= Self.limit {
      forgetOne(of: nil, now)
    }
    all.append(VainAsker(address, at: place, denial, now))
  }

  /// Forgets the one that can best be spared, of an address or of all: one that is over; or else the one that has asked the
  /// fewest times, of these the latest, so that a flood leaves those who were there before.
  private mutating func forgetOne(of address: IPAddress?, _ now: Duration) {
    var least: VainAsker?
    for asker in all where address == nil || asker.address == address {
      guard let other = least else {
        least = asker
        continue
      }
      let (times, otherTimes) = (asker.isOver(now) ? 0 : asker.times, other.isOver(now) ? 0 : other.times)
      if (times, other.last) <= (otherTimes, asker.last) { least = asker }
    }
    all.removeAll { $0 === least }
  }

  /// Those who ask still.
  func current(_ now: Duration) -> [VainAsker] { all.filter { !$0.isOver(now) } }

  /// Who is turned away now and may be the same as one that was answered at a place: the latest of those.
  func latest(_ address: IPAddress, for place: ProbePlace) -> VainAsker? {
    var latest: VainAsker?
    for asker in all where asker.address == address && asker.place.overlaps(place.address) {
      if asker.denial.canMeet(place.asking), asker.last >= latest?.last ?? .zero { latest = asker }
    }
    return latest
  }

  /// Other rules are in force: who is turned away now will show.
  mutating func forgetAll() { all = [] }
}
