// Operators' overrides, kept so that they outlive this process. As with the ledger, one is on the disk before it is in
// force; but an operator in an incident does not wait for a dead disk: after half a second it is in force all the same, and
// whoever asked is told that a restart would forget it.

import Kernel
import Reply
import Rules
import Text

/// Who is told of overrides.
protocol OverridesClient: AnyObject {
  /// Other directions are in force.
  func directionsChanged(_ now: Duration)
}

/// The overrides, in memory and on the disk.
final class Overrides {
  /// How long the disk is waited for.
  static let patience = Duration.milliseconds(500)

  private static let unwritten = "it could not be written down: a restart would forget it"

  private enum TimerTag: Int {
    case patience, expiry
  }

  /// Told once what was asked for is in force; `doubt` says why a restart might forget it.
  typealias Settled = (_ doubt: String?) -> Void

  var client: (any OverridesClient)?
  /// Where what operators do is written down for later; nowhere without one.
  var history: History?
  /// What was asked for last.
  private(set) var table = OverrideTable()
  /// What is in force: `table`, or what was in force before it while that is being written down.
  private(set) var tableInForce = OverrideTable()
  /// The words of `on-stop:`, once the daemon is ending.
  private(set) var leaving: Words?

  private let document: Document?
  private let loop: EventLoop
  private let log: Log
  private let boot: String
  private let patienceTimer: TimerIndex
  private let expiryTimer: TimerIndex
  /// Who waits for the disk, and for which version of the document.
  private var waiting: [(version: Int, settled: Settled)] = []

  /// Begins with what the document has; without a document, with nothing, and nothing is kept. `boot` identifies the time
  /// since the host started.
  init(_ document: Document?, boot: String, loop: EventLoop, log: Log) {
    self.document = document
    self.boot = boot
    self.loop = loop
    self.log = log
    patienceTimer = loop.makeTimer()
    expiryTimer = loop.makeTimer()
    if let document, let text = document.read() {
      if let found = OverrideTable.read(text.span) {
        take(found.table, from: found.boot)
      } else {
        document.setAside(because: "it is of another version of this program")
      }
    }
    loop.connect(patienceTimer, to: self, tag: TimerTag.patience.rawValue)
    loop.connect(expiryTimer, to: self, tag: TimerTag.expiry.rawValue)
    document?.owner = self
  }

  private func take(_ found: OverrideTable, from earlierBoot: String) {
    table = found
    if boot.isEmpty || earlierBoot != boot {
      table = table.carried(now: loop.now, wallNow: Clock.wall())
      // From now on these instants are of this boot.
      if !table.overrides.isEmpty { _ = document?.change(loop.now) }
    }
    tableInForce = table
    for override in table.overrides { log.notice("still in force: \(override)") }
    loop.set(expiryTimer, at: table.nextExpiry)
  }

  // MARK: - Asking

  /// Whether a restart forgets everything, as nothing is kept.
  var isForgetful: Bool { document == nil }

  /// Puts words in place of the rules'. Never settled before it returns.
  func force(_ override: Override, _ now: Duration, settled: @escaping Settled) throws(OverrideTable.Refusal) {
    try table.force(override)
    log.notice("forced: \(override)")
    history?.note(.forced, service: override.service, "forced: \(override)", now)
    changed(now, settled)
  }

  /// Ends what is forced of a service, or of all. Returns what that was. Never settled before it returns.
  func release(
    _ service: String?, by author: Override.Author, _ now: Duration, settled: @escaping Settled
  ) throws(OverrideTable.Refusal) -> [Override] {
    let ended = try table.release(service)
    for override in ended {
      let sentence = "released by \(author.name)\(service.map { " for service '\($0)'" } ?? ""): \(override)"
      log.notice(sentence)
      history?.note(.released, service: service ?? override.service, sentence, now)
    }
    changed(now, settled)
    return ended
  }

  private func changed(_ now: Duration, _ settled: @escaping Settled) {
    loop.set(expiryTimer, at: table.nextExpiry)
    waiting.append((document?.change(now) ?? 0, settled))
    loop.set(patienceTimer, at: now)
    if let document, !document.isFailing, !document.isDurable { loop.set(patienceTimer, at: now + Self.patience) }
  }

  // MARK: - Directing

  /// From now on these are the last words.
  func leave(with words: Words) { leaving = words }

  /// What stands above each service of a rule set.
  func directions(for rules: RuleSet) -> [Direction?] {
    rules.services.map { service in
      let forced = tableInForce.direction(of: service.name)
      return leaving.map { .leaving($0, over: forced) } ?? forced
    }
  }

  /// The overrides of single services that a rule set does not have, each in a sentence for the log.
  func homeless(in rules: RuleSet) -> [String] {
    table.overrides.compactMap { override in
      guard case .service(let name) = override.scope, !rules.services.contains(where: { $0.name == name }) else {
        return nil
      }
      return
        "no service '\(name)' any more: its override is kept for when it comes back ('agentcheckd release --service"
        + " \(name)' ends it): \(override)"
    }
  }

  /// Puts in force what was asked for, and tells those who wait.
  private func settle(_ now: Duration, doubt: String?) {
    loop.set(patienceTimer, at: nil)
    let settled = waiting
    waiting = []
    if tableInForce != table {
      tableInForce = table
      client?.directionsChanged(now)
    }
    for asked in settled { asked.settled(doubt) }
  }
}

extension Overrides: DocumentOwner {
  func write(into contents: inout [UInt8]) { table.write(boot: boot, into: &contents) }

  func documentChanged(_ now: Duration) {
    guard !waiting.isEmpty, let document else { return }
    if document.isFailing {
      settle(now, doubt: Self.unwritten)
    } else if waiting.allSatisfy({ $0.version <= document.durableVersion }) {
      settle(now, doubt: nil)
    }
  }
}

extension Overrides: TimerHandler {
  func due(_ tag: Int, now: Duration) {
    switch TimerTag(rawValue: tag) {
    case .patience:
      if document?.isDurable == true { return settle(now, doubt: nil) }
      guard let document else { return settle(now, doubt: "nothing is kept on disk here: a restart forgets it") }
      settle(
        now,
        doubt: document.isFailing
          ? Self.unwritten : "the disk has not taken it yet: a restart at this moment would forget it")
    case .expiry:
      for override in table.expire(at: now) {
        let sentence = "no longer forced, as its time is over: \(override)"
        log.notice(sentence)
        history?.note(.released, service: override.service, sentence, now)
      }
      loop.set(expiryTimer, at: table.nextExpiry)
      // The time is over whether the disk knows it or not.
      _ = document?.change(now)
      if waiting.isEmpty, tableInForce != table {
        tableInForce = table
        client?.directionsChanged(now)
      }
    case nil: break
    }
  }
}

extension Override {
  /// The only service that it is about; absent where it is about all.
  fileprivate var service: String? {
    guard case .service(let name) = scope else { return nil }
    return name
  }
}

extension Override: CustomStringConvertible {
  /// `0% drain, for service 'web', by anna (1000) because of 'bad disk', for 2h`
  public var description: String {
    var text = "\(words)"
    switch scope {
    case .every(let released):
      text += ", for all services"
      if !released.isEmpty { text += " but " + released.map { "'\($0)'" }.joined(separator: ", ") }
    case .service(let name): text += ", for service '\(name)'"
    }
    text += ", by \(author.name) (uid \(author.userID))"
    if let reason { text += " because of '\(reason)'" }
    if let expiry { text += ", for \(durationText(expiry.length))" }
    return text
  }
}
