// How many connections an application has, for a command that has nothing else to do than to wait for the answer.

public import Kernel
import Metrics

/// The connections of TCP ports of this host.
public enum ConnectionCount {
  /// How many are established to these ports, over IPv4 and IPv6, whether anything listens there still or not. Waits
  /// for the kernel, some 100 ms where there are a million connections.
  public static func established(at ports: [UInt16]) throws(SystemError) -> Int {
    let questions = ports.map { ListenerQuestion(.port($0), wantsConnections: true) }
    let facts = try ListenerSearch.facts(questions, tables: Roots().path(of: .file(root: .net, path: "")))
    return facts.reduce(0) { $0 + Int(clamping: $1.connections) }
  }
}
