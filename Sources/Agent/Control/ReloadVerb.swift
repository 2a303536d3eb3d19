// `reload`: as SIGHUP, but whoever asks waits and is told the outcome.

import Diagnostics
import Kernel
import Rules
import Text

extension ControlVerb {
  static let reload = ControlVerb("reload", changes: true) { call, daemon in daemon.reload(for: call, Clock.monotonic())
  }
}

/// What became of a reload.
struct ReloadOutcome {
  /// What `check` would show.
  let diagnostics: [Diagnostic]
  /// The rules that were replaced, where they were.
  let replaced: RuleSet?
  /// The rules in force from now on, where they are new ones.
  let rules: RuleSet?
  /// Why the old rules stay; absent where they do not.
  let complaint: String?

  /// The old rules stay.
  static func refused(_ complaint: String, _ diagnostics: [Diagnostic]) -> ReloadOutcome {
    ReloadOutcome(diagnostics: diagnostics, replaced: nil, rules: nil, complaint: complaint)
  }
}

/// Those who wait for the outcome of a reload: of the one under way, or of the next one, since the file may have changed
/// after the one under way has read it.
struct ReloadCalls {
  private var present: [ControlCall] = []
  private var next: [ControlCall] = []

  /// Waits for the reload that begins now.
  mutating func add(_ call: ControlCall) { present.append(call) }

  /// Waits for the one after the one under way.
  mutating func addNext(_ call: ControlCall) { next.append(call) }

  /// The next one begins.
  mutating func begin() {
    present += next
    next = []
  }

  /// The one under way is over.
  mutating func end(_ outcome: ReloadOutcome, of file: String) {
    let calls = present
    present = []
    for call in calls { outcome.tell(call, file) }
  }

  /// There will be none any more.
  mutating func abandon() {
    begin()
    for call in present { call.fail("the daemon is ending") }
    present = []
  }
}

extension ReloadOutcome {
  fileprivate func tell(_ call: ControlCall, _ file: String) {
    var members: [(key: String, value: JSON)] = [
      ("reloaded", .boolean(complaint == nil)), ("file", .string(file)),
      ("summary", .string(rules?.summary)), ("addresses", .string(rules?.addressList)),
      ("diagnostics", .array(diagnostics.map { .object($0.members) })),
    ]
    if let replaced, let rules { members.append(("warnings", .strings(reloadWarnings(from: replaced, to: rules)))) }
    guard let complaint else { return call.finish(members) }
    call.fail(complaint, .failed, members)
  }
}

extension Diagnostic {
  /// The members of its object.
  fileprivate var members: [(key: String, value: JSON)] {
    [
      ("severity", .string(finding.severity == .error ? "error" : "warning")),
      ("file", .string(source.name)),
      ("line", .integer(source.lines.line(at: finding.range.lowerBound))),
      ("message", .string(finding.message)),
      ("hint", .string(finding.hint)),
      ("text", .string(render(self, colour: false))),
    ]
  }
}
