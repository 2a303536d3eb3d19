// What is on the pages. A path is compared with names and never leads to a file.

import Reply
import Rules
import Text
import Web

/// The pages, at one instant.
struct Pages {
  private let observed: Observed
  private let audience: PageAudience
  private let peer: IPAddress
  private let status: () -> JSON

  /// The pages for one who asks.
  init(_ observed: Observed, for audience: PageAudience, from peer: IPAddress, status: @escaping () -> JSON) {
    self.status = status
    self.observed = observed
    self.audience = audience
    self.peer = peer
  }

  /// The answer to a request.
  func page(for request: Request) -> Page {
    guard request.method != .other else { return .line(.methodNotAllowed, "there is only GET, and HEAD") }
    guard let path = String(validating: request.path, as: UTF8.self) else { return nothing }
    if let page = pageForBalancers(path) { return page }
    guard !audience.isForBalancers else { return nothing }
    switch path {
    case "/": return Page(.ok, "text/html; charset=utf-8", .whole(Array(Self.index.utf8)))
    case "/metrics":
      let format = ExpositionFormat(accept: request.accept.span)
      return Page(.ok, format.contentType, .metrics(MetricsWriter(observed, format)))
    case "/status":
      return Page(.ok, "application/json", .whole(Array((status().text() + "\n").utf8)))
    case "/health": return health
    default: return nothing
    }
  }

  private var nothing: Page {
    .line(.notFound, audience.isForBalancers ? "there is /load, /load/SERVICE and /health/SERVICE" : "'/' has a list")
  }

  private static let index = """
    <!DOCTYPE html>
    <html lang="en">
    <head><title>agentcheckd</title></head>
    <body>
    <h1>agentcheckd</h1>
    <ul>
    <li><a href="/metrics">/metrics</a>: for Prometheus</li>
    <li><a href="/status">/status</a>: what is measured, concluded and said, as JSON</li>
    <li><a href="/health">/health</a>: whether the daemon samples this host as it should</li>
    <li><a href="/load">/load</a>, /load/SERVICE: how busy a service is, 0 to 100, for adaptive load balancers</li>
    <li>/health/SERVICE: whether a service takes connections, for health checks</li>
    </ul>
    <p>man agentcheckd</p>
    </body>
    </html>

    """

  /// Whether the daemon does its work.
  private var health: Page {
    if observed.isFresh { return .line(.ok, "ok") }
    return .line(.unavailable, "no sample for \((observed.now - observed.lastSample).components.seconds) s")
  }

  // MARK: - Load balancers

  private func pageForBalancers(_ path: String) -> Page? {
    if path == "/load" { return load(0) }
    for (prefix, isLoad) in [("/load/", true), ("/health/", false)] where path.hasPrefix(prefix) {
      let name = String(path.dropFirst(prefix.utf8.count))
      guard let index = observed.work.rules.services.firstIndex(where: { $0.name == name }) else {
        return .line(.notFound, "there is no such service")
      }
      return isLoad ? load(index) : health(index)
    }
    return nil
  }

  private func load(_ index: Int) -> Page {
    said(index) { words, _ in .line(.ok, "\(words.adaptiveLoad)") }
  }

  private func health(_ index: Int) -> Page {
    said(index) { words, line in
      switch words.healthAnswer {
      case .serves: .line(.ok, line)
      case .drains: .line(.notFound, line)
      case .down: .line(.unavailable, line)
      }
    }
  }

  /// A page about what a service says. Who may probe it is who may read this, too, where only load balancers ask.
  private func said(_ index: Int, _ page: (Words, String) -> Page) -> Page {
    let service = observed.work.rules.services[index]
    if audience.isForBalancers, let allow = service.allow, !allow.contains(peer) {
      return .line(.forbidden, "'allow' does not name \(peer)")
    }
    let notice = observed.work.notices[index]
    guard let words = notice.words else {
      return .line(.unavailable, "service '\(service.name)': not everything that its rules use has been measured yet")
    }
    return page(words, String(decoding: notice.line.dropLast(), as: UTF8.self))
  }
}
