// Everything there is to tell about a running daemon at one instant, for programs: what `agentcheckd status --json` prints,
// and what `/status` serves. agentcheckd(8) documents the shape: members are added, never changed.

import Kernel
import Metrics
import Reply
import Rules
import Text

extension Daemon {
  /// The document of this instant.
  func statusDocument(_ now: Duration) -> JSON {
    let wall = Clock.wall()
    let report = work.report(at: now)
    return .object([
      ("time", .seconds(wall)),
      ("daemon", .object(daemonMembers(now, wall))),
      ("services", .array(report.services.indices.map { .object(work.members(ofService: $0, report, now, wall)) })),
      ("overrides", .array(overrides.tableInForce.overrides.map { .object($0.members(now, wall)) })),
      ("metrics", .array(report.metrics.indices.map { .object(work.members(ofMetric: $0, report)) })),
      ("rules", .array(report.rules.map { .object($0.members) })),
      ("balancers", .array(balancers.table.all.map { .object(members(of: $0, now, wall)) })),
      ("turnedAway", .array(balancers.table.vain.current(now).map { .object($0.members(now, wall)) })),
    ])
  }

  /// Who asks, how often, and what it was told last.
  private func members(of balancer: LoadBalancer, _ now: Duration, _ wall: Duration) -> [(key: String, value: JSON)] {
    let place = placeNumbers.place(of: balancer.place)
    let damping = balancers.table.place(balancer.place)?.damping
    return [
      ("service", .string(balancers.table.place(balancer.place)?.name)),
      ("address", .string("\(balancer.address)")),
      ("asksAt", .string("\(place)")),
      ("interval", .seconds(balancer.cadence?.interval)),
      ("rows", .number(balancer.cadence.map { Double($0.lines) })),
      ("probes", .integer(balancer.probes)),
      ("last", .seconds(now - balancer.last)),
      ("lastTime", .seconds(wall - (now - balancer.last))),
      ("told", .string(String(decoding: balancer.told.dropLast(), as: UTF8.self))),
      ("hasStopped", .boolean(balancer.isStopped)),
      ("isTurnedAway", .boolean(balancer.vain != nil)),
      ("concerns", .strings(balancer.concerns(damping: damping, now).map { $0.text(about: balancer) })),
    ]
  }

  private func daemonMembers(_ now: Duration, _ wall: Duration) -> [(key: String, value: JSON)] {
    [
      ("version", .string(version)),
      ("process", .integer(ThisProcess.identifier)),
      ("since", .seconds(now - begunAt)),
      ("sinceTime", .seconds(wall - (now - begunAt))),
      ("file", .string(fileName)),
      ("summary", .string(work.rules.summary)),
      ("rulesSince", .seconds(now - rulesSince)),
      ("rulesSinceTime", .seconds(wall - (now - rulesSince))),
      ("writeFailure", failures.worst.map { .object($0.members(now, wall)) } ?? .null),
      ("lastReload", lastReload.map { reload(at: $0.at, $0.complaint, now, wall) } ?? .null),
      ("interval", .seconds(work.rules.interval)),
      ("span", .seconds(work.histories.span)),
    ]
  }

  private func reload(at instant: Duration, _ complaint: String?, _ now: Duration, _ wall: Duration) -> JSON {
    .object([
      ("since", .seconds(now - instant)), ("sinceTime", .seconds(wall - (now - instant))),
      ("error", .string(complaint)),
    ])
  }
}

extension RulesAtWork {
  /// The report of this instant.
  func report(at now: Duration) -> Report {
    let values = sampler.readings.values
    return judge.report(values, remarks: values.indices.map { sampler.remark(on: $0) }, at: now)
  }

  /// What a metric is, and what it was in the last minutes.
  fileprivate func members(ofMetric index: Int, _ report: Report) -> [(key: String, value: JSON)] {
    let metric = report.metrics[index]
    let spans = histories.spans(of: index)
    let present = spans.compactMap { $0 }
    return metric.members + [
      (key: "least", value: json(present.map { $0.least }.min(), metric.kind)),
      (key: "greatest", value: json(present.map { $0.greatest }.max(), metric.kind)),
      (
        key: "history",
        value: .array(
          spans.map { span in
            span.map { .array([json($0.least, metric.kind), json($0.greatest, metric.kind)]) } ?? .null
          })
      ),
    ]
  }

  /// What a service says, since when, and why.
  fileprivate func members(
    ofService index: Int, _ report: Report, _ now: Duration, _ wall: Duration
  ) -> [(key: String, value: JSON)] {
    let change = changed[index]
    return report.services[index].members + [
      (key: "why", value: .strings(judge.explanationsOfSpeakers(index, sampler.readings.values, at: now))),
      (key: "since", value: .seconds(change.map { now - $0.at })),
      (key: "sinceTime", value: .seconds(change.map { wall - (now - $0.at) })),
      (key: "previous", value: .string(change.map { String(decoding: $0.before, as: UTF8.self) })),
    ]
  }
}

extension WriteFailures.Failure {
  /// What cannot be written, since when, why, and what that means.
  fileprivate func members(_ now: Duration, _ wall: Duration) -> [(key: String, value: JSON)] {
    [
      ("what", .string(stake.subject)), ("since", .seconds(now - since)), ("sinceTime", .seconds(wall - (now - since))),
      ("error", .string(text)),
    ]
  }
}

extension VainAsker {
  /// Who is told nothing, where, why, how often and since when.
  fileprivate func members(_ now: Duration, _ wall: Duration) -> [(key: String, value: JSON)] {
    [
      ("address", .string("\(address)")), ("asksAt", .string("\(place)")), ("reason", .string(denial.text)),
      ("probes", .integer(times)), ("since", .seconds(now - first)), ("sinceTime", .seconds(wall - (now - first))),
      ("last", .seconds(now - last)), ("lastTime", .seconds(wall - (now - last))),
    ]
  }
}

extension Override {
  /// What is forced, of whom, by whom, why, since and until when.
  fileprivate func members(_ now: Duration, _ wall: Duration) -> [(key: String, value: JSON)] {
    let (service, released): (String?, [String]) =
      switch scope {
      case .every(let released): (nil, released)
      case .service(let name): (name, [])
      }
    return [
      ("words", .string("\(words)")), ("service", .string(service)), ("released", .strings(released)),
      ("by", .string(author.name)), ("user", .integer(Int(author.userID))), ("reason", .string(reason)),
      ("since", .seconds(max(wall - since, .zero))), ("sinceTime", .seconds(since)),
      ("remaining", .seconds(expiry.map { max($0.instant - now, .zero) })),
    ]
  }
}
