// Pages over HTTP. Everything about a connection is bounded: how many there are, how long each may take to ask, to rest and
// to read, how much is kept of what it says and of what it is told, and how much is done for it in one turn, so that
// whatever somebody does here no probe waits for it.

import Kernel
import Text
import Web

/// Counts of what has come to the pages.
struct PageCounts {
  /// Answers, in the order of `Status.allCases`.
  var answers = [Int](repeating: 0, count: Status.allCases.count)
  /// Connections from addresses that may not ask.
  var refused = 0
  /// Connections that were closed before their time, to make room for others.
  var evicted = 0

  mutating func count(_ status: Status) { answers[Status.allCases.firstIndex(of: status)!] += 1 }
}

/// All connections over which somebody asks for pages.
final class PageServer {
  /// The most connections at a time: a few scrapers, a few load balancers, a person.
  static let most = 64
  /// The fewest, however few descriptors there are.
  static let fewest = 4
  /// How long a connection may take from its first byte, or its first instant, to the end of the request.
  static let askTime = Duration.seconds(5)
  /// How long it may then rest: longer than the interval of nearly all who scrape.
  static let restTime = Duration.seconds(75)
  /// How long it may take to read an answer: Prometheus' own patience.
  static let answerTime = Duration.seconds(10)
  /// How long it may take to close.
  static let leaveTime = Duration.seconds(2)
  /// How many bytes are written in one turn of the loop for all connections together, and how many each answer counts for
  /// beyond its own: well below a millisecond, after which probes have their turn.
  static let mostPerTurn = 65_536
  static let answerShare = 1024
  /// How much the kernel keeps for a client that does not read.
  private static let sendBuffer: Int32 = 131_072
  private static let inputPerTurn = 65_536
  static let mostRefusedPeers = 64
  private static let refusalPause = Duration.seconds(60)

  /// Who writes the pages.
  var source: (any PageSource)?
  private(set) var counts = PageCounts()

  private let loop: EventLoop
  private let log: Log
  private let timer: TimerIndex
  private let limit: Int
  /// A place for each connection; a free one is empty.
  private var visits: [PageVisit?] = []
  private(set) var count = 0
  private var buffer = [UInt8](repeating: 0, count: 4096)
  /// The present turn, and what was written in it.
  private var turn = Duration.zero
  private var written = 0
  private var refusedPeers = Seldom<IPAddress>(limit: mostRefusedPeers, pause: refusalPause)

  /// None yet. Connections take at most an eighth of the descriptors that this process may have.
  init(loop: EventLoop, log: Log, descriptors: Int) {
    self.loop = loop
    self.log = log
    limit = min(max(descriptors / 8, Self.fewest), Self.most)
    timer = loop.makeTimer()
    loop.connect(timer, to: self)
  }

  // MARK: - Coming and going

  /// Takes charge of a connection that has just come in.
  func begin(_ descriptor: consuming Descriptor, from peer: IPAddress, for audience: PageAudience, now: Duration) {
    guard audience.admits(peer) else {
      counts.refused += 1
      if refusedPeers.mayMention(peer, now: now) {
        log.warning("\(audience.address): refused \(peer), whom 'allow' does not name")
      }
      return
    }
    if count >= limit { _ = makeRoom() }
    let visit = PageVisit(descriptor, from: peer, for: audience, until: now + Self.askTime)
    let place = visits.firstIndex { $0 == nil } ?? visits.count
    do throws(SystemError) {
      visit.watch = try loop.watch(visit.descriptor, for: .readable, tag: place, by: self)
    } catch {
      return counts.evicted += 1
    }
    Socket.limitSendBuffer(of: visit.descriptor, bytes: Self.sendBuffer)
    if place == visits.count { visits.append(visit) } else { visits[place] = visit }
    count += 1
    // Whoever asks over a fast network has asked already.
    proceed(visit, now)
    setTimer()
  }

  /// Closes the connection that can best be spared. False if there is none.
  func makeRoom() -> Bool {
    var spared: PageVisit?
    for case let visit? in visits {
      guard let other = spared else {
        spared = visit
        continue
      }
      let (mine, theirs) = (visit.stage.rawValue, other.stage.rawValue)
      if mine > theirs || (mine == theirs && visit.deadline < other.deadline) { spared = visit }
    }
    guard let spared else { return false }
    counts.evicted += 1
    close(spared)
    return true
  }

  /// Whether nobody waits for an answer: whoever is there has had one.
  var isIdle: Bool {
    visits.allSatisfy { visit in
      switch visit?.stage {
      case .silent, .asking, .answering: false
      case .resting, .leaving, nil: true
      }
    }
  }

  private func close(_ visit: PageVisit) {
    guard let place = visits.firstIndex(where: { $0 === visit }) else { return }
    if let watch = visit.watch { loop.forget(watch) }
    visits[place] = nil
    count -= 1
  }

  private func watch(_ visit: PageVisit, for events: Events) {
    guard visit.events != events, let watch = visit.watch else { return }
    visit.events = events
    // Changing what is watched needs no memory and cannot fail.
    try? loop.change(watch, of: visit.descriptor, to: events)
  }

  private func setTimer() {
    var next: Duration?
    for case let visit? in visits { next = min(next ?? visit.deadline, visit.deadline) }
    loop.set(timer, at: next)
  }

  // MARK: - Talking

  /// Goes on with a connection as far as it can go now. Requests are answered one after the other: the next one is not
  /// looked at before the answer to the last one has been handed to the kernel. While the turn has nothing left, it is
  /// still heard what is wanted, so that who wants something is not taken for one who is silent.
  private func proceed(_ visit: PageVisit, _ now: Duration) {
    if turn != now { (turn, written) = (now, 0) }
    do throws(SystemError) {
      while visit.stage != .leaving {
        if visit.hasMoreToTell {
          guard written < Self.mostPerTurn || visit.wantsLittle else { return watch(visit, for: .writable) }
          if visit.output.isEmpty { tell(visit, now) }
          switch try visit.send() {
          case .done(let count): written += count
          case .wouldBlock: return watch(visit, for: .writable)
          case .ended, .reset: return close(visit)
          }
        } else if visit.stage == .answering {
          if visit.closes { return leave(visit, now) }
          visit.enter(.resting, until: now + Self.restTime)
        } else if visit.taken < visit.input.count {
          listen(visit, now)
        } else {
          switch try visit.descriptor.recv(into: &buffer) {
          case .done(let count):
            visit.input = Array(buffer[..<count])
            visit.taken = 0
          case .wouldBlock: return watch(visit, for: .readable)
          case .ended, .reset: return close(visit)
          }
        }
      }
      drain(visit)
    } catch {
      // A network that fails ends a connection as well as anything.
      close(visit)
    }
  }

  /// Takes in what was said, up to the end of a request.
  private func listen(_ visit: PageVisit, _ now: Duration) {
    let input = visit.input
    switch visit.parser.take(input.span, from: &visit.taken) {
    case .unfinished:
      // Empty lines between requests begin none.
      if visit.parser.isWithinRequest, visit.stage != .asking { visit.enter(.asking, until: now + Self.askTime) }
    case .request(let request):
      visit.request = request
      visit.enter(.answering, until: now + Self.answerTime)
    case .refused(let refusal): refuse(visit, refusal, now)
    }
  }

  /// Writes an answer, or goes on with it.
  private func tell(_ visit: PageVisit, _ now: Duration) {
    guard let request = visit.request else { return visit.writeOn() }
    visit.request = nil
    guard let source else { return }
    written += Self.answerShare
    let page = source.page(for: request, visit.audience, from: visit.peer, now: now)
    counts.count(page.status)
    visit.answer(
      page, isHead: request.method == .head, isVersion11: request.isVersion11, closes: !request.isPersistent,
      at: Clock.wall())
  }

  private func refuse(_ visit: PageVisit, _ refusal: Refusal, _ now: Duration) {
    counts.count(refusal.status)
    visit.input = []
    visit.taken = 0
    visit.enter(.answering, until: now + Self.answerTime)
    visit.answer(.line(refusal.status, refusal.reason), isVersion11: true, closes: true, at: Clock.wall())
  }

  // MARK: - Ending

  /// Says that nothing more will come, and waits for the other side to close: closing with unread input would send a reset
  /// after the answer, and an answer that is lost under it is never sent again.
  private func leave(_ visit: PageVisit, _ now: Duration) {
    visit.descriptor.shutdown(.sending)
    visit.enter(.leaving, until: now + Self.leaveTime)
    watch(visit, for: .readable)
    drain(visit)
  }

  private func drain(_ visit: PageVisit) {
    switch try? visit.descriptor.discard(Self.inputPerTurn) {
    case .done, .wouldBlock: break
    case .ended, .reset, nil: close(visit)
    }
  }
}

extension PageServer: ReadyHandler {
  func ready(_ tag: Int, _ events: Events, now: Duration) {
    guard let visit = visits[tag] else { return }
    proceed(visit, now)
    setTimer()
  }
}

extension PageServer: TimerHandler {
  func due(_ tag: Int, now: Duration) {
    for case let visit? in visits where visit.deadline <= now {
      if visit.stage == .asking {
        refuse(visit, Refusal(.requestTimeout, "the request took more than \(Self.askTime.components.seconds) s"), now)
        proceed(visit, now)
      } else {
        close(visit)
      }
    }
    setTimer()
  }
}
