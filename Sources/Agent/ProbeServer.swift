// Where HAProxy knocks: the listening sockets, and how they change while somebody knocks.

public import Kernel
public import Text

/// What is behind one address.
public struct Route {
  /// The address.
  public let address: InternetAddress
  let room: Room

  /// Services at an address: at least one, at most one of them without `agentSend`, no two with the same.
  public init(_ address: InternetAddress, _ services: [ProbeService]) {
    self.address = address
    room = .services(ServiceTable(at: address, services))
  }

  /// Pages at an address.
  public init(_ address: InternetAddress, _ audience: PageAudience) {
    self.address = address
    room = .pages(audience)
  }
}

/// An address at which this process cannot listen.
public struct ListenFailure: Error {
  /// The address.
  public let address: InternetAddress
  /// The reason.
  public let reason: SystemError

  /// `cannot listen on 127.0.0.1:9999: Address already in use`
  public var sentence: String { "cannot listen on \(address): \(reason.message)" }
}

/// The server of all addresses.
public final class ProbeServer {
  /// How many connections one listener takes in one turn: enough to be as fast as without a limit, few enough for
  /// signals and timers to have their turn within milliseconds; and a fraction of the events of a turn, so that under a
  /// load without pause more connections end in each turn than begin, and the table does not fill with those that have
  /// had their answer.
  static let burst = 16
  /// How long to look away when descriptors have run out: twice as long each time, up to the last.
  private static let shortestRest = Duration.milliseconds(100)
  private static let longestRest = Duration.seconds(1)
  /// How long descriptors have to suffice for the next lack of them to be worth a line in the log.
  private static let episode = Duration.seconds(60)

  private static let restTag = 0
  private static let retireTag = 1

  private let loop: EventLoop
  private let log: Log
  private let conversations: Conversations
  /// Who keeps the listening sockets for who comes after us.
  var keeper: (any ListenerKeeper)?
  private var doors: [Door] = []
  private var nextNumber = 0
  private var isOpen = false
  private var rest = ProbeServer.shortestRest
  private var lastExhausted: Duration?
  private let restTimer: TimerIndex
  private let retireTimer: TimerIndex

  /// Takes charge of those who want pages.
  var pages: PageServer?

  /// A server without addresses. `descriptors` is how many open files this process may have.
  public init(loop: EventLoop, log: Log, descriptors: Int, observer: (any ProbeObserver)? = nil) {
    self.loop = loop
    self.log = log
    conversations = Conversations(loop: loop, log: log, descriptors: descriptors, observer: observer)
    restTimer = loop.makeTimer()
    retireTimer = loop.makeTimer()
    loop.connect(restTimer, to: self, tag: Self.restTag)
    loop.connect(retireTimer, to: self, tag: Self.retireTag)
  }

  /// What has come so far.
  public var counts: ProbeCounts { conversations.counts }

  /// How long probers have waited.
  var latencies: ProbeLatencies { conversations.latencies }

  /// How many connections are open.
  public var openConnections: Int { conversations.count }

  /// How long a prober may take to send its line, where one is awaited.
  public var awaitTime: Duration {
    get { conversations.awaitTime }
    set { conversations.awaitTime = newValue }
  }

  /// Where connections come in, in the order of opening: one entry for each family.
  public var addresses: [InternetAddress] { doors.filter { $0.retires == nil }.map { $0.name } }

  /// Begins to let people in. Until then they wait in the kernel's queue, so that the first reply is a measured one.
  public func open() throws(SystemError) {
    for door in doors { try watch(door) }
    isOpen = true
  }

  private func watch(_ door: Door) throws(SystemError) {
    door.watch = try loop.watch(door.listener.descriptor, for: .readable, tag: door.number, by: self)
  }

  private func close(_ door: Door) {
    // Not only forgotten: while somebody has a copy of the socket, the kernel goes on to tell who comes there.
    if let watch = door.watch { try? loop.unwatch(watch, of: door.listener.descriptor) }
    if let keeper, !door.isLent {
      keeper.drop(door.name)
      // The keeper's copy would let people in still, and hold the address, until the keeper has heard.
      door.listener.refuse()
    }
    doors.removeAll { $0 === door }
  }

  /// Takes over a listening socket that was handed over, before anything is served: the next `serve` decides whether it
  /// stays. Of several at an address, the first.
  func adopt(_ handed: HandedListener) {
    guard let listener = handed.take() else { return }
    nextNumber += 1
    let door = Door(listener, number: nextNumber, isLent: handed.isLent)
    if !doors.contains(where: { $0.name == door.name }) { doors.append(door) }
  }

  /// Lets nobody in any more: who comes now waits in the queue, for whoever gets the socket next.
  func closeForSuccessor() {
    guard keeper != nil else { return }
    for door in doors { watch(door, for: []) }
    loop.set(restTimer, at: nil)
  }
}

// MARK: - Changing addresses

extension ProbeServer {
  /// How long an address that is no longer asked for is still looked after, where it overlaps one that is: a connection
  /// that was being made when the other one opened belongs to the old one. The kernel repeats a lost part of the
  /// handshake after a second.
  private static let retirement = Duration.seconds(2)

  /// One socket that a route needs.
  private struct Place {
    let address: IPAddress
    let route: InternetAddress

    var name: InternetAddress { InternetAddress(address, port: route.port) }

    static func all(of routes: [Route]) -> [Place] {
      routes.flatMap { route in
        switch route.address.host {
        case .address(let address): [Place(address: address, route: route.address)]
        case .every: [Place(address: .everyV4, route: route.address), Place(address: .everyV6, route: route.address)]
        }
      }
    }
  }

  /// Serves these routes from now on and nothing else. All new addresses are taken first; if one cannot be taken,
  /// nothing has changed. An address that stays keeps its socket, and nobody who was accepted or queued is lost.
  ///
  /// Between an address and one that contains it, as `:9999` and `127.0.0.1:9999`, the two sockets are open side by
  /// side for a while. Found by experiment with Linux 6: while the old one listens, the kernel lets the new one bind and
  /// listen only if both have SO_REUSEPORT at that moment (it may be taken away again at once). From the new one's
  /// `listen` on, each new connection goes to the socket with the exact address, whichever is older. So:
  ///
  /// - from the wide to the exact one, the new one gets all that is its own at once; what the old one has in its queue
  ///   is taken before it is closed, and it stays open until handshakes that it has begun are over;
  /// - from the exact to the wide one, the old one would keep its connections, and closing it would reset what is in its
  ///   queue: it stays open for good, as one more socket of the wide address.
  ///
  /// IPv4 and IPv6 have a socket each, because one for both could not be told from `[::]:9999` in this.
  public func serve(_ routes: [Route], now: Duration) throws(ListenFailure) {
    let places = Place.all(of: routes)
    let fresh = try take(places)
    doors += fresh
    if let keeper { for door in fresh { keeper.keep(door.listener, at: door.name) } }
    let old = doors
    for door in old { settle(door, routes, places, now) }
    loop.set(retireTimer, at: doors.compactMap { $0.retires }.min())
  }

  /// Opens doors at those places that have none.
  private func take(_ places: [Place]) throws(ListenFailure) -> [Door] {
    var fresh: [Door] = []
    // Only while this takes place: see `Listener.share`.
    defer { for door in doors + fresh { try? door.listener.share(false) } }
    guard var current = places.first else { return [] }
    do throws(SystemError) {
      for place in places where !(doors + fresh).contains(where: { $0.serves(place.name) }) {
        current = place
        guard let door = try bind(place, among: places) else { continue }
        fresh.append(door)
      }
      for door in fresh {
        current = places.first { $0.name == door.name } ?? current
        try door.listener.listen()
        if isOpen { try watch(door) }
      }
    } catch {
      for door in fresh { if let watch = door.watch { loop.forget(watch) } }
      throw ListenFailure(address: current.route, reason: error)
    }
    return fresh
  }

  /// A door that does not listen yet. Absent for the IPv6 half of `:9999` on a host without IPv6.
  private func bind(_ place: Place, among places: [Place]) throws(SystemError) -> Door? {
    let rivals = doors.filter { $0.name.overlaps(place.name) }
    for rival in rivals { try rival.listener.share(true) }
    let isShared = !rivals.isEmpty || places.contains { $0.name != place.name && $0.name.overlaps(place.name) }
    do throws(SystemError) {
      let listener = try Listener(on: place.address, port: place.name.port, sharing: isShared)
      nextNumber += 1
      return Door(listener, number: nextNumber)
    } catch {
      if place.route.host == .every, place.address == .everyV6, error.isFamilyUnavailable { return nil }
      throw error
    }
  }

  /// Gives a door the services of the route that names it most exactly, or lets it retire.
  private func settle(_ door: Door, _ routes: [Route], _ places: [Place], _ now: Duration) {
    let covering = routes.filter { $0.address.covers(door.name) }
    let route =
      covering.first { $0.address == door.name } ?? covering.first { $0.address.host != .every } ?? covering.first
    if let route {
      door.room = route.room
      door.retires = nil
      return
    }
    guard door.retires == nil else { return }
    if isOpen { takeQueued(at: door, now: now) }
    door.room = nil
    guard places.contains(where: { $0.name.overlaps(door.name) }) else { return close(door) }
    door.retires = now + Self.retirement
  }

  /// Takes everybody who is in a door's queue, but not for ever, as others may still be coming.
  private func takeQueued(at door: Door, now: Duration) {
    for _ in 0...Listener.backlog where !takeNext(at: door, now: now) { return }
  }
}

// MARK: - Taking connections

extension ProbeServer: ReadyHandler {
  /// A listener is ready.
  public func ready(_ tag: Int, _ events: Events, now: Duration) {
    guard let door = doors.first(where: { $0.number == tag }) else { return }
    for _ in 0..<Self.burst where !takeNext(at: door, now: now) { return }
  }

  /// Takes the next connection; false where there is no more to be done for now.
  private func takeNext(at door: Door, now: Duration) -> Bool {
    switch door.listener.accept() {
    case .connection(let descriptor, let peer):
      rest = Self.shortestRest
      switch door.room ?? room(for: descriptor, at: door) {
      case .services(let services): conversations.begin(descriptor, from: peer, with: services, now: now)
      case .pages(let audience): pages?.begin(descriptor, from: peer, for: audience, now: now)
      case nil: break
      }
      return true
    case .aborted:
      return true
    case .wouldBlock:
      return false
    case .exhausted(let reason):
      conversations.counts.exhausted += 1
      // Pages can wait, probes cannot.
      if pages?.makeRoom() ?? false || conversations.makeRoom() { return true }
      lookAway(because: reason, now)
      return false
    }
  }

  /// What is behind the very address at which a connection has arrived; absent where that is no longer served.
  private func room(for descriptor: borrowing Descriptor, at door: Door) -> Room? {
    guard let address = try? Socket.localAddress(of: descriptor) else { return nil }
    let name = InternetAddress(address, port: door.name.port)
    return
      (doors.first { $0.name == name && $0.room != nil }
      ?? doors.first { $0.name.covers(name) && $0.room != nil })?.room
  }

  /// There is nothing left to accept with: the queue of the kernel waits, and so do we, instead of being told again and
  /// again that somebody is there.
  private func lookAway(because reason: SystemError, _ now: Duration) {
    for door in doors { watch(door, for: []) }
    loop.set(restTimer, at: now + rest)
    rest = min(rest * 2, Self.longestRest)
    if lastExhausted.map({ now - $0 >= Self.episode }) ?? true {
      log.error("cannot accept connections (\(reason)): probes wait, trying again every second or sooner")
    }
    lastExhausted = now
  }

  private func watch(_ door: Door, for events: Events) {
    guard let watch = door.watch else { return }
    // Changing what is watched needs no memory and cannot fail.
    try? loop.change(watch, of: door.listener.descriptor, to: events)
  }
}

extension ProbeServer: TimerHandler {
  /// A rest or a retirement is over.
  public func due(_ tag: Int, now: Duration) {
    if tag == Self.restTag {
      for door in doors { watch(door, for: .readable) }
    } else {
      for door in doors where door.retires.map({ $0 <= now }) ?? false {
        takeQueued(at: door, now: now)
        close(door)
      }
      loop.set(retireTimer, at: doors.compactMap { $0.retires }.min())
    }
  }
}
