// What is allowed but probably not meant, and the way out of each.

import Diagnostics

extension Finding {
  private static func warning(_ code: RuleCode, _ message: String, at range: Range<Int>, hint: String) -> Finding {
    Finding(code, severity: .warning, message, at: range, hint: hint)
  }

  static func unusedMetric(_ name: String, at range: Range<Int>) -> Finding {
    warning(
      .unusedMetric, "no rule uses the metric '\(name)'", at: range, hint: "remove it, or write a rule about it")
  }

  static func onStopForNothing(at range: Range<Int>) -> Finding {
    warning(
      .onStopForNothing, "'on-stop-for' says how long, but no 'on-stop' says what", at: range,
      hint: "write 'on-stop: 0%' beside it, or remove it")
  }

  static func neverHolds(_ key: String, at range: Range<Int>) -> Finding {
    warning(
      .neverHolds, "this '\(key)' can never hold", at: range,
      hint: "its parts exclude each other, or ask for what cannot be; 'or' holds when either side does")
  }

  static func untilOverlapsWhen(at range: Range<Int>) -> Finding {
    warning(
      .untilOverlapsWhen, "this 'until' can hold together with 'when', and the rule is then inactive", at: range,
      hint: "leave a gap, as between 'when: cpu.idle < 10%' and 'until: cpu.idle > 20%'")
  }

  /// `isDefault`: it is said at every probe at which no rule says another one.
  static func administrativeReply(_ word: String, isDefault: Bool, at range: Range<Int>) -> Finding {
    let isReady = word == "ready"
    let whatWord = isDefault ? "a default '\(word)'" : "'\(word)'"
    return warning(
      .administrativeReply,
      isReady
        ? "\(whatWord) undoes the maintenance that an operator sets by hand in HAProxy"
        : "\(whatWord) changes a state that operators also set by hand in HAProxy", at: range,
      hint: isReady
        ? "remove it: this agent's own 'drain' and 'maint' are taken back without it"
        : "write '0%' to stop new connections, or 'down' to take the server out, and leave that state alone")
  }

  static func equalityOfMeasured(at range: Range<Int>) -> Finding {
    warning(
      .equalityOfMeasured, "a measured value is hardly ever exactly equal to another", at: range,
      hint: "compare with '<', '<=', '>' or '>='")
  }

  /// `absence` is `this host has no disk 'sdz'; it has 'vda'`.
  static func notOnThisHost(_ absence: String, at range: Range<Int>) -> Finding {
    warning(
      .notOnThisHost, absence, at: range, hint: "correct it, or leave it for hosts that have it: here it is unknown")
  }

  static func deviceAsPath(_ device: String, at range: Range<Int>) -> Finding {
    warning(
      .deviceAsPath, "'\(device.shortened)' is a device, and stands in the file system of /dev", at: range,
      hint: "write the path where it is mounted, as in 'filesystem(\"/var\")'")
  }

  static func noWholeHere(_ metric: String, because reason: String, at range: Range<Int>) -> Finding {
    warning(
      .noWholeHere, "'\(metric)' has no percent on this host: \(reason)", at: range,
      hint: "compare it with an amount: in percent it is unknown here")
  }

  static func shortDamping(_ damping: String, interval: String, at range: Range<Int>) -> Finding {
    warning(
      .shortDamping, "a damping of \(damping) is shorter than the interval of \(interval)", at: range,
      hint: "it damps hardly anything: lengthen it, to four times HAProxy's agent-inter at least, or write '0s'")
  }

  static func shortWindow(_ length: String, interval: String, at range: Range<Int>) -> Finding {
    warning(
      .shortWindow, "a window of \(length) is shorter than the interval of \(interval)", at: range,
      hint: "it holds one sample at most: lengthen it, or shorten 'interval'")
  }
}
