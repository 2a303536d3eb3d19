// Tells the log what is wrong with those who ask, once when it begins. Nobody is looked at while nobody asks.

import Rules
import Text

/// The table of load balancers, with the clock and the log.
final class BalancerWatch {
  let table = LoadBalancers()
  private let loop: EventLoop
  private let log: Log
  private let timer: TimerIndex
  private var isLooking = false

  /// Nobody has asked yet.
  init(loop: EventLoop, log: Log) {
    self.loop = loop
    self.log = log
    timer = loop.makeTimer()
    loop.connect(timer, to: self)
  }

  /// From now on these services are served, each at these places.
  func serve(_ rules: RuleSet, at places: [[ProbePlace]], _ number: (ProbePlace) -> Int) {
    var served: [(number: Int, place: LoadBalancers.Place)] = []
    for (index, service) in rules.services.enumerated() {
      let damping = service.rules.filter { rules.rules[$0].weight != nil }.map { rules.rules[$0].damping }
      let shortest = damping.filter { $0 > .zero }.min()
      for place in places[index] {
        let facts = LoadBalancers.Place(
          service: index, name: service.name, speaks: place.asking.speaks, damping: shortest, place: place)
        served.append((number(place), facts))
      }
    }
    table.serve(at: served)
  }

  /// A load balancer asks at a place, and is told a line.
  func tell(_ place: Int, _ address: IPAddress, _ line: [UInt8], _ now: Duration) {
    if let back = table.tell(place, address, line, now) {
      let verb = back.wasTurnedAway ? "is answered" : "asks"
      log.notice("\(subject(back.balancer)) \(verb) again, after \(roundText(back.silence))")
    }
    look(now)
  }

  /// Somebody asks at an address, and is told nothing.
  func turnAway(_ peer: IPAddress, at address: InternetAddress, because denial: Denial, _ now: Duration) {
    table.turnAway(peer, at: address, because: denial, now)
    look(now)
  }

  private func look(_ now: Duration) {
    guard !isLooking else { return }
    isLooking = true
    loop.set(timer, at: now + LoadBalancers.lookBeat)
  }

  private func subject(_ balancer: LoadBalancer) -> String {
    "service '\(table.place(balancer.place)?.name ?? "")': \(balancer.address)"
  }
}

extension BalancerWatch: TimerHandler {
  func due(_ tag: Int, now: Duration) {
    for (balancer, concern) in table.look(now) {
      log.warning("\(subject(balancer)) \(concern.text(about: balancer))")
    }
    // Who has stopped, or was never regular, needs no more looks; the next probe begins them again.
    isLooking = table.isWorthLooking(now)
    if isLooking { loop.set(timer, at: now + LoadBalancers.lookBeat) }
  }
}

extension LoadBalancer.Concern {
  /// What is wrong and what to do, to be read behind the address: `has stopped asking: ...`.
  func text(about balancer: LoadBalancer) -> String {
    let interval = balancer.cadence.map { roundText($0.interval) } ?? "now and then"
    switch self {
    case .stopped(let silence):
      return "has stopped asking: nothing for \(roundText(silence)), before that every \(interval); "
        + "it goes on with what it was told last"
    case .turnedAway(let denial):
      return "is no longer answered: it \(denial.text); it goes on with what it was told last"
    case .seldom(let damping):
      return
        "asks every \(interval), and 'damping' is \(durationText(damping)): make it at least four times as long as "
        + "the interval, or weights may swing"
    case .mixed:
      return "asks with and without 'agent-send': HAProxy then delays every check without it by 200 ms; "
        + "write it on all its server lines or on none"
    }
  }
}

/// A measured time as people say it: `2s`, `1.5s`, `250ms`, `3m20s`.
public func roundText(_ time: Duration) -> String {
  let milliseconds = time.milliseconds
  let step: Int64 = milliseconds < 1000 ? 10 : milliseconds < 10_000 ? 100 : 1000
  let rounded = (milliseconds + step / 2) / step * step
  guard rounded >= 1000, rounded < 10_000, rounded % 1000 != 0 else { return durationText(.milliseconds(rounded)) }
  return "\(rounded / 1000).\(rounded % 1000 / 100)s"
}

extension ProbePlace.Asking {
  /// Whether who asks so has said something; absent where nothing is awaited.
  fileprivate var speaks: Bool? {
    switch self {
    case .anything: nil
    case .silence: false
    case .line: true
    }
  }
}
