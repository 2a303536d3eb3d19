// listener(PORT), listener("/unix/path"): a socket where connections come in, and how many wait there for the program.

import Language

extension Definition {
  static let listener = Definition(
    "listener", .numberOrText(label: "PORT", example: "443"), of: .listeners,
    help: "all sockets of IPv4 and IPv6 that listen at a TCP port, or the unix socket with this path",
    [
      Metric(
        "queue", .number, against: backlog, "connections that wait to be accepted; percent of how many may wait", queue),
      Metric("connections", .number, "established ones, those in the queue included", connections),
      Metric("present", .yesNo, "something listens there", present),
    ])

  private static func listener(
    wantsConnections: Bool = false, _ formula: @escaping @Sendable (Answer<ListenerFacts>) throws(Gap) -> Double
  ) -> Origin {
    Origin { arguments, inputs in
      let answer = inputs.listener(ListenerQuestion(arguments.listener, wantsConnections: wantsConnections))
      return { () throws(Gap) in try formula(answer) }
    }
  }

  private static let present = listener { (answer) throws(Gap) in try answer.latest().sockets > 0 ? 1 : 0 }

  private static let connections = listener(wantsConnections: true) { (answer) throws(Gap) in
    Double(try answer.latest().connections)
  }

  private static let queue = listener { (answer) throws(Gap) in
    let facts = try answer.latest()
    guard facts.sockets > 0 else { throw answer.missing("nothing listens there") }
    return Double(facts.queue)
  }

  private static let backlog = listener { (answer) throws(Gap) in
    guard let backlog = try answer.latest().backlog else {
      throw answer.missing("how many may wait is known through sock_diag alone, which is not there")
    }
    guard backlog > 0 else { throw answer.missing("nobody may wait") }
    return Double(backlog)
  }
}

extension [Argument] {
  /// The first argument, which is a port or a path.
  fileprivate var listener: ListenerName {
    switch first {
    // Beyond 65535 nothing listens, nor at port 0.
    case .number(let port): .port(UInt16(exactly: port) ?? 0)
    case .text(let path): .path([UInt8](path.utf8))
    case nil: preconditionFailure("a port or a path is missing")
    }
  }
}
