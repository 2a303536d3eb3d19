// network(INTERFACE): what goes through a network interface.

import Language

extension Definition {
  static let network = Definition(
    "network", .text(label: "INTERFACE", example: "eth0"), of: .interfaces,
    help: "a network interface, named as in /proc/net/dev",
    [
      Metric(
        "receive", .bytesPerSecond, of: speed, "bytes received; percent of the link's speed, which virtual links lack",
        rate(.receivedBytes)),
      Metric(
        "transmit", .bytesPerSecond, of: speed, "bytes sent; percent of the link's speed, which virtual links lack",
        rate(.transmittedBytes)),
      Metric("receive_errors", .perSecond, "packets that arrived damaged", rate(.receiveErrors)),
      Metric("transmit_errors", .perSecond, "packets that could not be sent", rate(.transmitErrors)),
      Metric("receive_drops", .perSecond, "packets that arrived and were thrown away", rate(.receiveDrops)),
      Metric("transmit_drops", .perSecond, "packets thrown away instead of being sent", rate(.transmitDrops)),
      Metric("up", .yesNo, "there, switched on and connected", up),
    ])

  /// How much a counter goes up in a second.
  private static func rate(_ column: InterfaceStatistics.Column) -> Origin {
    Origin { arguments, inputs in
      let file: KernelFile<InterfaceStatistics> = inputs.file()
      let place = file.configure { $0.interfaces.watch(Array(arguments.text.utf8)) }
      return { () throws(Gap) in
        try file.rate("no such interface") { $0.interfaces[place]?[column.rawValue] }
      }
    }
  }

  /// Bytes per second in one direction. The file has megabits.
  private static let speed = Origin { arguments, inputs in
    let file: KernelFile<KernelNumber> = inputs.file(at: attribute("speed", of: arguments.text))
    let noSpeed = "a link that is virtual or down has no speed"
    file.explain(.invalidArgument, noSpeed)
    return { () throws(Gap) in
      try file.value(noSpeed) { speed in
        // An unknown speed is -1, or what that is in 32 bits.
        guard let megabits = speed.number, megabits > 0, megabits < UInt32.max else { return nil }
        return Double(megabits) * 125_000
      }
    }
  }

  private static let up = Origin { arguments, inputs in
    let file: KernelFile<InterfaceStatistics> = inputs.file()
    let place = file.configure { $0.interfaces.watch(Array(arguments.text.utf8)) }
    let state: KernelFile<OperationalState> = inputs.file(at: attribute("operstate", of: arguments.text))
    return { () throws(Gap) in
      // What has been unplugged or taken down altogether is not up; it is no reason not to know.
      let isThere = try file.value("no such interface") { $0.interfaces[place] != nil }
      guard isThere else { return 0 }
      return try state.value("no state") { $0.isUp ? 1 : 0 }
    }
  }

  private static func attribute(_ name: String, of interface: String) -> Input {
    .file(root: .sys, path: "class/net/\(interface)/\(name)")
  }
}
