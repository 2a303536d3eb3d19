// What is said on connections. The prober is told what hangs on the board, in one call; then our side is shut down, what
// the prober has said is taken in, and the connection is closed when the prober has closed it: closing with unread input
// would send a reset after the reply, and a reply that is lost under it is never sent again.

import Kernel
import Text

/// Counts of what has come to the server since it was made.
public struct ProbeCounts: Equatable, Sendable {
  /// Probes that were told a reply.
  public var answered = 0
  /// Connections from addresses that may not probe.
  public var refused = 0
  /// Lines that pick no service.
  public var unknown = 0
  /// Connections that were closed before their time, to make room for others.
  public var evicted = 0
  /// Times that descriptors or memory had run out.
  public var exhausted = 0
}

/// All connections that are open.
final class Conversations {
  /// How long a prober may take to close after it has been told: the usual `agent-inter`, after which it comes anew.
  static let drainTime = Duration.seconds(2)
  /// The most connections at a time, however many descriptors there are. A load balancer has one open for each server
  /// line; memory for more would only be for those who mean harm.
  static let most = 1024
  /// The fewest, however few descriptors there are.
  static let fewest = 8
  /// How much input is thrown away in one turn.
  private static let inputPerTurn = 65_536
  /// How many texts that nobody knows are remembered, so that each is logged once.
  static let mostUnknownTexts = 64
  /// How many refused addresses are remembered, and how long each of them is not logged again.
  static let mostRefusedPeers = 64
  private static let refusalPause = Duration.seconds(60)

  private static let awaitTag = 0
  private static let drainTag = 1

  var counts = ProbeCounts()
  private(set) var latencies = ProbeLatencies()
  var awaitTime = Duration.milliseconds(200)

  private let loop: EventLoop
  private let log: Log
  private let observer: (any ProbeObserver)?
  private var table: ConnectionTable
  private let awaitTimer: TimerIndex
  private let drainTimer: TimerIndex
  private var input = [UInt8](repeating: 0, count: 512)
  private var unknownTexts = Seldom<[UInt8]>(limit: mostUnknownTexts, pause: nil)
  private var refusedPeers = Seldom<IPAddress>(limit: mostRefusedPeers, pause: refusalPause)

  /// None yet. Connections take at most half of the descriptors that this process may have; all else has the other half.
  init(loop: EventLoop, log: Log, descriptors: Int, observer: (any ProbeObserver)?) {
    self.loop = loop
    self.log = log
    self.observer = observer
    table = ConnectionTable(limit: min(max(descriptors / 2, Self.fewest), Self.most))
    awaitTimer = loop.makeTimer()
    drainTimer = loop.makeTimer()
    loop.connect(awaitTimer, to: self, tag: Self.awaitTag)
    loop.connect(drainTimer, to: self, tag: Self.drainTag)
  }

  var count: Int { table.count }

  // MARK: - Beginning

  /// Takes charge of a connection that has just come in.
  func begin(
    _ descriptor: consuming Descriptor, from peer: IPAddress, with services: ServiceTable, now: Duration
  ) {
    guard services.admits(peer) else { return refuse(peer, at: services.address, nil, now) }
    if services.awaitsLine {
      guard let connection = keep(descriptor, from: peer) else { return }
      table.await(connection, since: now, until: now + awaitTime, for: services)
      if table.oldest(.awaiting) === connection { loop.set(awaitTimer, at: connection.deadline) }
      // Over a fast network the line is there already.
      receive(connection, now)
    } else if let service = services.silent {
      answer(descriptor, service, peer, since: now, now)
      if hasEnded(descriptor, service.place, peer) { return }
      guard let connection = keep(descriptor, from: peer) else { return }
      connection.place = service.place
      drain(connection, now)
    }
  }

  /// Gives a connection a place, for which another one may have to go. Absent where the kernel cannot watch it.
  private func keep(_ descriptor: consuming Descriptor, from peer: IPAddress) -> Connection? {
    if table.isFull { _ = makeRoom() }
    let connection = table.open(descriptor, from: peer)
    do throws(SystemError) {
      connection.watch = try loop.watch(connection.descriptor!, for: .readable, tag: connection.slot, by: self)
      return connection
    } catch {
      counts.exhausted += 1
      table.close(connection)
      return nil
    }
  }

  /// Closes the connection that can best be spared. False if there is none.
  func makeRoom() -> Bool {
    guard let connection = table.mostExpendable else { return false }
    counts.evicted += 1
    close(connection)
    return true
  }

  private func refuse(_ peer: IPAddress, at address: InternetAddress, _ text: ArraySlice<UInt8>?, _ now: Duration) {
    counts.refused += 1
    observer?.turnedAway(peer, at: address, because: .notAllowed(text.map { Array($0) }), now: now)
    guard refusedPeers.mayMention(peer, now: now) else { return }
    log.warning("\(address): refused a probe from \(peer), whom 'allow' does not name")
  }

  // MARK: - Hearing

  /// Takes in more of the line that tells who is meant, and answers when it is complete.
  private func receive(_ connection: Connection, _ now: Duration) {
    let before = connection.text.count
    for index in 0..<before { input[index] = connection.text[index] }
    let outcome: Transfer
    do throws(SystemError) {
      outcome = try connection.descriptor!.recv(into: &input, at: before)
    } catch {
      return close(connection)
    }
    switch outcome {
    case .done(let count):
      let heard = input[..<(before + count)]
      let end = AwaitedLine.end(of: heard.span)
      if let end {
        decide(connection, heard[..<end], now)
      } else {
        connection.text.append(contentsOf: heard[before...])
      }
    case .wouldBlock: break
    case .ended: decide(connection, input[..<before], now)
    case .reset: close(connection)
    }
  }

  /// Answers for the service that the text picks; otherwise closes without a word, and HAProxy changes nothing.
  private func decide(_ connection: Connection, _ text: ArraySlice<UInt8>, _ now: Duration) {
    let peer = connection.peer
    guard let services = connection.services, let service = services.pick(text.span) else {
      return hangUp(on: connection, because: text, now)
    }
    guard service.admits(peer) else {
      close(connection)
      return refuse(peer, at: services.address, text, now)
    }
    answer(connection.descriptor!, service, peer, since: connection.begunAt, now)
    if hasEnded(connection.descriptor!, service.place, peer) { return close(connection) }
    connection.place = service.place
    drain(connection, now)
  }

  private func hangUp(on connection: Connection, because text: ArraySlice<UInt8>, _ now: Duration) {
    let address = connection.services?.address
    close(connection)
    guard let address else { return }
    let text = Array(text)
    observer?.turnedAway(connection.peer, at: address, because: text.isEmpty ? .silent : .unknown(text), now: now)
    // Whoever only looks whether the port is open has asked for nothing.
    guard !text.isEmpty else { return }
    counts.unknown += 1
    guard unknownTexts.mayMention(text, now: now) else { return }
    let said = String(decoding: text, as: UTF8.self)
    log.warning("\(address): no answer to '\(said)' from \(connection.peer): it is no service's 'agent-send'")
  }

  // MARK: - Telling

  private func answer(
    _ descriptor: borrowing Descriptor, _ service: ProbeService, _ peer: IPAddress, since begunAt: Duration,
    _ now: Duration
  ) {
    let notice = service.notice
    var withReady = false
    if notice.distinguishesPeers, let observer { withReady = observer.owesReady(service.place, to: peer, now: now) }
    let line = withReady ? notice.lineWithReady : notice.line
    // A prober that is gone already is not an event; nor is one that takes only half a line into an empty buffer.
    _ = try? descriptor.send(line.span)
    latencies.add(Clock.monotonic() - begunAt)
    descriptor.shutdown(.sending)
    counts.answered += 1
    notice.tally.count += 1
    observer?.told(service.place, line, to: peer, now: now)
    if notice.isAdministrative { observer?.toldAdministrative(service.place, to: peer, now: now) }
  }

  // MARK: - Ending

  /// Throws away what the prober says, and looks whether it has ended.
  private func hasEnded(_ descriptor: borrowing Descriptor, _ place: Int, _ peer: IPAddress) -> Bool {
    do throws(SystemError) {
      switch try descriptor.discard(Self.inputPerTurn) {
      case .done:
        observer?.heard(place, from: peer)
        return false
      case .wouldBlock: return false
      case .ended, .reset: return true
      }
    } catch {
      // A network that fails ends a connection as well as anything.
      return true
    }
  }

  private func drain(_ connection: Connection, _ now: Duration) {
    table.drain(connection, until: now + Self.drainTime)
    if table.oldest(.draining) === connection { loop.set(drainTimer, at: connection.deadline) }
    if table.oldest(.awaiting) == nil { loop.set(awaitTimer, at: nil) }
  }

  private func close(_ connection: Connection) {
    if let watch = connection.watch { loop.forget(watch) }
    table.close(connection)
    if table.oldest(.awaiting) == nil { loop.set(awaitTimer, at: nil) }
    if table.oldest(.draining) == nil { loop.set(drainTimer, at: nil) }
  }
}

extension Conversations: ReadyHandler {
  func ready(_ tag: Int, _ events: Events, now: Duration) {
    let connection = table[tag]
    switch connection.stage {
    case .awaiting: receive(connection, now)
    case .draining:
      if hasEnded(connection.descriptor!, connection.place, connection.peer) { close(connection) }
    case .free: break
    }
  }
}

extension Conversations: TimerHandler {
  func due(_ tag: Int, now: Duration) {
    if tag == Self.awaitTag {
      // What has been said so far is the line.
      while let connection = table.oldest(.awaiting), connection.deadline <= now {
        decide(connection, connection.text[...], now)
      }
      loop.set(awaitTimer, at: table.oldest(.awaiting)?.deadline)
    } else {
      while let connection = table.oldest(.draining), connection.deadline <= now { close(connection) }
      loop.set(drainTimer, at: table.oldest(.draining)?.deadline)
    }
  }
}
