// Looking for listeners and their connections. On a large host the kernel takes its time for that, so that the helper does
// it; commands, which nobody probes, do it themselves.

import Kernel
import Metrics
import Text

/// Finds out about listeners.
enum ListenerSearch {
  /// An answer to each question. Asks over netlink where `tables`, the folder of the lists of sockets, is that of this
  /// process; and reads the lists where that does not work, or `tables` is that of another host.
  static func facts(_ questions: [ListenerQuestion], tables: String) throws(SystemError) -> [ListenerFacts] {
    if tables == Roots().path(of: .file(root: .net, path: "")), let facts = overNetlink(questions) { return facts }
    return try inTables(questions, tables)
  }

  // MARK: - Netlink

  /// Absent where netlink is not there, is forbidden, or lacks the module that knows.
  private static func overNetlink(_ questions: [ListenerQuestion]) -> [ListenerFacts]? {
    guard let socket = try? SocketDiagnosis() else { return nil }
    var tally = ListenerTally(questions, knowsBacklog: true)
    var buffer = [UInt8](repeating: 0, count: SocketDiagnosis.largestDatagram)
    var sequence: UInt32 = 0
    for question in requests(for: questions) {
      sequence += 1
      guard (try? socket.ask(question, sequence: sequence)) != nil else { return nil }
      var progress = SocketDump.Progress.more
      while progress == .more {
        guard case .done(let count)? = try? socket.recv(into: &buffer) else { return nil }
        progress = SocketDump.read(buffer.span.extracting(0..<count), sequence: sequence, into: &tally)
      }
      guard progress == .complete else { return nil }
    }
    return tally.facts
  }

  /// Each port is asked for once, by itself: the kernel has fewer sockets to tell of.
  private static func requests(for questions: [ListenerQuestion]) -> [SocketDiagnosis.Question] {
    var ports: [(number: UInt16, withEstablished: Bool)] = []
    var hasPaths = false
    for question in questions {
      switch question.name {
      case .path: hasPaths = true
      case .port(let number):
        if let place = ports.firstIndex(where: { $0.number == number }) {
          ports[place].withEstablished = ports[place].withEstablished || question.wantsConnections
        } else {
          ports.append((number, question.wantsConnections))
        }
      }
    }
    var requests: [SocketDiagnosis.Question] = hasPaths ? [.unix] : []
    for (number, withEstablished) in ports {
      requests.append(.tcpV4(port: number, withEstablished: withEstablished))
      requests.append(.tcpV6(port: number, withEstablished: withEstablished))
    }
    return requests
  }

  // MARK: - Lists

  private static func inTables(_ questions: [ListenerQuestion], _ folder: String) throws(SystemError) -> [ListenerFacts]
  {
    var tally = ListenerTally(questions, knowsBacklog: false)
    var hasPorts = false
    var hasPaths = false
    for question in questions {
      switch question.name {
      case .port: hasPorts = true
      case .path: hasPaths = true
      }
    }
    if hasPorts {
      try readLines(of: "\(folder)tcp") { SocketTables.readTCP($0, into: &tally) }
      do throws(SystemError) {
        try readLines(of: "\(folder)tcp6") { SocketTables.readTCP($0, into: &tally) }
      } catch {
        // A host may do without IPv6.
        guard error.isNoSuchFile else { throw error }
      }
    }
    if hasPaths { try readLines(of: "\(folder)unix") { SocketTables.readUnix($0, into: &tally) } }
    return tally.facts
  }

  /// Room for many lines: each read makes the kernel find its place again.
  private static let bufferBytes = 65_536

  /// Hands over a file of any length in runs of whole lines. What follows the last line feed, or is longer than any line
  /// of the kernel's, is left out.
  private static func readLines(of path: String, _ take: (Span<UInt8>) -> Void) throws(SystemError) {
    let file = try File.open(path, for: .reading)
    var buffer = [UInt8](repeating: 0, count: bufferBytes)
    var rest = 0
    while case .done(let count) = try file.read(into: &buffer, at: rest) {
      let end = rest + count
      let whole = (buffer[..<end].lastIndex(of: .of("\n")) ?? -1) + 1
      if whole > 0 { take(buffer.span.extracting(0..<whole)) }
      rest = end - whole
      for index in 0..<rest { buffer[index] = buffer[whole + index] }
      if rest == buffer.count { rest = 0 }
    }
  }
}
