import Language
import Metrics

@testable import Rules

/// A host with two processors, a disk, an interface and a few paths.
final class PlainHost: HostInventory {
  static let paths = ["/", "/srv", "/var"]

  func instances(ofSource source: Int, roots: Roots) -> Instances? {
    switch Catalogue.host.sources[source].name {
    case "cpu": Instances(usual: [.number(0), .number(1)])
    case "disk": Instances(usual: [.text("sda")], others: [.text("loop0")])
    case "network": Instances(usual: [.text("eth0")], others: [.text("lo")])
    case "filesystem": Instances(usual: [.text("/"), .text("/var")])
    default: nil
    }
  }

  func missingWhole(of reference: MetricReference, roots: Roots) -> String? {
    Catalogue.host.sources[reference.source].name == "conntrack" ? "no limit is set" : nil
  }

  func obstacle(toRunning path: String) -> String? {
    path.hasPrefix("/usr/") ? nil : "there is no such file"
  }

  func exists(_ path: String) -> Bool? { Self.paths.contains(path) }
}
