// What HAProxy does to ask an agent, done by a test: connect, perhaps say something, read.

import Foundation
import Synchronization

/// One probe, and what came of it.
struct Probe: Sendable {
  /// How it ended.
  enum End: String, Sendable {
    /// The agent closed after what it had to say.
    case ended
    /// A reset, before or after a line.
    case reset
    /// No end within the patience.
    case patienceGone
    /// Nobody listens, or nobody takes connections.
    case refused
  }

  /// All that came.
  let bytes: [UInt8]
  let end: End
  /// From before the connect to the end.
  let duration: Duration

  /// What came, without the line feed; absent unless it is one whole line.
  var line: String? {
    guard bytes.last == 0x0A, bytes.dropLast().allSatisfy({ $0 != 0x0A && $0 != 0x0D }) else { return nil }
    return String(decoding: bytes.dropLast(), as: UTF8.self)
  }

  /// Whether it was all that it should be: a line, then the end.
  var isClean: Bool { line != nil && end == .ended }

  /// Probes a port of 127.0.0.1, from 127.0.0.`host` if one is given, and says `text` and a line feed first if there is
  /// one.
  init(port: Int, saying text: String? = nil, from host: UInt8? = nil, patience: Duration = .seconds(5)) throws {
    let begun = ContinuousClock.now
    guard let socket = try Socket.connected(to: port, from: host, patience: patience) else {
      (bytes, end, duration) = ([], .refused, ContinuousClock.now - begun)
      return
    }
    if let text { socket.send(text + "\n") }
    let (bytes, end) = socket.readToEnd()
    self.bytes = bytes
    switch end {
    case .ended: self.end = .ended
    case .reset: self.end = .reset
    case .patienceGone: self.end = .patienceGone
    }
    duration = ContinuousClock.now - begun
  }
}

/// Probes one after the other without a pause, until it is stopped: what happens to the agent meanwhile must not be seen.
final class ContinuousProber: Sendable {
  /// What was seen.
  struct Report: Sendable {
    /// How often each line came.
    var lines: [String: Int] = [:]
    /// Probes that were not clean, and how they ended: the first of them.
    var failures: [String] = []
    /// The slowest probe.
    var slowest = Duration.zero
    /// All probes.
    var count = 0
  }

  private struct State {
    var report = Report()
    var isStopping = false
    var isRunning = true
  }
  private let state = Mutex(State())
  private static let mostFailures = 20

  /// Begins. It ends by itself when nobody holds it any more. `reading` says what line a probe has brought; none where it
  /// is not as it should be.
  init(
    port: Int, saying text: String? = nil,
    reading: @escaping @Sendable (Probe) -> String? = { $0.isClean ? $0.line : nil }
  ) {
    Thread.detachNewThread { [weak self] in
      while true {
        let probe = Result { try Probe(port: port, saying: text) }
        guard let self, self.add(probe, reading) else { return }
      }
    }
  }

  /// How many probes it has made.
  var count: Int { state.withLock { $0.report.count } }

  /// Ends it, and tells.
  func stop() throws -> Report {
    state.withLock { $0.isStopping = true }
    return try wait(for: "the end of the prober") { state.withLock { $0.isRunning ? nil : $0.report } }
  }

  /// Goes on for so long, for what must not happen meanwhile; then as `stop`.
  func report(after duration: Duration) throws -> Report {
    pause(duration)
    return try stop()
  }

  private func add(_ result: Result<Probe, any Error>, _ reading: (Probe) -> String?) -> Bool {
    state.withLock { state in
      state.report.count += 1
      switch result {
      case .success(let probe):
        if let line = reading(probe) {
          state.report.lines[line, default: 0] += 1
        } else if state.report.failures.count < Self.mostFailures {
          state.report.failures.append("\(probe.end.rawValue) after '\(String(decoding: probe.bytes, as: UTF8.self))'")
        }
        state.report.slowest = max(state.report.slowest, probe.duration)
      case .failure(let error): state.report.failures.append("\(error)")
      }
      state.isRunning = !state.isStopping
      return state.isRunning
    }
  }
}
