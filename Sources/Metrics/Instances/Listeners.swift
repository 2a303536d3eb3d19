// The TCP ports at which something listens on this host.

import Language
import Text

extension InstanceListing {
  /// Ports, lowest first. What is not there now may be there in a minute: it is no mistake to name it.
  static let listeners = InstanceListing(
    "listener", in: .file(root: .net, path: "tcp"), .file(root: .net, path: "tcp6"), isLasting: false,
    parse: listeners(in:))

  private static func listeners(in lines: Span<UInt8>) -> Instances? {
    var cursor = Cursor()
    cursor.skipBlanks(in: lines)
    guard cursor.take("sl ", in: lines) else { return nil }
    var ports: Set<UInt16> = []
    SocketTables.visitTCP(lines) { port, state, _ in
      if state == .listening { ports.insert(port) }
    }
    return Instances(usual: ports.sorted().map { .number(Int($0)) })
  }
}
