// What the kernel knows about a process that a test has started.

import Foundation

extension ChildProcess {
  /// Memory of its own that it has in use, in kB.
  func anonymousKilobytes() throws -> Int {
    let status = try text(of: "status")
    let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
    guard let number = line?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
      throw Failure("no RssAnon in \(status)")
    }
    return number
  }

  /// The time that it has spent on processors.
  func processorTime() throws -> Duration {
    // Nanoseconds on a processor, nanoseconds waiting for one, turns: `163921046 82213 1027`.
    guard let nanoseconds = Int64(try text(of: "schedstat").prefix { $0 != " " }) else { throw Failure("no schedstat") }
    return .nanoseconds(nanoseconds)
  }

  /// The share of one processor that it takes while `action` goes on.
  func processorShare(during action: () throws -> Void) throws -> Double {
    let (begun, before) = (ContinuousClock.now, try processorTime())
    try action()
    return try (processorTime() - before) / (ContinuousClock.now - begun)
  }

  /// How many descriptors it has open.
  func descriptors() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count }

  /// The processes that it has started, and that have not ended.
  func children() throws -> [pid_t] {
    try text(of: "task/\(pid)/children").split(separator: " ").compactMap { pid_t($0) }
  }

  private func text(of file: String) throws -> String {
    try String(contentsOfFile: "/proc/\(pid)/\(file)", encoding: .utf8)
  }
}

/// Lets this process, the tests, open so many files: each of a crowd of connections is one.
func allowDescriptors(_ number: Int) throws {
  var limit = rlimit()
  getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  guard limit.rlim_max >= number else { throw Failure("this test needs \(number) descriptors: ulimit -H -n") }
  limit.rlim_cur = max(limit.rlim_cur, rlim_t(number))
  setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
