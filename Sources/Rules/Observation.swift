// `observe`: where the daemon can be watched, and asked by load balancers that speak HTTP.

import Diagnostics
public import Text
import YAML

/// What a rule file says about being watched.
public struct Observation {
  /// Where every page is served over HTTP, each once.
  public let addresses: [InternetAddress]
  /// Who may ask there; everyone where nothing is said.
  public let allow: AddressSet?
  /// Where only the pages for load balancers are served, each once: to those who may probe.
  public let balancerAddresses: [InternetAddress]
  /// The file that gets the metrics.
  public let textFile: String?

  /// Nothing is asked for.
  public static var none: Observation {
    Observation(addresses: [], allow: nil, balancerAddresses: [], textFile: nil)
  }

  /// Whether nothing is asked for.
  public var isEmpty: Bool { addresses.isEmpty && balancerAddresses.isEmpty && textFile == nil }
}

/// What the name of a file has to end in for node_exporter to read it.
let textFileSuffix = ".prom"

extension Loader {
  /// Reads `observe`. HAProxy's probes and HTTP never share an address: who asks speaks first in the one, and last in the
  /// other.
  func readObservation(_ main: Section, beside services: [Service]) -> Observation {
    guard let node = main.node("observe"), !node.isBroken else { return .none }
    guard case .mapping(_) = node.content else {
      let places = readAddresses(main, "observe")
      complainAboutServices(at: places, services)
      return Observation(addresses: places.map { $0.address }, allow: nil, balancerAddresses: [], textFile: nil)
    }
    guard let section = Section(node, in: .observe, of: main) else { return .none }
    let places = section.place(of: "listen") == nil ? [] : readAddresses(section, "listen")
    let balancers = section.place(of: "balancers") == nil ? [] : readAddresses(section, "balancers")
    let observation = Observation(
      addresses: places.map { $0.address }, allow: readNetworks(section),
      balancerAddresses: balancers.map { $0.address }, textFile: readTextFile(section))
    if section.isComplete, !["listen", "balancers", "textfile"].contains(where: { section.place(of: $0) != nil }) {
      complaints.add(.observeNothing(at: main.place(of: "observe") ?? section.range), in: main.source)
    }
    complainAboutServices(at: places, services)
    complainAboutServices(at: balancers, services)
    for (address, text) in balancers {
      guard let other = observation.addresses.first(where: { $0.overlaps(address) }) else { continue }
      complaints.add(
        .observeSharedAddress(text.text, with: "\(other)", of: "'listen'", at: text.range), in: text.source)
    }
    return observation
  }

  private func readTextFile(_ section: Section) -> String? {
    guard section.place(of: "textfile") != nil, let path = section.path("textfile") else { return nil }
    if !path.hasSuffix(textFileSuffix) || path.hasSuffix("/" + textFileSuffix), let text = section.written("textfile") {
      complaints.add(.textFileName(path, at: text.range), in: text.source)
    }
    return path
  }

  private func complainAboutServices(
    at places: [(address: InternetAddress, text: PlacedText)], _ services: [Service]
  ) {
    for (address, text) in places {
      for service in services {
        guard let other = service.addresses.first(where: { $0.overlaps(address) }) else { continue }
        complaints.add(
          .observeSharedAddress(text.text, with: "\(other)", of: "service '\(service.name)'", at: text.range),
          in: text.source)
        break
      }
    }
  }
}
