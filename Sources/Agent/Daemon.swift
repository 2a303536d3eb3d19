// The daemon: from a rule file to answered probes, until it is told to end. Everything that it does happens in one of
// three ways: a timer is due (a sample), a signal has come (reload, end), or somebody probes, which the server does alone.

import Diagnostics
import Kernel
import Rules
import Text

/// A running agent.
public final class Daemon {
  /// Shares and rates need two samples: the second comes so long after the first, and with it the first reply.
  static let firstLook = Duration.milliseconds(200)
  /// What can hang is asked so long before each sample, so that the answers are there.
  static let askedBefore = Duration.milliseconds(200)
  /// A metric that is neither read nor found unreadable is looked for in quick looks, but for no longer than this.
  static let patience = Duration.seconds(2)
  /// How long the end waits for the disk and for those who have been let in.
  static let longestEnd = Duration.milliseconds(500)
  private static let endBeat = Duration.milliseconds(10)

  private enum TimerTag: Int {
    case ask, sample, reload, end
  }

  private let log: Log
  private let loop: EventLoop
  private let signals: SignalDescriptor
  private let helpers: Helpers
  private let askTimer: TimerIndex
  private let sampleTimer: TimerIndex
  private let reloadTimer: TimerIndex
  private let endTimer: TimerIndex
  private let store: Store?
  private let ledger: Ledger
  private let reading: RuleReading
  let balancers: BalancerWatch
  private var server: ProbeServer!
  private var observatory: Observatory!

  private var placeNumbers = PlaceNumbers()
  private var work: RulesAtWork
  private var begunAt = Duration.zero
  private var lastSample = Duration.zero
  private var sampleCount = 0
  private var nextSample = Duration.zero
  private var isOpen = false
  /// The rules of a reload whose metrics have not all been read, and when they began to be.
  private var incoming: (work: RulesAtWork, since: Duration)?
  /// Whether another reload was asked for meanwhile.
  private var wantsReload = false
  /// Whether it has been told to end, and only the disk is waited for.
  private var isEnding = false
  private var endsAt = Duration.zero

  /// A daemon for a rule set that was loaded from a file. What must outlive it is kept in the folder `state` or, without
  /// one, in the usual place; see `Store`. `version` is what the program calls itself.
  public init(
    _ rules: RuleSet, from file: RuleFile, state: String?, version: String, log: Log
  ) throws(SystemError) {
    self.log = log
    let descriptors = ThisProcess.raiseDescriptorLimit()
    SignalDescriptor.ignoreBrokenPipes()
    signals = try SignalDescriptor([.hangUp, .terminate, .interrupt])
    loop = try EventLoop()
    helpers = Helpers(loop: loop, log: log)
    store = Store(in: state, loop: loop, log: log)
    ledger = Ledger(store?.document("balancers"), loop: loop, log: log)
    reading = RuleReading(of: file, loop: loop, log: log)
    balancers = BalancerWatch(loop: loop, log: log)
    work = RulesAtWork(rules, asking: helpers, keeping: ledger, after: nil)
    askTimer = loop.makeTimer()
    sampleTimer = loop.makeTimer()
    reloadTimer = loop.makeTimer()
    endTimer = loop.makeTimer()
    server = ProbeServer(loop: loop, log: log, descriptors: descriptors, observer: self)
    observatory = Observatory(of: self, version: version, loop: loop, log: log, descriptors: descriptors)
    server.pages = observatory.pages
    loop.connect(askTimer, to: self, tag: TimerTag.ask.rawValue)
    loop.connect(sampleTimer, to: self, tag: TimerTag.sample.rawValue)
    loop.connect(endTimer, to: self, tag: TimerTag.end.rawValue)
    helpers.client = self
    ledger.client = self
    reading.client = self
    loop.connect(reloadTimer, to: self, tag: TimerTag.reload.rawValue)
    _ = try loop.watch(signals.descriptor, for: .readable, by: self)
  }

  /// Takes the addresses of the rule set. Who connects from now on waits for the first reply.
  public func listen() throws(ListenFailure) {
    try serve(work)
    work.takeOver(from: nil, loop.now)
  }

  /// Serves until a signal ends it.
  public func run() throws(SystemError) {
    ThisProcess.returnFreeMemory()
    begunAt = Clock.monotonic()
    work.sampler.ask(at: begunAt)
    take(work.sampler, begunAt)
    schedule(begunAt + Self.firstLook)
    try loop.run()
  }

  private func serve(_ work: RulesAtWork) throws(ListenFailure) {
    var routes: [InternetAddress: [ProbeService]] = [:]
    for (index, service) in work.rules.services.enumerated() {
      let agentSend = service.agentSend.map { Array($0.utf8) }
      for place in work.places[index] {
        let number = placeNumbers.number(of: place)
        routes[place.address, default: []].append(
          ProbeService(agentSend: agentSend, place: number, notice: work.notices[index], allow: service.allow))
      }
    }
    server.awaitTime = work.rules.agentSendTimeout
    try server.serve(routes.map { Route($0.key, $0.value) } + observatory.routes(work.rules), now: loop.now)
    balancers.serve(work.rules, at: work.places) { placeNumbers.number(of: $0) }
  }

  private func take(_ sampler: Sampler, _ now: Duration) {
    sampler.sample(at: now)
    lastSample = now
    sampleCount += 1
  }

  private func schedule(_ next: Duration) {
    nextSample = next
    loop.set(askTimer, at: next - min(Self.askedBefore, work.rules.interval / 2))
    loop.set(sampleTimer, at: next)
  }

  private func ask(_ now: Duration) {
    if incoming == nil, !isEnding { work.sampler.ask(at: now) }
  }

  private func sample(_ now: Duration) {
    // While new rules read their first values, the old ones rest: both take their rates from the same counters.
    guard incoming == nil, !isEnding else { return }
    take(work.sampler, now)
    work.judgeSample(at: now, log)
    open()
    guard work.isSettled || now - begunAt > Self.patience else { return schedule(now + Self.firstLook) }
    // Of samples that were missed, none is made up for.
    let next = nextSample + work.rules.interval
    schedule(next > now ? next : now + work.rules.interval)
  }

  /// Lets people in, once there is something to tell them: not while the first line is held back.
  private func open() {
    guard !isOpen, !ledger.isHolding else { return }
    isOpen = true
    observatory.takeOver(work.rules, now: loop.now)
    do throws(SystemError) {
      try server.open()
    } catch {
      ThisProcess.fail("cannot watch the listening sockets: \(error)")
    }
  }
}

// MARK: - Reload

extension Daemon {
  /// Has the file read and checked aside.
  private func reload(_ now: Duration) {
    guard incoming == nil, !reading.isUnderWay, !isEnding else { return wantsReload = true }
    reading.begin(now)
  }

  /// Reloads once more, if that was asked for meanwhile.
  private func reloadAgain(_ now: Duration) {
    guard wantsReload else { return }
    wantsReload = false
    reload(now)
  }

  private func lookAtIncoming(_ now: Duration) {
    guard let (fresh, since) = incoming, !isEnding else { return }
    take(fresh.sampler, now)
    guard fresh.isSettled || now - since >= Self.patience else {
      fresh.sampler.ask(at: now)
      loop.set(reloadTimer, at: now + Self.firstLook)
      return
    }
    incoming = nil
    takeOver(fresh, now)
    reloadAgain(now)
  }

  /// The one step of a reload: all new addresses, then the new rules; or neither.
  private func takeOver(_ fresh: RulesAtWork, _ now: Duration) {
    do throws(ListenFailure) {
      try serve(fresh)
    } catch {
      observatory.reloaded(false)
      log.error("cannot listen on \(error.address): \(error.reason.message): the rules in force stay")
      // They keep their beat, however often somebody tries.
      return schedule(max(nextSample, now + Self.firstLook))
    }
    for warning in reloadWarnings(from: work.rules, to: fresh.rules) { log.warning(warning) }
    fresh.takeOver(from: work, now)
    fresh.judgeSample(at: now, log)
    work = fresh
    observatory.reloaded(true)
    if isOpen { observatory.takeOver(fresh.rules, now: now) }
    open()
    log.notice("reloaded \(reading.fileName): \(fresh.rules.summary), listening on \(fresh.rules.addressList)")
    ThisProcess.returnFreeMemory()
    schedule(now + work.rules.interval)
  }
}

extension Daemon: RuleReadingClient {
  /// Good rules first read their metrics once, while the old reply stays. Otherwise the old rules stay, and the log says why.
  func ruleReadingEnded(_ rules: RuleSet?) {
    if isEnding { return }
    // Checking the file has taken its time.
    let now = Clock.monotonic()
    guard let rules else {
      observatory.reloaded(false)
      return reloadAgain(now)
    }
    incoming = (RulesAtWork(rules, asking: helpers, keeping: ledger, after: work), now)
    incoming?.work.sampler.ask(at: now)
    // Shares and rates between two samples that follow on each other at once would be those of a single clock tick.
    loop.set(reloadTimer, at: max(now, lastSample + Self.firstLook))
  }
}

extension Daemon: TimerHandler {
  /// A sample or a step of a reload is due.
  public func due(_ tag: Int, now: Duration) {
    switch TimerTag(rawValue: tag) {
    case .ask: ask(now)
    case .sample: sample(now)
    case .reload: lookAtIncoming(now)
    case .end: lookWhetherDone(now)
    case nil: break
    }
  }
}

extension Daemon: ReadyHandler {
  /// Signals have come.
  public func ready(_ tag: Int, _ events: Events, now: Duration) {
    do throws(SystemError) {
      while let signal = try signals.next() {
        switch signal {
        case .hangUp: reload(now)
        default:
          end(now)
        }
      }
    } catch {
      ThisProcess.fail("cannot read signals: \(error)")
    }
  }
}

extension Daemon: LedgerClient {
  /// Lines that were held back may be hung up.
  func ledgerChanged(_ now: Duration) {
    if isEnding { return }
    work.hangAll(at: now, log)
    open()
  }

  /// Ends, once it is on the disk that all who were told a `drain` or `maint` are known, and nobody is left who was let in.
  /// Probes are answered meanwhile.
  private func end(_ now: Duration) {
    guard !isEnding else { return loop.stop() }
    isEnding = true
    log.notice("ending, as asked for by a signal")
    ledger.endAll(now)
    observatory.end(now)
    endsAt = now + Self.longestEnd
    lookWhetherDone(now)
  }

  private func lookWhetherDone(_ now: Duration) {
    let isDone = ledger.isKept && observatory.hasEnded && server.openConnections == 0
    if now >= endsAt || isDone { return loop.stop() }
    loop.set(endTimer, at: now + Self.endBeat)
  }
}

extension Daemon: Observable {
  func observed(at now: Duration) -> Observed {
    Observed(
      work: work, server: server, balancers: balancers.table, places: placeNumbers, helpers: helpers,
      lastSample: lastSample, samples: sampleCount, now: now, wall: Clock.wall())
  }
}

extension Daemon: HelperClient {
  /// A call that might have hung has come back, or has not.
  public func answered(
    _ operation: HelperOperation, _ path: String, _ result: HelperResult, generation: UInt32, now: Duration
  ) {
    let sampler = incoming?.work.sampler ?? work.sampler
    if sampler.generation == generation { sampler.answered(operation, path, result) }
  }
}

extension Daemon: ProbeObserver {
  /// A load balancer has been told a line.
  public func told(_ place: Int, _ line: [UInt8], to peer: IPAddress, now: Duration) {
    balancers.tell(place, peer, line, now)
  }

  /// A load balancer says something where nothing is awaited.
  public func heard(_ place: Int, from peer: IPAddress) { balancers.table.hear(place, peer) }

  /// Whether this load balancer was told a `drain` or `maint` that is over.
  public func owesReady(_ place: Int, to peer: IPAddress, now: Duration) -> Bool {
    let owes = ledger.needsReady(placeNumbers.place(of: place), peer, at: now, readyFor: work.rules.readyFor)
    // Nobody is left to be told apart.
    if ledger.isEmpty, !isEnding { work.hangAll(at: now, log) }
    return owes
  }

  /// A load balancer has been told a `drain` or `maint`.
  public func toldAdministrative(_ place: Int, to peer: IPAddress, now: Duration) {
    let wasEmpty = ledger.isEmpty
    ledger.tellAdministrative(placeNumbers.place(of: place), peer, now)
    // The line may be one of before a reload, taken by a connection that waited: the new one tells nobody apart yet.
    if wasEmpty, !isEnding { work.hangAll(at: now, log) }
  }
}

extension Log {
  /// Diagnostics, line by line, as `check` shows them.
  func tell(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics {
      let level: Level = diagnostic.finding.severity == .error ? .error : .warning
      for line in render(diagnostic, colour: false).utf8.split(separator: UInt8(ascii: "\n")) {
        write(level, String(Substring(line)))
      }
    }
  }
}

extension RuleSet {
  /// Where its services are served, each address once.
  public var addressList: String {
    var addresses: [InternetAddress] = []
    for service in services {
      for address in service.addresses where !addresses.contains(address) { addresses.append(address) }
    }
    return addresses.map { "\($0)" }.joined(separator: ", ")
  }
}
