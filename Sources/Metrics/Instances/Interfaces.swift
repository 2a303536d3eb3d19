// The network interfaces of this host.

import Language
import Text

extension InstanceListing {
  /// Network interfaces: those through which something went, but for the loopback and the ends of containers' links.
  static let interfaces = InstanceListing("interface", in: InterfaceStatistics.input, parse: interfaces(in:))

  private static func interfaces(in lines: Span<UInt8>) -> Instances? {
    var statistics = InterfaceStatistics()
    guard statistics.parse(lines) else { return nil }
    var usual: [Argument] = []
    var others: [Argument] = []
    var cursor = Cursor()
    while !cursor.isAtEnd(of: lines) {
      if let range = InterfaceStatistics.interface(&cursor, in: lines) {
        let name = lines.bytes(in: range)
        let numbers = NumberRow<16>(&cursor, in: lines)
        func hasMoved(_ column: InterfaceStatistics.Column) -> Bool { numbers?[column.rawValue] ?? 0 > 0 }
        let isInner = name == Array("lo".utf8) || name.starts(with: "veth".utf8)
        let argument = Argument.text(String(decoding: name, as: UTF8.self))
        if !isInner, hasMoved(.receivedBytes) || hasMoved(.transmittedBytes) {
          usual.append(argument)
        } else {
          others.append(argument)
        }
      }
      cursor.skipLine(in: lines)
    }
    return Instances(usual: usual, others: others)
  }
}
