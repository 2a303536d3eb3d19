// Everything there is to tell about a running daemon at one instant, for programs: what `agentcheckd status --json` prints,
// and what `/status` serves. agentcheckd(8) documents the shape: members are added, never changed.

import Kernel
import Metrics
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
      ("metrics", .array(report.metrics.map { .object($0.members) })),
      ("rules", .array(report.rules.map { .object($0.members) })),
    ])
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
      ("lastReload", lastReload.map { reload(at: $0.at, $0.complaint, now, wall) } ?? .null),
      ("interval", .seconds(work.rules.interval)),
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
    return judge.report(values, absences: values.indices.map { sampler.absenceText(of: $0) }, at: now)
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
