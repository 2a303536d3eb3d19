// The daemon: from a rule file to answered probes, until it is told to end. Everything that it does happens in one of
// three ways: a timer is due (a sample), a signal has come (reload, end), or somebody probes, which the server does alone.

import Diagnostics
import Kernel
import Metrics
import Reply
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
  /// How long a helper without a question is kept: longer than the usual interval. Rules that ask seldom, or nothing that
  /// can hang, need not pay for its memory.
  static let leisure = Duration.seconds(2)
  /// How long the end waits for the disk and for those who have been let in.
  static let longestEnd = Duration.milliseconds(500)
  /// How late a sample may be, a reload's patience included, for this to count as work.
  static let longestDelay = Duration.seconds(5)
  static let endBeat = Duration.milliseconds(10)

  private enum TimerTag: Int {
    case ask, sample, reload, end
  }

  /// The version of this program.
  let version: String
  /// What to call the file whose rules are in force.
  private(set) var fileName: String
  let log: Log
  let loop: EventLoop
  private let signals: SignalDescriptor
  let helpers: Helpers
  let asker: Asker
  var probeNews: ProbeNews
  private let askTimer: TimerIndex
  private let sampleTimer: TimerIndex
  private let reloadTimer: TimerIndex
  let endTimer: TimerIndex
  let failures = WriteFailures()
  let store: Store?
  let ledger: Ledger
  let overrides: Overrides
  let manager: ServiceManager?
  let reading: RuleReading
  let balancers: BalancerWatch
  let history: History
  private let control: ControlServer
  let groupNumbers: GroupNumbers
  private let controlPlace: ControlPlace
  private lazy var privateDirectories = PrivateDirectories.ofThisProcess
  var server: ProbeServer!
  var observatory: Observatory!

  private(set) var placeNumbers = PlaceNumbers()
  private(set) var work: RulesAtWork
  private(set) var begunAt = Duration.zero
  var lastSample = Duration.zero
  var sampleCount = 0
  var nextSample = Duration.zero
  /// Whether there is a verdict: nobody is let in before the first sample.
  private var hasJudged = false
  var isOpen = false
  var incoming: Incoming?
  /// Whether another reload was asked for meanwhile.
  private var wantsReload = false
  var reloadCalls = ReloadCalls()
  /// When the last reload ended, and why it left the rules as they were, if it did.
  private(set) var lastReload: (at: Duration, complaint: String?)?
  /// When the rules in force came into force.
  private(set) var rulesSince = Duration.zero
  /// Whether it has been told to end, and only the disk is waited for.
  var isEnding = false
  var endsAt = Duration.zero

  /// A daemon for a rule set that was loaded from a file. What must outlive it is kept in the folder `state` or, without
  /// one, in the usual place; see `Store`. It is asked for its status, and told what to do, at `control`.
  public init(
    _ rules: RuleSet, from file: RuleFile, state: String?, control place: ControlPlace, version: String, log: Log
  ) throws(SystemError) {
    self.version = version
    fileName = file.name
    self.log = log
    controlPlace = place
    let descriptors = ThisProcess.raiseDescriptorLimit()
    SignalDescriptor.ignoreFailedWrites()
    signals = try SignalDescriptor([.hangUp, .terminate, .interrupt])
    loop = try EventLoop()
    helpers = Helpers(loop: loop, log: log)
    asker = Asker(loop: loop, log: log)
    probeNews = ProbeNews(log)
    store = Store(in: state, loop: loop, log: log, failures: failures)
    ledger = Ledger(store?.document("balancers"), loop: loop, log: log)
    manager = ServiceManager(loop: loop, log: log, failures: failures)
    reading = RuleReading(of: file, loop: loop, log: log)
    balancers = BalancerWatch(loop: loop, log: log)
    overrides = Overrides(store?.document("overrides"), boot: ThisHost.boot, loop: loop, log: log)
    history = History(in: store?.path, loop: loop, log: log, failures: failures)
    work = RulesAtWork(
      rules, asking: helpers, keeping: ledger, below: overrides, recording: history, watching: balancers.table,
      after: nil)
    askTimer = loop.makeTimer()
    sampleTimer = loop.makeTimer()
    reloadTimer = loop.makeTimer()
    endTimer = loop.makeTimer()
    control = ControlServer(ControlVerb.all, loop: loop, log: log, descriptors: descriptors)
    groupNumbers = GroupNumbers(of: control, asking: helpers, loop: loop, log: log)
    server = ProbeServer(loop: loop, log: log, descriptors: descriptors, observer: self)
    observatory = Observatory(of: self, version: version, loop: loop, log: log, descriptors: descriptors)
    server.pages = observatory.pages
    server.keeper = manager
    manager?.client = self
    loop.connect(askTimer, to: self, tag: TimerTag.ask.rawValue)
    loop.connect(sampleTimer, to: self, tag: TimerTag.sample.rawValue)
    loop.connect(endTimer, to: self, tag: TimerTag.end.rawValue)
    helpers.client = self
    helpers.leisure = Self.leisure
    asker.client = self
    ledger.client = self
    overrides.client = self
    overrides.history = history
    control.handler = self
    reading.client = self
    loop.connect(reloadTimer, to: self, tag: TimerTag.reload.rawValue)
    _ = try loop.watch(signals.descriptor, for: .readable, by: self)
  }

  /// Takes the addresses of the rule set. Who connects from now on waits for the first reply. What was handed over at
  /// the start is used where the rules ask for its address, and closed elsewhere.
  public func listen(with handed: [HandedDescriptor] = []) throws(ListenFailure) {
    for listener in HandedListener.all(among: handed, log: log) { server.adopt(listener) }
    do throws(ListenFailure) {
      try serve(work)
    } catch {
      manager?.notStarted(error.sentence)
      throw error
    }
    work.takeOver(from: nil, loop.now)
    warnOfPrivateDirectories(work)
    // Not before: a second daemon that is started by mistake fails without it.
    control.open(at: controlPlace.path, wasAsked: controlPlace.wasAsked)
  }

  private func warnOfPrivateDirectories(_ work: RulesAtWork) {
    for warning in PrivateDirectories.warnings(about: work.sampler.readings.inputs, in: privateDirectories) {
      log.warning(warning)
    }
  }

  /// Tells the service manager why there will be no daemon: the rule file cannot be used.
  public static func tellNotStarted(_ outcome: LoadOutcome) {
    if let complaint = outcome.complaint { ServiceManager.tellNotStarted(complaint) }
  }

  /// Serves until a signal ends it.
  public func run() throws(SystemError) {
    ThisProcess.returnFreeMemory()
    begunAt = Clock.monotonic()
    asker.serve(work.sampler.wantedProbes, begunAt)
    rulesSince = begunAt
    history.note(.started, "started: agentcheckd \(version), \(work.rules.summary) from \(fileName)", begunAt)
    groupNumbers.giveSocketAway(begunAt)
    groupNumbers.setChangers(work.rules.controlGroup, begunAt)
    work.sampler.ask(at: begunAt)
    take(work.sampler, begunAt)
    schedule(begunAt + Self.firstLook)
    try loop.run()
    control.close()
    endHelpers()
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
    try server.serve(routes.map { Route($0.key, $0.value) } + observatory.routes(work.rules), now: loop.now)
    server.awaitTime = work.rules.agentSendTimeout
    balancers.serve(work.rules, at: work.places) { placeNumbers.number(of: $0) }
  }

  private func take(_ sampler: Sampler, _ now: Duration) {
    sampler.sample(at: now)
    lastSample = now
    sampleCount += 1
  }

  private func schedule(_ next: Duration) {
    nextSample = next
    // Nobody wakes up to ask nothing.
    loop.set(askTimer, at: work.sampler.asks ? next - min(Self.askedBefore, work.rules.interval / 2) : nil)
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
    hasJudged = true
    manager?.show(work)
    open()
    guard work.isSettled || now - rulesSince > max(Self.patience, work.sampler.longestTimeout + Self.firstLook) else {
      return schedule(now + Self.firstLook)
    }
    // Of samples that were missed, none is made up for.
    let next = nextSample + work.rules.interval
    schedule(next > now ? next : now + work.rules.interval)
  }

  /// Lets people in, once there is something to tell them: not while the first line is held back.
  func open() {
    guard !isOpen, hasJudged, !ledger.isHolding else { return }
    isOpen = true
    observatory.takeOver(work.rules, now: loop.now)
    do throws(SystemError) {
      try server.open()
    } catch {
      ThisProcess.fail("cannot watch the listening sockets: \(error)")
    }
    manager?.ready()
  }
}

// MARK: - Reload

extension Daemon {
  /// Has the file read and checked aside.
  private func reload(_ now: Duration) {
    guard incoming == nil, !reading.isUnderWay, !isEnding else { return wantsReload = true }
    manager?.reloading()
    reading.begin(now)
  }

  /// As `reload`, for somebody who waits for the outcome.
  func reload(for call: ControlCall, _ now: Duration) {
    if isEnding { return call.fail("the daemon is ending") }
    if incoming == nil, !reading.isUnderWay { reloadCalls.add(call) } else { reloadCalls.addNext(call) }
    reload(now)
  }

  /// Reloads once more, if that was asked for meanwhile.
  private func reloadAgain(_ now: Duration) {
    guard wantsReload else { return }
    wantsReload = false
    reloadCalls.begin()
    reload(now)
  }

  /// Tells of the end of a reload; `cause` is the first of several mistakes.
  private func end(_ outcome: ReloadOutcome, because cause: String? = nil) {
    let complaint = cause.map { "\($0): the rules in force stay" } ?? outcome.complaint
    lastReload = (loop.now, complaint)
    if let complaint { history.note(.reloaded, "not reloaded: \(complaint)", loop.now) }
    reloadCalls.end(outcome, of: reading.fileName)
  }

  private func lookAtIncoming(_ now: Duration) {
    guard let fresh = incoming, !isEnding else { return }
    take(fresh.work.sampler, now)
    guard fresh.work.isSettled || now - fresh.since >= Self.patience else {
      fresh.work.sampler.ask(at: now)
      loop.set(reloadTimer, at: now + Self.firstLook)
      return
    }
    incoming = nil
    takeOver(fresh, now)
    reloadAgain(now)
  }

  /// The one step of a reload: all new addresses, then the new rules; or neither.
  private func takeOver(_ incoming: Incoming, _ now: Duration) {
    let fresh = incoming.work
    do throws(ListenFailure) {
      try serve(fresh)
    } catch {
      observatory.reloaded(false)
      // The old rules keep their beat, however often somebody tries.
      schedule(max(nextSample, now + Self.firstLook))
      let sentence = "\(error.sentence): the rules in force stay"
      log.error(sentence)
      manager?.reloaded(error.sentence, work)
      asker.serve(work.sampler.wantedProbes, now)
      return end(.refused(sentence, incoming.diagnostics))
    }
    let old = work.rules
    for warning in reloadWarnings(from: old, to: fresh.rules) { log.warning(warning) }
    for warning in overrides.homeless(in: fresh.rules) { log.warning(warning) }
    warnOfPrivateDirectories(fresh)
    fileName = reading.fileName
    history.note(.reloaded, "reloaded \(fileName): \(fresh.rules.summary)", now)
    fresh.takeOver(from: work, now)
    fresh.judgeSample(at: now, log)
    hasJudged = true
    work = fresh
    observatory.reloaded(true)
    if isOpen { observatory.takeOver(fresh.rules, now: now) }
    asker.serve(work.sampler.wantedProbes, now)
    rulesSince = now
    groupNumbers.setChangers(fresh.rules.controlGroup, now)
    open()
    manager?.reloaded(nil, work)
    log.notice("reloaded \(fileName): \(fresh.rules.summary), listening on \(fresh.rules.addressList)")
    end(ReloadOutcome(diagnostics: incoming.diagnostics, replaced: old, rules: fresh.rules, complaint: nil))
    ThisProcess.returnFreeMemory()
    schedule(now + (work.isSettled ? work.rules.interval : Self.firstLook))
  }
}

/// The rules of a reload whose metrics have not all been read.
struct Incoming {
  let work: RulesAtWork
  /// When they began to be read.
  let since: Duration
  /// What there was to say about the file.
  let diagnostics: [Diagnostic]
}

extension Daemon: RuleReadingClient {
  /// Good rules first read their metrics once, while the old reply stays. Otherwise the old rules stay, and the log says why.
  func ruleReadingEnded(_ outcome: RuleReading.Outcome) {
    if isEnding { return }
    // Checking the file has taken its time.
    let now = Clock.monotonic()
    guard let rules = outcome.rules else {
      observatory.reloaded(false)
      manager?.reloaded(outcome.complaint, work)
      end(.refused(outcome.sentence, outcome.diagnostics), because: outcome.complaint)
      return reloadAgain(now)
    }
    let fresh = RulesAtWork(
      rules, asking: helpers, keeping: ledger, below: overrides, recording: history, watching: balancers.table,
      after: work)
    incoming = Incoming(work: fresh, since: now, diagnostics: outcome.diagnostics)
    fresh.sampler.ask(at: now)
    asker.serve(work.sampler.wantedProbes + fresh.sampler.wantedProbes, now)
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
    case .end: if isEnding { lookWhetherDone(now) } else { end(now) }
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
        case .terminate: leave(now)
        default: end(now)
        }
      }
    } catch {
      ThisProcess.fail("cannot read signals: \(error)")
    }
  }
}
