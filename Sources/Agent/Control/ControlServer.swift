// Where `agentcheckd status` and its like ask: a unix socket. Whoever may open its file may ask; who asks for a change is
// looked at. Nothing that is said or not said here keeps a probe waiting: one request of a client is carried out in one
// turn of the loop, lines, clients, answers and patience are bounded.

import Kernel
import Text

/// Who carries requests out.
protocol ControlHandler: AnyObject {
  /// Somebody who may has asked. The call is answered, at once or later.
  func perform(_ call: ControlCall)
}

/// The socket where clients come in.
private final class OpenSocket {
  let listener: LocalListener
  var watch: Watch?

  init(_ listener: consuming LocalListener) { self.listener = listener }
}

/// The server of the control socket.
final class ControlServer {
  /// The most clients at a time. Each needs a descriptor that a probe could need, too.
  static let most = 64
  /// The most of one user, so that one who leaves connections open does not keep the others out.
  static let mostOfUser = 16
  /// How long a client may say nothing, or not take its answer, before it is left: longer than a person types.
  static let patience = Duration.seconds(60)
  /// How much may wait for slow readers in all, in bytes, before nothing more is done for anybody.
  static let mostBacklog = 8 << 20
  /// How many clients are let in, in one turn.
  static let burst = 8
  /// How long to look away when descriptors have run out.
  private static let rest = Duration.seconds(1)
  /// What is logged of one user who only reads: a line for each verb, and the next one so much later.
  private static let readPause = Duration.seconds(3600)
  private static let refusalPause = Duration.seconds(60)
  static let mostRemembered = 64
  /// Who may open the file: its owner and its group.
  private static let mode: UInt32 = 0o660

  private enum TimerTag: Int {
    case patience, rest
  }
  private static let listenerTag = 0

  /// Who may change anything.
  var rights = ControlRights(owner: ThisProcess.user)
  var handler: (any ControlHandler)?

  private let loop: EventLoop
  private let log: Log
  private let verbs: [ControlVerb]
  private let most: Int
  private var socket: OpenSocket?
  private(set) var path = ""
  private var connections: [ControlConnection] = []
  private var lastNumber = 0
  private let patienceTimer: TimerIndex
  private let restTimer: TimerIndex
  private var buffer: [UInt8] = []
  private var readers = Seldom<Reading>(limit: mostRemembered, pause: readPause)
  private var refused = Seldom<Int>(limit: mostRemembered, pause: refusalPause)

  private struct Reading: Equatable {
    let user: Int
    let verb: String
  }

  /// A server without a socket. `descriptors` is how many open files this process may have, a sixteenth of which it takes.
  init(_ verbs: [ControlVerb], loop: EventLoop, log: Log, descriptors: Int) {
    self.verbs = verbs
    self.loop = loop
    self.log = log
    most = min(max(descriptors / 16, 2), Self.most)
    patienceTimer = loop.makeTimer()
    restTimer = loop.makeTimer()
    loop.connect(patienceTimer, to: self, tag: TimerTag.patience.rawValue)
    loop.connect(restTimer, to: self, tag: TimerTag.rest.rawValue)
  }

  /// How many clients there are.
  var count: Int { connections.count }
  /// Whether there is a socket.
  var isOpen: Bool { socket != nil }
}

// MARK: - The socket

extension ControlServer {
  /// Makes the socket at this path. One that nobody listens at any more is replaced. Where that cannot be done the log
  /// is told so; `wasAsked` says whether an operator has named the path.
  func open(at path: String, wasAsked: Bool) {
    self.path = path
    do throws(SystemError) {
      let fresh = OpenSocket(try Self.listen(at: path))
      fresh.watch = try loop.watch(fresh.listener.descriptor, for: .readable, tag: Self.listenerTag, by: self)
      socket = fresh
      // The first client shall not be the one who needs memory.
      buffer = [UInt8](repeating: 0, count: ControlRequest.longestLine)
    } catch {
      let reason =
        error.isAddressInUse ? "another agentcheckd, or some other file, is there" : error.message.sentenceStart
      let message = "\(path): \(reason): there is no control socket, and 'agentcheckd status' cannot ask this daemon"
      // Whoever tries the program by hand has no such folder, and need not have one.
      if wasAsked { log.warning(message) } else { log.notice(message) }
    }
  }

  private static func listen(at path: String) throws(SystemError) -> LocalListener {
    do throws(SystemError) {
      return try LocalListener(at: path, mode: mode)
    } catch {
      guard error.isAddressInUse, isLeftOver(path), try takeAway(path) else { throw error }
      return try LocalListener(at: path, mode: mode)
    }
  }

  /// Takes a socket away that was found left over. False where another daemon, which has found the same, has come in its
  /// place by now: that one's gets its name back.
  static func takeAway(_ path: String) throws(SystemError) -> Bool {
    // What has this name is looked at once nobody can exchange it any more.
    let aside = "\(File.directory(of: path))/.\(ThisProcess.identifier)"
    do throws(SystemError) {
      try File.rename(path, to: aside)
    } catch {
      guard error.isNoSuchFile else { throw error }
      return true
    }
    let wasLeftOver = isLeftOver(aside)
    if !wasLeftOver { try? File.link(aside, to: path) }
    try File.unlink(aside)
    return wasLeftOver
  }

  /// Whether a socket is that of a daemon which has died without taking it away.
  private static func isLeftOver(_ path: String) -> Bool {
    guard let status = try? File.stat(path), status.kind == .socket else { return false }
    do throws(SystemError) {
      _ = try Socket.connect(toPath: path)
      return false
    } catch {
      return error.isConnectionRefused
    }
  }

  /// Lets the members of a group open the socket.
  func giveAway(toGroup group: UInt32) {
    // Made by a process of that group, it is the group's already, and the unit allows no more.
    if group == ThisProcess.group { return }
    do throws(SystemError) {
      try File.chown(path, toGroup: group)
    } catch {
      log.notice("\(path): cannot be given to group '\(ControlPlace.group)' (\(error.message.sentenceStart))")
    }
  }

  /// Lets go of all clients, and takes the socket away, if it is still this one's.
  func close() {
    for connection in connections { drop(connection) }
    guard let socket else { return }
    let own = socket.listener.status
    if let watch = socket.watch { loop.forget(watch) }
    self.socket = nil
    if let found = try? File.stat(path), found.device == own.device, found.number == own.number {
      try? File.unlink(path)
    }
  }
}

// MARK: - Clients

extension ControlServer: ReadyHandler {
  func ready(_ tag: Int, _ events: Events, now: Duration) {
    if tag == Self.listenerTag { return accept(now) }
    guard let connection = connections.first(where: { $0.number == tag }) else { return }
    if events.contains(.hangUp) || events.contains(.error), connection.call != nil { return drop(connection) }
    if connection.interest.contains(.readable) { receive(connection) }
    guard connection.watch != nil else { return }
    proceed(connection, mayPerform: true)
  }

  private func accept(_ now: Duration) {
    for _ in 0..<Self.burst {
      guard let socket else { return }
      switch socket.listener.accept() {
      case .connection(let descriptor):
        if let peer = try? PeerCredentials(of: descriptor) { begin(descriptor, from: peer, now) }
      case .aborted: continue
      case .wouldBlock: return
      case .exhausted:
        // The queue of the kernel waits, and so do we, instead of being told again and again that somebody is there.
        watchListener(for: [])
        loop.set(restTimer, at: now + Self.rest)
        return
      }
    }
  }

  private func watchListener(for events: Events) {
    guard let socket, let watch = socket.watch else { return }
    // Changing what is watched needs no memory and cannot fail.
    try? loop.change(watch, of: socket.listener.descriptor, to: events)
  }

  /// Takes charge of a client that has just come in.
  func begin(_ descriptor: consuming Descriptor, from peer: PeerCredentials, _ now: Duration) {
    lastNumber += 1
    let connection = ControlConnection(descriptor, number: lastNumber, from: peer, of: self)
    guard makeRoom(for: peer.user) else {
      // A new connection takes a line; whether it is read is not waited for.
      connection.isLast = true
      connection.end(
        with: ControlCall.failure("there are too many clients already", hint: "end one of them, or try again", .busy))
      return
    }
    guard let watch = try? loop.watch(connection.descriptor, for: .readable, tag: connection.number, by: self) else {
      return
    }
    connection.watch = watch
    connection.deadline = now + Self.patience
    connections.append(connection)
    setTimer()
  }

  /// Sees to it that there is room for one more client of a user: the one that has been idle for longest goes.
  private func makeRoom(for user: Int) -> Bool {
    let own = connections.filter { $0.peer.user == user }
    if own.count >= Self.mostOfUser { return dropIdle(among: own) }
    return connections.count < most || dropIdle(among: connections)
  }

  private func dropIdle(among candidates: [ControlConnection]) -> Bool {
    var oldest: ControlConnection?
    for connection in candidates where connection.isIdle {
      // Of those that came at once, the first.
      if let least = oldest?.deadline, let deadline = connection.deadline, least <= deadline { continue }
      oldest = connection
    }
    guard let oldest else { return false }
    drop(oldest)
    return true
  }

  private func receive(_ connection: ControlConnection) {
    let outcome = (try? connection.receive(into: &buffer)) ?? .reset
    switch outcome {
    case .done, .wouldBlock: break
    // What it has not finished saying is not done: half of a command is another command.
    case .ended: connection.hasEnded = true
    case .reset: drop(connection)
    }
  }

  /// Goes on with a client: hands out what waits and, in a turn of its own, carries out its next request.
  func proceed(_ connection: ControlConnection, mayPerform: Bool = false) {
    guard connection.flush() else { return drop(connection) }
    if mayPerform, connection.call == nil, connection.backlog == 0 {
      if let line = connection.takeLine() {
        return perform(line, connection)
      } else if connection.isTooLong {
        connection.forgetInput()
        connection.isLast = true
        return connection.end(
          with: ControlCall.failure("a request has at most \(ControlRequest.longestLine) bytes", hint: nil, .usage))
      }
    }
    if connection.isIdle, connection.hasEnded || connection.isLast { return drop(connection) }
    wait(for: connection)
  }

  private func wait(for connection: ControlConnection) {
    guard let watch = connection.watch else { return }
    connection.deadline =
      connection.call != nil && connection.backlog == 0 ? nil : Clock.monotonic() + Self.patience
    try? loop.change(watch, of: connection.descriptor, to: connection.interest)
    setTimer()
  }

  /// Leaves a client. Whoever carries out its request is told.
  func drop(_ connection: ControlConnection, because reason: String? = nil) {
    guard let index = connections.firstIndex(where: { $0 === connection }) else { return }
    if let reason { log.info("control: left \(Self.name(connection.peer)): \(reason)") }
    if let watch = connection.watch { loop.forget(watch) }
    connection.watch = nil
    connections.remove(at: index)
    let call = connection.call
    connection.call = nil
    call?.leave()
    setTimer()
  }

  private func setTimer() {
    var next: Duration?
    for connection in connections {
      if let deadline = connection.deadline, deadline < next ?? deadline + .seconds(1) { next = deadline }
    }
    loop.set(patienceTimer, at: next)
  }
}

extension ControlServer: TimerHandler {
  func due(_ tag: Int, now: Duration) {
    switch TimerTag(rawValue: tag) {
    case .patience:
      for connection in connections where connection.deadline.map({ $0 <= now }) ?? false { drop(connection) }
      setTimer()
    case .rest: watchListener(for: .readable)
    case nil: break
    }
  }
}

// MARK: - Requests

extension ControlServer {
  private func perform(_ line: [UInt8], _ connection: ControlConnection) {
    let request: ControlRequest
    do throws(ControlMistake) {
      request = try ControlRequest(line.span, among: verbs)
    } catch {
      return connection.end(with: ControlCall.failure(error.message, hint: error.hint, .usage))
    }
    let peer = connection.peer
    guard !request.verb.changes || rights.mayChange(peer) else { return refuse(request, connection) }
    var backlog = 0
    for connection in connections { backlog += connection.backlog }
    guard backlog <= Self.mostBacklog else {
      return connection.end(
        with: ControlCall.failure("too much is waiting for clients that do not read", hint: "try again", .busy))
    }
    if request.verb.changes {
      log.notice("control: \(Self.name(peer)) asks for '\(String(decoding: line, as: UTF8.self))'")
    } else if readers.mayMention(Reading(user: peer.user, verb: request.verb.name), now: loop.now) {
      log.info("control: \(Self.name(peer)) reads '\(request.verb.name)'")
    }
    let call = ControlCall(request, from: connection)
    connection.call = call
    handler?.perform(call)
    if call.isOpen { proceed(connection) }
  }

  private func refuse(_ request: ControlRequest, _ connection: ControlConnection) {
    let peer = connection.peer
    if refused.mayMention(peer.user, now: loop.now) {
      log.warning("control: refused '\(request.verb.name)' to \(Self.name(peer)): it takes \(rights.description)")
    }
    connection.end(
      with: ControlCall.failure(
        "user \(peer.user) may not ask for '\(request.verb.name)': it takes \(rights.description)",
        hint: peer.isUnseen
          ? "use sudo; for 'control-group:' the service has to see who you are: install the drop-in control-group.conf"
          : "use sudo, or name a group of yours under 'control-group:' in the rule file", .forbidden))
  }

  /// `user 1000 (process 4711)`
  private static func name(_ peer: PeerCredentials) -> String { "user \(peer.user) (process \(peer.process))" }
}
