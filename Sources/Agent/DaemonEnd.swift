// How the daemon ends: with its last words, once it is on the disk who was told what.

import Kernel
import Language
import Reply
import Rules

extension Daemon: LedgerClient {
  /// Lines that were held back may be hung up.
  func ledgerChanged(_ now: Duration) {
    if isEnding { return }
    work.hangAll(at: now, log)
    manager?.show(work)
    open()
  }

  /// Somebody wants this host out of service: says the last words, if there are any, for a while, and then ends. A second
  /// signal cuts that short.
  func leave(_ now: Duration) {
    guard let words = work.rules.onStop, isOpen, overrides.leaving == nil else { return end(now) }
    let time = work.rules.onStopFor
    let sentence = "leaving, as asked for by a signal: saying '\(words)' for \(durationText(time))"
    log.notice("\(sentence); another signal ends at once")
    history.note(.leaving, sentence, now)
    overrides.leave(with: words)
    loop.set(endTimer, at: now + time)
    directionsChanged(now)
  }

  /// Ends, once it is on the disk that all who were told a `drain` or `maint` are known, and nobody is left who was let in.
  /// Probes are answered meanwhile.
  func end(_ now: Duration) {
    guard !isEnding else { return loop.stop() }
    isEnding = true
    log.notice(overrides.leaving == nil ? "ending, as asked for by a signal" : "ending")
    asker.stop()
    reloadCalls.abandon()
    manager?.stopping()
    server.closeForSuccessor()
    ledger.endAll(now)
    observatory.end(now)
    history.end("ended, as asked for by a signal", now)
    endsAt = now + Self.longestEnd
    lookWhetherDone(now)
  }

  func lookWhetherDone(_ now: Duration) {
    let isDone = ledger.isKept && history.isKept && observatory.hasEnded && server.openConnections == 0
    if now >= endsAt || isDone { return loop.stop() }
    loop.set(endTimer, at: now + Self.endBeat)
  }

  /// Ends the helpers that do not hang, and waits for them: of processes that remain when a service has ended, its manager
  /// warns.
  func endHelpers() {
    for helpers in [
      helpers, asker.files, asker.patientFiles, reading.helpers, history.helpers, observatory.textFile.helpers,
    ] { helpers.endAndWait() }
    store?.helpers.endAndWait()
  }
}
