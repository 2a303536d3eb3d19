// `services:`, and the one service of a file that has none. A service is put together here: the file's rules and its
// own, its words for everything that nobody speaks of, its addresses; then what several services must not share.

import Diagnostics
import Language
import Reply
import Text
import YAML

extension Loader {
  func readServices(in sections: [Section], main: Section, sharedRules: [Int], damping: Duration) -> [Service] {
    let shared = group(sharedRules)
    let addresses = readAddresses(main) ?? [InternetAddress.standard]
    let networks = readNetworks(main)
    let defaults = readDefaults(main)
    let (port, arrival) = (main.port("server-port"), readArrival(main))
    let drafts = serviceSections(in: sections)
    guard !drafts.isEmpty else {
      let none = RuleGroup(indices: [])
      return [
        service(
          Service.implicitName, shared, none, addresses, networks, agentSend: nil, port: port, arrival: arrival,
          defaults: defaults)
      ]
    }
    let services = drafts.map { name, section in
      let own = readRules(in: [section], service: name.text, after: shared.indices.count, damping: damping)
      return service(
        name.text, shared, group(own, beside: shared),
        readAddresses(section) ?? addresses,
        section.place(of: "allow") == nil ? networks : readNetworks(section),
        agentSend: readAgentSend(section),
        port: section.port("server-port") ?? port, arrival: readArrival(section) ?? arrival,
        defaults: readDefaults(section).filled(from: defaults))
    }
    complainAboutSharedAddresses(services, places: drafts.map { $0.name })
    return services
  }

  /// The services of all files, each name once.
  private func serviceSections(in sections: [Section]) -> [(name: PlacedText, section: Section)] {
    var drafts: [(name: PlacedText, section: Section)] = []
    var places: [String: PlacedText] = [:]
    for section in sections {
      var last: PlacedText?
      for (name, value) in section.named("services") {
        if Key.named(name.text, in: .service) != nil, !value.isMapping, !value.isBroken {
          complaints.add(.keyAsService(name.text, after: last?.text, at: name.range), in: name.source)
          continue
        }
        last = name
        guard drafts.count < maximumServiceCount else {
          complaints.add(.tooManyServices(at: name.range), in: name.source)
          return drafts
        }
        if !isServiceName(name.text) { complaints.add(.badServiceName(name.text, at: name.range), in: name.source) }
        if let first = places[name.text] {
          complaints.add(
            .duplicateService(name.text, at: name.range), in: name.source,
            notes: [.init("the other one is here", in: first.source, at: first.range)])
        } else if let service = Section(value, in: .service, of: section) {
          drafts.append((name, service))
          places[name.text] = name
        }
      }
    }
    return drafts
  }

  /// What is said while no rule says more.
  private func readDefaults(_ section: Section) -> Defaults {
    guard section.place(of: "default") != nil else { return Defaults(words: Words(), isKnown: section.isComplete) }
    guard let text = section.scalar("default"), let words = readWords(text) else {
      return Defaults(words: Words(), isKnown: false)
    }
    warnAboutState(in: words, text, isDefault: true)
    return Defaults(words: words, isKnown: true)
  }

  /// Fills in the words that take back what rules say, and complains about what cannot be taken back.
  private func service(
    _ name: String, _ shared: RuleGroup, _ own: RuleGroup, _ addresses: [InternetAddress], _ allow: AddressSet?,
    agentSend: String?, port: Int?, arrival: Arrival?, defaults: Defaults
  ) -> Service {
    var words = defaults.words
    if words.health == nil { words.health = .up }
    let things = shared.things.union(own.things)
    if things.contains(.weight) || arrival != nil, words.weightPercent == nil { words.weightPercent = 100 }
    if words.maxconn == nil, defaults.isKnown {
      for index in shared.maxconnRules + own.maxconnRules
      where !ruleSections[index].mayBeDryRun && maxconnComplaints.insert(index).inserted {
        let section = ruleSections[index]
        let place = section.place(of: "maxconn") ?? section.place(of: "reply") ?? section.range
        complaints.add(.maxconnWithoutDefault(rules[index].name, service: name, at: place), in: section.source)
      }
    }
    return Service(
      name: name, addresses: addresses, allow: allow, agentSend: agentSend, serverPort: port, arrival: arrival,
      // Services without rules of their own share the list.
      rules: own.indices.isEmpty ? shared.indices : shared.indices + own.indices,
      defaults: words, references: shared.slots.union(own.slots).sorted())
  }

  /// The addresses that are written and right. Absent where the key is left out.
  private func readAddresses(_ section: Section) -> [InternetAddress]? {
    guard section.place(of: "listen") != nil else { return nil }
    return readAddresses(section, "listen").map { $0.address }
  }

  /// The addresses of a key, with their places.
  func readAddresses(_ section: Section, _ key: String) -> [(address: InternetAddress, text: PlacedText)] {
    var addresses: [(address: InternetAddress, text: PlacedText)] = []
    for text in section.scalars(key) ?? [] {
      do throws(InternetAddress.Mistake) {
        let address = try InternetAddress(text.text)
        if addresses.contains(where: { $0.address == address }) {
          complaints.add(.duplicateAddress(text.text, at: text.range), in: text.source)
        }
        addresses.append((address, text))
      } catch {
        // The port of the probes is no other's.
        let port = key == "listen" && section.place != .observe ? 9999 : 9998
        complaints.add(.addressMistake(error, text.text, port: port), in: text)
      }
    }
    return addresses
  }

  func readNetworks(_ section: Section) -> AddressSet? {
    guard section.place(of: "allow") != nil, let texts = section.scalars("allow") else { return nil }
    var networks: [AddressBlock] = []
    for text in texts {
      do throws(AddressBlock.Mistake) {
        let network = try AddressBlock(text.text)
        if network != network.canonical {
          complaints.add(.hostBitsSet(text.text, network, at: text.range), in: text.source)
        }
        networks.append(network)
      } catch {
        complaints.add(.networkMistake(error, text.text), in: text)
      }
    }
    return AddressSet(networks)
  }

  private func readAgentSend(_ section: Section) -> String? {
    guard let text = section.scalar("agent-send") else { return nil }
    guard !text.text.utf8.contains(where: { $0.isLineEnd || $0 == 0 }) else {
      complaints.add(.badAgentSend(at: text.range), in: text.source)
      return nil
    }
    return section.line("agent-send")
  }

  /// At one address, at most one service has no `agent-send`, and no two have the same.
  private func complainAboutSharedAddresses(_ services: [Service], places: [PlacedText]) {
    var taken: [Door: String] = [:]
    for (service, place) in zip(services, places) {
      var isComplained = false
      for address in service.addresses {
        let door = Door(address: address, agentSend: service.agentSend)
        guard let earlier = taken[door] else {
          taken[door] = service.name
          continue
        }
        if isComplained { continue }
        isComplained = true
        let finding =
          service.agentSend.map { Finding.sharedAgentSend($0, earlier, service.name, at: place.range) }
          ?? .sharedAddress("\(address)", earlier, service.name, at: place.range)
        complaints.add(finding, in: place.source)
      }
    }
  }
}

/// By what a probe picks a service.
private struct Door: Hashable {
  let address: InternetAddress
  let agentSend: String?
}

private func isServiceName(_ name: String) -> Bool {
  (1...maximumServiceNameBytes).contains(name.utf8.count)
    && name.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == .of("-") || $0 == .of("_") || $0 == .of(".") }
}

/// The words of a `default`.
private struct Defaults {
  let words: Words
  /// Whether they are all there are: not where something is wrong with them.
  let isKnown: Bool

  /// These words, and what the file says about other things.
  func filled(from outer: Defaults) -> Defaults {
    Defaults(words: words.filled(from: outer.words), isKnown: isKnown && outer.isKnown)
  }
}

extension Section {
  /// Whether a rule that is not known to be in dry run may have been meant to be: its `dry-run` is no word of ours, or a
  /// key of it was refused.
  fileprivate var mayBeDryRun: Bool {
    !isComplete || place(of: "dry-run") != nil && written("dry-run")?.text != "false"
  }
}

extension Node {
  fileprivate var isMapping: Bool {
    if case .mapping = content { true } else { false }
  }
}
