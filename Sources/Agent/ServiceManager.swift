// The service manager that has started this daemon and wants to know how it is: systemd, or whoever else speaks the
// protocol of sd_notify(3). Absent where nobody wants to know.

import Kernel
import Rules
import Text

/// Who knows whether the daemon does its work.
protocol ServiceManagerClient: AnyObject {
  /// Whether samples are taken as they should be. That the loop turns shows in this being asked.
  func isAtWork(_ now: Duration) -> Bool
}

/// The connection to the service manager.
final class ServiceManager {
  /// How long to wait before what could not be sent is sent again: the manager is busy, or starts anew.
  private static let pause = Duration.milliseconds(100)
  /// How many messages wait at most, but for the few without which the manager would take us for dead or undecided. What is
  /// lost beyond that costs a restart some connections, at worst, or `systemctl status` a line.
  static let mostWaiting = 1024

  private enum TimerTag: Int {
    case retry, watchdog
  }

  /// A message that could not be sent yet.
  private final class Waiting {
    let text: [UInt8]
    let descriptor: Descriptor?

    init(_ text: [UInt8], _ descriptor: consuming Descriptor?) {
      self.text = text
      self.descriptor = descriptor
    }
  }

  var client: (any ServiceManagerClient)?

  private let failures: WriteFailures
  private let socket: NotificationSocket
  private let loop: EventLoop
  private let log: Log
  private let retryTimer: TimerIndex
  private let watchdogTimer: TimerIndex
  /// How often to say that all is well: twice as often as it must be heard.
  private let beat: Duration?
  private var waiting: [Waiting] = []
  private var isFailureKnown = false
  private var isLossKnown = false
  private var isIdleKnown = false
  private var complaint: String?
  private var status = ManagerStatus()
  private var told: [UInt8] = []

  /// The service manager that the environment names, if it names one; it is told of `failures`, too. The variables are taken away: they are not for
  /// whom this process starts.
  ///
  ///     NOTIFY_SOCKET=/run/systemd/notify
  ///     WATCHDOG_USEC=30000000
  ///     WATCHDOG_PID=4711
  convenience init?(loop: EventLoop, log: Log, failures: WriteFailures) {
    let microseconds = ThisProcess.takeEnvironment("WATCHDOG_USEC").flatMap { Int64($0) }
    let watched = ThisProcess.takeEnvironment("WATCHDOG_PID")
    guard let socket = Self.connect() else { return nil }
    let isWatched = watched == nil || watched == "\(ThisProcess.identifier)"
    self.init(
      at: socket, beat: isWatched ? microseconds.flatMap { $0 > 1 ? .microseconds($0) / 2 : nil } : nil, loop: loop,
      log: log, failures: failures)
  }

  /// The service manager behind a socket, which wants to hear every `beat` that all is well, if ever.
  init(
    at socket: consuming NotificationSocket, beat: Duration?, loop: EventLoop, log: Log,
    failures: WriteFailures = WriteFailures()
  ) {
    self.failures = failures
    self.socket = socket
    self.beat = beat
    self.loop = loop
    self.log = log
    retryTimer = loop.makeTimer()
    watchdogTimer = loop.makeTimer()
    loop.connect(retryTimer, to: self, tag: TimerTag.retry.rawValue)
    loop.connect(watchdogTimer, to: self, tag: TimerTag.watchdog.rawValue)
    if let beat { loop.set(watchdogTimer, at: loop.now + beat) }
  }

  /// Absent where nobody listens. Other families, as that of virtual machines, are no way from here.
  private static func connect() -> NotificationSocket? {
    guard let receiver = ThisProcess.takeEnvironment("NOTIFY_SOCKET"),
      receiver.hasPrefix("/") || receiver.hasPrefix("@")
    else { return nil }
    return try? NotificationSocket(to: receiver)
  }

  /// Says why there will be no daemon, where it has not come to one: 'systemctl status' shows it.
  static func tellNotStarted(_ reason: String) {
    if let socket = connect() { try? socket.send(ManagerMessage.notStarted(reason).text.span) }
  }

  // MARK: - What there is to say

  /// There will be no daemon.
  func notStarted(_ reason: String) { send(.notStarted(reason)) }

  /// Probes are answered.
  func ready() { send(.ready, isVital: true) }

  /// A reload begins. To be followed by `reloaded`.
  func reloading() { send(.reloading(Clock.monotonic()), isVital: true) }

  /// A reload is over. Why the old rules stay, if they do, is shown until another one has succeeded.
  func reloaded(_ complaint: String?, _ work: RulesAtWork) {
    self.complaint = complaint.map { "\($0): the rules in force stay" }
    show(work)
    ready()
  }

  /// The end begins.
  func stopping() { send(.stopping, isVital: true) }

  /// Shows what cannot be written, and what hangs on the board. Says nothing where that is what was said last.
  func show(_ work: RulesAtWork) {
    status.begin(with: complaint, behind: failures.brief)
    let services = work.rules.services
    for index in services.indices
    where !status.add(services.count > 1 ? services[index].name : nil, work.notices[index].line) { break }
    status.end()
    guard status.text != told else { return }
    told = status.text
    send(Waiting(told, nil))
  }

  // MARK: - Sending

  private func send(_ message: ManagerMessage, isVital: Bool = false) {
    send(Waiting(message.text, nil), isVital: isVital)
  }

  private func send(_ message: Waiting, isVital: Bool = false) {
    if waiting.isEmpty {
      if sendNow(message.text, message.descriptor) { return }
      loop.set(retryTimer, at: loop.now + Self.pause)
    }
    if waiting.count < Self.mostWaiting || isVital { return waiting.append(message) }
    if !isLossKnown {
      log.warning("the service manager does not take what it is told: beyond \(Self.mostWaiting) messages it is lost")
    }
    isLossKnown = true
  }

  private func sendNow(_ text: [UInt8], _ descriptor: borrowing Descriptor?) -> Bool {
    do throws(SystemError) {
      switch descriptor {
      case .some(let descriptor): try socket.send(text.span, with: descriptor)
      case .none: try socket.send(text.span)
      }
      isFailureKnown = false
      return true
    } catch {
      if !isFailureKnown, !error.isTryAgain { log.warning("cannot tell the service manager (\(error)): trying again") }
      isFailureKnown = isFailureKnown || !error.isTryAgain
      return false
    }
  }

  private func sendWaiting(_ now: Duration) {
    while let next = waiting.first {
      guard sendNow(next.text, next.descriptor) else { return loop.set(retryTimer, at: now + Self.pause) }
      waiting.removeFirst()
    }
    // The status may be among what was lost: whatever it is next, it is told.
    if isLossKnown { told = [] }
    isLossKnown = false
  }

  /// Says that all is well, if it is. Not said again later: by then it may not be true.
  private func beatOnce(_ beat: Duration, _ now: Duration) {
    loop.set(watchdogTimer, at: now + beat)
    if client?.isAtWork(now) ?? true {
      isIdleKnown = false
      _ = sendNow(ManagerMessage.alive.text, nil)
    } else {
      if !isIdleKnown { log.error("no sample has been taken for too long: the service manager will start us anew") }
      isIdleKnown = true
    }
  }
}

extension ServiceManager: TimerHandler {
  func due(_ tag: Int, now: Duration) {
    switch TimerTag(rawValue: tag) {
    case .retry: sendWaiting(now)
    case .watchdog: if let beat { beatOnce(beat, now) }
    case nil: break
    }
  }
}

extension ServiceManager: ListenerKeeper {
  func keep(_ listener: borrowing Listener, at address: InternetAddress) {
    let text = ManagerMessage.keep(ManagerMessage.name(of: address)).text
    do throws(SystemError) {
      send(Waiting(text, try listener.descriptor.dup()))
    } catch {
      log.warning("\(address): cannot be kept over a restart (\(error))")
    }
  }

  func drop(_ address: InternetAddress) { send(.drop(ManagerMessage.name(of: address))) }
}
