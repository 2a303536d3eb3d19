// Everything that pages and metrics tell about the daemon, at one instant.

import Rules
import Text

/// How reloads have gone.
struct ReloadCounts {
  /// Reloads that put new rules into force.
  var succeeded = 0
  /// Reloads after which the old rules stayed.
  var failed = 0
  /// Whether the last one succeeded; so before the first.
  var wasSuccessful = true
  /// When rules last came into force, since 1970.
  var succeededAt = Duration.zero
}

/// What can be observed. Counts are those of the instant; the rules are those in force then, and go on being judged while a
/// long page is written, so that a later line may be of a later sample.
final class Observed {
  let work: RulesAtWork
  let probes: ProbeCounts
  let latencies: ProbeLatencies
  let openConnections: Int
  /// Who asks, with the place where it does; a place has no name where nothing is served any more.
  let balancers: [LoadBalancer]
  private let table: LoadBalancers
  private let places: PlaceNumbers
  /// When the latest sample was taken, and how many there were.
  let lastSample: Duration
  let samples: Int
  /// Helper processes that work or could, and those that hang and have been given up.
  let helpers: Int
  let lostHelpers: Int
  /// Whether something that should outlive the daemon cannot be written.
  let failsToWrite: Bool
  let now: Duration
  /// As `now`, since 1970.
  let wall: Duration

  // What the observatory itself knows.
  var version = ""
  var startedAt = Duration.zero
  var reloads = ReloadCounts()
  var pages = PageCounts()
  var pageConnections = 0

  init(
    work: RulesAtWork, server: ProbeServer, balancers: LoadBalancers, places: PlaceNumbers, helpers: Helpers,
    failures: WriteFailures, lastSample: Duration, samples: Int, now: Duration, wall: Duration
  ) {
    self.work = work
    self.balancers = balancers.all
    table = balancers
    self.places = places
    probes = server.counts
    latencies = server.latencies
    openConnections = server.openConnections
    self.helpers = helpers.count - helpers.abandonedCount
    lostHelpers = helpers.abandonedCount
    failsToWrite = !failures.all.isEmpty
    self.lastSample = lastSample
    self.samples = samples
    self.now = now
    self.wall = wall
  }

  /// Who a load balancer is: the service that it asks for, its address, and where it asks.
  func identity(_ balancer: LoadBalancer) -> (service: String, address: String, place: String)? {
    guard let service = table.place(balancer.place)?.name else { return nil }
    return (service, "\(balancer.address)", "\(places.place(of: balancer.place))")
  }

  /// The longest time without a sample that is no sign of trouble.
  var freshness: Duration { max(work.rules.interval * 3, .seconds(5)) }

  /// Whether samples come as they should.
  var isFresh: Bool { now - lastSample <= freshness }
}

/// Who can be observed.
protocol Observable: AnyObject {
  /// What there is to tell now.
  func observed(at now: Duration) -> Observed
  /// What `status` prints.
  func statusDocument(_ now: Duration) -> JSON
}
