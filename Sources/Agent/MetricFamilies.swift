// Every metric of ours, once, in the order of the page. agentcheckd(8) explains them in the same order; a test compares.

import Language
import Metrics
import Reply
import Rules
import Web

extension MetricFamilySource {
  /// All families.
  static let all: [MetricFamilySource] = [
    // The daemon
    .init("agentcheckd_build", .info, "The version of the program that runs.") { observed, _, page in
      page.sample(1, [("version", observed.version)])
    },
    .init(
      "process_start_time_seconds", .gauge, unit: "seconds", "When the daemon was started, in seconds since 1970."
    ) { $0.startedAt.inSeconds },
    .init("agentcheckd_reloads", .counter, "Reloads that put new rules into force.") {
      Double($0.reloads.succeeded)
    },
    .init("agentcheckd_reload_failures", .counter, "Reloads after which the old rules stayed.") {
      Double($0.reloads.failed)
    },
    .init("agentcheckd_last_reload_successful", .gauge, "Whether the last reload put new rules into force.") {
      $0.reloads.wasSuccessful ? 1 : 0
    },
    .init(
      "agentcheckd_last_reload_success_timestamp_seconds", .gauge, unit: "seconds",
      "When the rules in force came into force, in seconds since 1970."
    ) { $0.reloads.succeededAt.inSeconds },
    .init(
      "agentcheckd_helper_processes", .gauge, "Helper processes that read metrics which can hang, by what they are at."
    ) {
      observed, _, page in
      page.sample(Double(observed.helpers), [("state", "ready")])
      page.sample(Double(observed.lostHelpers), [("state", "hanging")])
    },

    .init(
      "agentcheckd_state_write_failing", .gauge,
      "Whether something that should outlive the daemon cannot be written: its state, or its history."
    ) { $0.failsToWrite ? 1 : 0 },

    // Probes
    .init("agentcheckd_probes", .counter, "Probes that were told a reply.", count: { $0.work.rules.services.count }) {
      observed, index, page in
      page.sample(
        Double(observed.work.notices[index].tally.count), [("service", observed.work.rules.services[index].name)])
    },
    .init(
      "agentcheckd_probe_duration_seconds", .histogram, unit: "seconds",
      "How long probers waited for their reply, from being accepted to its being sent."
    ) { observed, _, page in
      let latencies = observed.latencies
      page.histogram(latencies.buckets, count: latencies.count, sum: latencies.sum.inSeconds)
    },
    .init("agentcheckd_probes_refused", .counter, "Probes from addresses that may not probe.") {
      Double($0.probes.refused)
    },
    .init("agentcheckd_probes_unmatched", .counter, "Probes that were not answered because no service has their text.")
    {
      Double($0.probes.unknown)
    },
    .init("agentcheckd_probe_connections", .gauge, "Connections of probers that are open.") {
      Double($0.openConnections)
    },
    .init(
      "agentcheckd_probe_connections_evicted", .counter,
      "Connections of probers that were closed early to make room for others."
    ) { Double($0.probes.evicted) },
    .init("agentcheckd_accept_failures", .counter, "Times that descriptors or memory did not suffice for a connection.")
    {
      Double($0.probes.exhausted)
    },

    // Samples
    .init("agentcheckd_samples", .counter, "Samples of the metrics that the rules use.") { Double($0.samples) },
    .init(
      "agentcheckd_last_sample_timestamp_seconds", .gauge, unit: "seconds",
      "When the latest sample was taken, in seconds since 1970."
    ) { ($0.wall - ($0.now - $0.lastSample)).inSeconds },
    .init(
      "agentcheckd_metric_value", .gauge, "What the rules know of this host, in base units; absent while unknown.",
      count: { $0.work.rules.assembly.references.count }
    ) { observed, index, page in
      guard let value = observed.work.sampler.readings.values[index] else { return }
      let metric = observed.metric(index)
      page.sample(metric.kind == .percent ? value / 100 : value, metric.labels)
    },
    .init(
      "agentcheckd_metric_unknown", .gauge, "Whether a metric that the rules use has no value.",
      count: { $0.work.rules.assembly.references.count }
    ) { observed, index, page in
      page.sample(observed.work.sampler.readings.values[index] == nil ? 1 : 0, observed.metric(index).labels)
    },

    // Rules
    .init(
      "agentcheckd_rule_state", .stateSet, "Where each rule stands; a rule speaks while it is active or leaving.",
      count: { $0.work.rules.rules.count }
    ) { observed, index, page in
      let rule = observed.work.rules.rules[index]
      page.states(
        ["inactive", "pending", "active", "leaving"], observed.work.judge.states[index].phase.name,
        [("service", rule.service ?? ""), ("rule", rule.name)])
    },

    // Replies
    .init(
      "agentcheckd_reply_measured", .gauge,
      "Whether all that a service's rules use has been measured, so that it replies.",
      count: { $0.work.notices.count }
    ) { observed, index, page in
      page.sample(observed.work.notices[index].words == nil ? 0 : 1, observed.service(index))
    },
    .init(
      "agentcheckd_reply_weight_ratio", .gauge, unit: "ratio",
      "The share of its configured weight that a service replies; absent where it says nothing of it.",
      count: { $0.work.notices.count }
    ) { observed, index, page in page.weight(observed.work.notices[index].words, observed.service(index)) },
    .init(
      "agentcheckd_reply_maxconn", .gauge,
      "The most connections that a service replies; absent where it says nothing of it.",
      count: { $0.work.notices.count }
    ) { observed, index, page in page.maxconn(observed.work.notices[index].words, observed.service(index)) },
    .init(
      "agentcheckd_reply_administrative", .stateSet, "The administrative state that a service replies, or none.",
      count: { $0.work.notices.count }
    ) { observed, index, page in page.administrative(observed.work.notices[index].words, observed.service(index)) },
    .init(
      "agentcheckd_reply_health", .stateSet, "The health that a service replies, or none.",
      count: { $0.work.notices.count }
    ) { observed, index, page in page.health(observed.work.notices[index].words, observed.service(index)) },

    // Load balancers
    .ofBalancers("agentcheckd_balancer_probes", .counter, "Probes of each load balancer, as long as it is remembered.")
    {
      _, balancer, labels, page in page.sample(Double(balancer.probes), labels)
    },
    .ofBalancers(
      "agentcheckd_balancer_last_probe_timestamp_seconds", .gauge, unit: "seconds",
      "When each load balancer probed last, in seconds since 1970."
    ) { observed, balancer, labels, page in
      page.sample((observed.wall - (observed.now - balancer.last)).inSeconds, labels)
    },
    .ofBalancers(
      "agentcheckd_balancer_interval_seconds", .gauge, unit: "seconds",
      "How often each load balancer probes; absent where it does not do so regularly."
    ) { _, balancer, labels, page in
      if let cadence = balancer.cadence { page.sample(cadence.interval.inSeconds, labels) }
    },
    .ofBalancers(
      "agentcheckd_balancer_stopped", .gauge, "Whether a load balancer that probed regularly has stopped."
    ) { _, balancer, labels, page in page.sample(balancer.isStopped ? 1 : 0, labels) },
    .ofBalancers(
      "agentcheckd_balancer_turned_away", .gauge,
      "Whether a load balancer that was answered regularly asks in vain now: 'allow' or its 'agent-send' is wrong."
    ) { _, balancer, labels, page in page.sample(balancer.vain == nil ? 0 : 1, labels) },
    .ofBalancers(
      "agentcheckd_balancer_told_weight_ratio", .gauge, unit: "ratio",
      "The share of the configured weight that each load balancer was told last; absent where nothing was said of it."
    ) { _, balancer, labels, page in page.weight(Words(ofLine: balancer.told), labels) },
    .ofBalancers(
      "agentcheckd_balancer_told_maxconn", .gauge,
      "The most connections that each load balancer was told last; absent where nothing was said of it."
    ) { _, balancer, labels, page in page.maxconn(Words(ofLine: balancer.told), labels) },
    .ofBalancers(
      "agentcheckd_balancer_told_administrative", .stateSet,
      "The administrative state that each load balancer was told last, or none."
    ) { _, balancer, labels, page in page.administrative(Words(ofLine: balancer.told), labels) },
    .ofBalancers(
      "agentcheckd_balancer_told_health", .stateSet, "The health that each load balancer was told last, or none."
    ) { _, balancer, labels, page in page.health(Words(ofLine: balancer.told), labels) },

    // These pages
    .init(
      "agentcheckd_http_requests", .counter, "Requests to these pages that were answered, by status.",
      count: {
        $0.pages.answers.count
      }
    ) { observed, index, page in
      page.sample(Double(observed.pages.answers[index]), [("code", "\(Status.allCases[index].rawValue)")])
    },
    .init("agentcheckd_http_refused", .counter, "Connections to these pages from addresses that may not ask.") {
      Double($0.pages.refused)
    },
    .init("agentcheckd_http_connections", .gauge, "Connections to these pages that are open.") {
      Double($0.pageConnections)
    },
    .init(
      "agentcheckd_http_connections_evicted", .counter,
      "Connections to these pages that were closed early to make room for others."
    ) { Double($0.pages.evicted) },
  ]
}

extension MetricFamilySource {
  /// A family with samples of each load balancer, but for those that ask for what is no longer served.
  private static func ofBalancers(
    _ name: String, _ kind: MetricFamily.Kind, unit: String = "", _ help: String,
    write: @escaping @Sendable (Observed, LoadBalancer, [MetricLabel], inout Exposition) -> Void
  ) -> MetricFamilySource {
    MetricFamilySource(name, kind, unit: unit, help, count: { $0.balancers.count }) { observed, index, page in
      guard let labels = observed.balancer(index) else { return }
      write(observed, observed.balancers[index], labels, &page)
    }
  }
}

extension Observed {
  /// The kind of a metric that rules use, and its labels: `cpu.idle`, `ratio`. Asked in its own unit and in percent, it is
  /// two.
  fileprivate func metric(_ index: Int) -> (kind: Kind, labels: [MetricLabel]) {
    let rules = work.rules
    let reference = rules.assembly.references[index]
    let kind = reference.inPercent ? .percent : rules.catalogue.sources[reference.source].metrics[reference.metric].kind
    return (kind, [("metric", reference.text(in: rules.catalogue)), ("unit", kind.baseUnit)])
  }

  fileprivate func service(_ index: Int) -> [MetricLabel] { [("service", work.rules.services[index].name)] }

  /// Absent where it asks for what is no longer served.
  fileprivate func balancer(_ index: Int) -> [MetricLabel]? {
    guard let (service, address, place) = identity(balancers[index]) else { return nil }
    return [("service", service), ("balancer", address), ("place", place)]
  }
}

extension Exposition {
  /// What words say, thing by thing: a sample where a number is spoken of, and each word that could be said of a state.
  fileprivate mutating func weight(_ words: Words?, _ labels: [MetricLabel]) {
    if let percent = words?.weightPercent { sample(Double(percent) / 100, labels) }
  }

  fileprivate mutating func maxconn(_ words: Words?, _ labels: [MetricLabel]) {
    if let maxconn = words?.maxconn { sample(Double(maxconn), labels) }
  }

  fileprivate mutating func administrative(_ words: Words?, _ labels: [MetricLabel]) {
    states(["ready", "drain", "maint"], words?.administrative?.description, labels)
  }

  fileprivate mutating func health(_ words: Words?, _ labels: [MetricLabel]) {
    states(["up", "stopped", "fail", "down"], words?.health?.description, labels)
  }
}

extension Kind {
  /// As Prometheus names units.
  fileprivate var baseUnit: String {
    switch self {
    case .number: ""
    case .percent: "ratio"
    case .bytes: "bytes"
    case .seconds: "seconds"
    case .bytesPerSecond: "bytes_per_second"
    case .perSecond: "per_second"
    case .yesNo: "bool"
    }
  }
}

extension Duration {
  /// As a number.
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
