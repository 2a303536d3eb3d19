// Everything by which the daemon can be watched from outside: pages over HTTP, for people, Prometheus and load balancers,
// and a file of metrics. It only looks; nothing here changes what the daemon says.

import Kernel
import Rules
import Text
import Web

/// The pages, the file, and what they tell beyond the rules.
final class Observatory {
  /// Takes charge of connections at addresses where HTTP is spoken.
  let pages: PageServer
  /// How reloads have gone.
  private(set) var reloads = ReloadCounts()

  let textFile: TextFile
  private let version: String
  private let startedAt = Clock.wall()
  private unowned(unsafe) let subject: any Observable

  /// An observatory for a daemon of this version, which lives as long as it.
  init(of subject: any Observable, version: String, loop: EventLoop, log: Log, descriptors: Int) {
    self.subject = subject
    self.version = version
    pages = PageServer(loop: loop, log: log, descriptors: descriptors)
    textFile = TextFile(loop: loop, log: log) { MetricsWriter($0, .text) }
    pages.source = self
    textFile.source = self
  }

  /// The addresses that a rule set wants for it.
  func routes(_ rules: RuleSet) -> [Route] {
    let observation = rules.observation
    return observation.addresses.map { Route($0, PageAudience(at: $0, allow: observation.allow)) }
      + observation.balancerAddresses.map {
        Route($0, PageAudience(at: $0, whoMayProbe: rules.services.map { $0.allow }))
      }
  }

  /// These rules are in force, with a first reply.
  func takeOver(_ rules: RuleSet, now: Duration) { textFile.move(to: rules.observation.textFile, now: now) }

  /// A reload has put its rules into force, or has not.
  func reloaded(_ success: Bool) {
    reloads.wasSuccessful = success
    if success {
      reloads.succeeded += 1
      reloads.succeededAt = Clock.wall()
    } else {
      reloads.failed += 1
    }
  }

  /// The daemon ends.
  func end(_ now: Duration) { textFile.end(now) }

  /// Whether nothing is left to be done at the end.
  var hasEnded: Bool { textFile.isIdle && pages.isIdle }
}

extension Observatory: Observable {
  func observed(at now: Duration) -> Observed {
    let observed = subject.observed(at: now)
    observed.version = version
    observed.startedAt = startedAt
    observed.reloads = reloads
    if reloads.succeeded == 0 { observed.reloads.succeededAt = startedAt }
    observed.pages = pages.counts
    observed.pageConnections = pages.count
    return observed
  }

  func statusDocument(_ now: Duration) -> JSON { subject.statusDocument(now) }
}

extension Observatory: PageSource {
  func page(for request: Request, _ audience: PageAudience, from peer: IPAddress, now: Duration) -> Page {
    Pages(observed(at: now), for: audience, from: peer, status: { self.statusDocument(now) }).page(for: request)
  }
}
