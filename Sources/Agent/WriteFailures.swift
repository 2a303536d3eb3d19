// What should outlive this process and cannot be written now. Whoever writes notes it here and nowhere else, so that the log,
// `status`, the metrics and the service manager say the same of it.

/// The files that cannot be written, while that lasts.
final class WriteFailures {
  /// What is at stake.
  enum Stake {
    /// What the next process has to know.
    case state
    /// What people want to read later.
    case history
  }

  /// A file that cannot be written, or the folder of all.
  struct Failure: Equatable {
    let path: String
    /// As in `no space left on device`.
    let reason: String
    let stake: Stake
    /// Since when, since boot.
    let since: Duration
  }

  /// In the order in which they began: a few, one for each file.
  private(set) var all: [Failure] = []
  /// The worst of them in a few words, for a line that has to be short; absent while there is none.
  private(set) var brief: String?

  init() {}

  /// Whether this file cannot be written.
  func has(_ path: String) -> Bool { all.contains { $0.path == path } }

  /// This file cannot be written. Whether that is news: the first reason stays.
  func begin(_ path: String, _ reason: String, _ stake: Stake, _ now: Duration) -> Bool {
    guard !has(path) else { return false }
    all.append(Failure(path: path, reason: reason, stake: stake, since: now))
    update()
    return true
  }

  /// This file has been written. Whether that is news.
  func end(_ path: String) -> Bool {
    guard has(path) else { return false }
    all.removeAll { $0.path == path }
    update()
    return true
  }

  private func update() { brief = worst.map { "\($0.stake.subject) cannot be written: \($0.reason)" } }

  /// Of those about the state the oldest, or else the oldest.
  var worst: Failure? { all.first { $0.stake == .state } ?? all.first }
}

extension WriteFailures.Stake {
  /// What cannot be written.
  var subject: String {
    switch self {
    case .state: "state"
    case .history: "history"
    }
  }
}

extension WriteFailures.Failure {
  /// What is wrong and what that means: `/var/lib/agentcheckd/overrides: no space left on device: a restart ...`.
  var text: String {
    let consequence =
      switch stake {
      case .state: "a restart would forget what is in force and who was told what"
      case .history: "what happens now may be missing from it"
      }
    return "\(path): \(reason): \(consequence)"
  }
}
