// One agent check, done as HAProxy does it: a connection of its own, perhaps a text, then whatever comes up to the first end
// of a line, all within one time limit.

import Kernel
import Text

/// What came of asking an agent once.
struct ProbeOutcome {
  /// How it ended.
  enum End {
    /// With an end of line.
    case line
    /// The agent closed the connection before there was one.
    case closed
    /// The agent broke the connection off before there was one.
    case reset
    /// The time was over.
    case timedOut
    /// Something that HAProxy would wait for has not come, but there is more of it than it takes.
    case tooLong
    /// There was no connection.
    case failed(SystemError)
  }

  /// Whom it was about.
  let address: InternetAddress
  let end: End
  /// All that came.
  let reply: [UInt8]
  /// How long connecting took; absent where that did not succeed.
  let connecting: Duration?
  /// How long all of it took.
  let duration: Duration

  /// Whether there is a line, an empty one perhaps.
  var isComplete: Bool { if case .line = end { true } else { false } }

  /// The reply up to its end of line, or all of it where there is none.
  var line: String { String(decoding: reply.prefix { !$0.isLineEnd }, as: UTF8.self) }
}

/// What HAProxy reads of a reply at most: its `tune.bufsize`.
let mostReplyBytes = 16384

/// Asks an agent once. `text` is sent first, if there is any.
func probe(_ address: InternetAddress, sending text: [UInt8], timeout: Duration) -> ProbeOutcome {
  let begun = Clock.monotonic()
  let deadline = begun + timeout
  var connecting: Duration?
  var buffer = [UInt8](repeating: 0, count: mostReplyBytes)
  var count = 0
  func outcome(_ end: ProbeOutcome.End) -> ProbeOutcome {
    ProbeOutcome(
      address: address, end: end, reply: Array(buffer[..<count]), connecting: connecting,
      duration: Clock.monotonic() - begun)
  }

  do throws(SystemError) {
    guard let connection = try connect(to: address, until: deadline) else { return outcome(.timedOut) }
    connecting = Clock.monotonic() - begun
    // A fresh connection takes far more at once than a command line can hold.
    if !text.isEmpty, case .reset = try connection.send(text.span) { return outcome(.reset) }
    while try connection.poll(for: .readable, until: deadline) {
      switch try connection.recv(into: &buffer, at: count) {
      case .done(let more): count += more
      case .wouldBlock: continue
      case .ended: return outcome(.closed)
      case .reset: return outcome(.reset)
      }
      if buffer[..<count].contains(where: { $0.isLineEnd }) { return outcome(.line) }
      if count == buffer.count { return outcome(.tooLong) }
    }
    return outcome(.timedOut)
  } catch {
    return outcome(.failed(error))
  }
}

/// Connects; absent where that takes too long.
private func connect(to address: InternetAddress, until deadline: Duration) throws(SystemError) -> Descriptor? {
  let host: IPAddress =
    switch address.host {
    case .address(let address): address
    case .every: .v4(0x7F00_0001)
    }
  switch try Socket.connect(to: host, port: address.port) {
  case .connected(let connection):
    return connection
  case .underWay(let connection):
    guard try connection.poll(for: .writable, until: deadline) else { return nil }
    try Socket.outcome(of: connection)
    return connection
  }
}
