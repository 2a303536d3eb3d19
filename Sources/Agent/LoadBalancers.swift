// Who asks here, how often, and what they were told. A probe costs a look into a table and no allocation; what follows from
// it (a rhythm, a silence, a warning) is worked out every few seconds. Whoever may connect can have a row here, so that there
// are only so many, and those go first that were never regular.

import Text

/// All load balancers that ask here, as many as can be remembered. Pure: who asks and what time it is comes in.
final class LoadBalancers {
  /// So many are remembered, of all places together: fleets have tens. More can only be a flood of addresses.
  static let limit = 256
  /// How long ago a load balancer may have asked to be counted by `balancers.count`.
  static let counted = Duration.seconds(60)
  /// Who had nothing to say for longer than this between two looks was not awake itself.
  static let longestNap = lookBeat * 2
  /// How often it is looked whether something is wrong.
  static let lookBeat = Duration.seconds(5)

  /// What is known of a place where load balancers ask.
  struct Place: Equatable {
    /// The service that is there.
    let service: Int
    let name: String
    /// Whether who asks there has said something; absent where nothing was awaited, so that it shows later.
    let speaks: Bool?
    /// The shortest damping of the service's computed weights; absent without any.
    let damping: Duration?
    /// Where that is, and what is said there.
    let place: ProbePlace
  }

  private struct Key: Hashable {
    let place: Int
    let address: IPAddress
  }

  /// In the order in which they came, but for those that have taken the place of another.
  private(set) var all: [LoadBalancer] = []
  private var known: [Key: LoadBalancer] = [:]
  /// By the number of the place; absent where there is none now.
  private var places: [Place?] = []
  private var lastLook: Duration?
  /// Those who are told nothing.
  private(set) var vain = VainAskers()

  init() {}

  /// What is at a place now.
  func place(_ number: Int) -> Place? { number < places.count ? places[number] : nil }

  /// From now on there are services at these places and nowhere else. Who asked elsewhere is forgotten.
  func serve(at newPlaces: [(number: Int, place: Place)]) {
    places = [Place?](repeating: nil, count: (newPlaces.map { $0.number }.max() ?? -1) + 1)
    for (number, place) in newPlaces { places[number] = place }
    vain.forgetAll()
    all.removeAll { balancer in
      guard place(balancer.place) == nil else { return false }
      known[Key(place: balancer.place, address: balancer.address)] = nil
      return true
    }
  }

  /// A load balancer asks at a place and is told a line. Allocates nothing for one that has asked before. Returns one that
  /// is back: what had become of it.
  func tell(_ place: Int, _ address: IPAddress, _ line: [UInt8], _ now: Duration) -> Return? {
    guard let facts = self.place(place), let balancer = find(place, address.unmapped, now) else { return nil }
    let silence = now - balancer.last
    balancer.note(line, speaks: facts.speaks ?? false, now)
    guard balancer.isMissed else { return nil }
    let wasTurnedAway = balancer.vain != nil
    balancer.isStopped = false
    balancer.vain = nil
    return Return(balancer: balancer, silence: silence, wasTurnedAway: wasTurnedAway)
  }

  /// One that is answered again, how long it was not, and whether it asked meanwhile.
  struct Return {
    let balancer: LoadBalancer
    let silence: Duration
    let wasTurnedAway: Bool
  }

  /// Somebody asks and is told nothing.
  func turnAway(_ peer: IPAddress, at address: InternetAddress, because denial: Denial, _ now: Duration) {
    vain.note(peer, at: address, because: denial, now)
  }

  /// A load balancer has said something where nothing was awaited.
  func hear(_ place: Int, _ address: IPAddress) {
    guard let facts = self.place(place), facts.speaks == nil else { return }
    known[Key(place: place, address: address.unmapped)]?.hear()
  }

  private func find(_ place: Int, _ address: IPAddress, _ now: Duration) -> LoadBalancer? {
    let key = Key(place: place, address: address)
    if let balancer = known[key] { return balancer }
    let balancer: LoadBalancer
    if all.count < Self.limit {
      balancer = LoadBalancer()
      all.append(balancer)
    } else {
      guard let victim = leastRegular else { return nil }
      known[Key(place: victim.place, address: victim.address)] = nil
      balancer = victim
    }
    balancer.begin(place, address, now)
    known[key] = balancer
    return balancer
  }

  /// The one that can best be forgotten: of those that never were regular, or else of those that have stopped, the one that
  /// has been silent for longest. Absent where all ask regularly: then it is the newcomer who is not remembered.
  private var leastRegular: LoadBalancer? {
    var least: LoadBalancer?
    for balancer in all where balancer.cadence == nil || balancer.isStopped {
      guard let other = least else {
        least = balancer
        continue
      }
      if (balancer.cadence == nil) != (other.cadence == nil) {
        if balancer.cadence == nil { least = balancer }
      } else if balancer.last < other.last {
        least = balancer
      }
    }
    return least
  }

  /// How many addresses have asked for a service within the last minute.
  func count(ofService service: String, _ now: Duration) -> Int {
    var count = 0
    for (index, balancer) in all.enumerated() where isCounted(balancer, service, now) {
      // The same address may ask at several places of the service.
      var isFirst = true
      for other in all[..<index] where other.address == balancer.address && isCounted(other, service, now) {
        isFirst = false
      }
      if isFirst { count += 1 }
    }
    return count
  }

  private func isCounted(_ balancer: LoadBalancer, _ service: String, _ now: Duration) -> Bool {
    now - balancer.last <= Self.counted && place(balancer.place)?.name == service
  }

  /// Looks whether something is wrong, and returns what has begun since the last look.
  func look(_ now: Duration) -> [(LoadBalancer, LoadBalancer.Concern)] {
    let nap = now - (lastLook ?? now)
    lastLook = now
    var news: [(LoadBalancer, LoadBalancer.Concern)] = []
    for balancer in all {
      // Whoever was not awake cannot say that others were silent.
      if nap > Self.longestNap { balancer.silentFrom = now }
      balancer.measure()
      let damping = place(balancer.place)?.damping
      if let concern = silence(of: balancer, now) { news.append((balancer, concern)) }
      // Who is missed keeps its rhythm, but has nothing wrong with it any more.
      let isSeldom = !balancer.isMissed && isTooShort(damping, for: balancer.cadence)
      if isSeldom, !balancer.isSeldom, let damping { news.append((balancer, .seldom(damping: damping))) }
      balancer.isSeldom = isSeldom
      let isMixed = !balancer.isMissed && asksBothWays(balancer, now)
      if isMixed, !balancer.isMixed { news.append((balancer, .mixed)) }
      balancer.isMixed = isMixed
    }
    return news
  }

  /// What has become of one that is no longer answered, where that is news: it asks in vain, or not at all.
  private func silence(of balancer: LoadBalancer, _ now: Duration) -> LoadBalancer.Concern? {
    guard let longest = balancer.longestSilence, balancer.isStopped || now - balancer.silentFrom > longest,
      let place = place(balancer.place)?.place
    else { return nil }
    if let asker = vain.latest(balancer.address, for: place), now - asker.last <= longest {
      let isNews = balancer.vain == nil
      balancer.turnAway(asker.denial, asker.last)
      return isNews ? .turnedAway(asker.denial) : nil
    }
    guard !balancer.isStopped, now - max(balancer.silentFrom, balancer.lastInVain) > longest else { return nil }
    balancer.vain = nil
    balancer.isStopped = true
    return .stopped(after: balancer.silence(now))
  }

  /// Whether anything can still go wrong with somebody.
  func isWorthLooking(_ now: Duration) -> Bool {
    for balancer in all where !balancer.isStopped {
      if balancer.cadence != nil || now - balancer.last <= Self.counted { return true }
    }
    // Who has stopped may be among those who are told nothing.
    return !all.isEmpty && !vain.current(now).isEmpty
  }

  private func isTooShort(_ damping: Duration?, for cadence: Cadence?) -> Bool {
    // `damping: 0s` is somebody's wish.
    guard let damping, damping > .zero, let cadence else { return false }
    // An interval is measured to some milliseconds, and four times 2.5 s in 10 s is as it should be.
    return damping + damping / 20 < cadence.interval * LoadBalancer.intervalsInDamping
  }

  /// Whether an address says nothing here, and something here or at another place. Only who says nothing is delayed, so
  /// that the warning stands there.
  private func asksBothWays(_ balancer: LoadBalancer, _ now: Duration) -> Bool {
    guard balancer.isOftenSilent else { return false }
    guard now - balancer.last <= Self.counted else { return false }
    for other in all where other.address == balancer.address && other.speaksOften {
      if now - other.last <= Self.counted { return true }
    }
    return false
  }
}
