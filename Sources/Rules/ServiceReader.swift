// `services:`, and the one service of a file that has none. A service is put together here: the file's rules and its
// own, its words for everything that nobody speaks of, its addresses; then what several services must not share.

import Diagnostics
import Language
import Reply
import Text
import YAML

extension Loader {
  func readServices(in sections: [Section], main: Section, sharedRules: [Int], damping: Duration) -> [Service] {
    let addresses = readAddresses(main) ?? [InternetAddress.standard]
    let networks = readNetworks(main)
    let words = main.scalar("default").map { readWords($0) } ?? Words()
    var drafts: [(name: PlacedText, section: Section)] = []
    for section in sections {
      for (name, value) in section.named("services") {
        if !isServiceName(name.text) { complaints.add(.badServiceName(name.text, at: name.range), in: name.source) }
        if let first = drafts.first(where: { $0.name.text == name.text }) {
          complaints.add(
            .duplicateService(name.text, at: name.range), in: name.source,
            notes: [.init("the other one is here", in: first.name.source, at: first.name.range)])
        } else if let service = Section(value, in: .service, of: section.source, complaints) {
          drafts.append((name, service))
        }
      }
    }
    guard !drafts.isEmpty else {
      return [
        service("default", rules: sharedRules, addresses, networks, agentSend: nil, defaults: words)
      ]
    }
    let services = drafts.map { name, section in
      let own = readRules(in: [section], service: name.text, damping: damping)
      let ownWords = section.scalar("default").map { readWords($0) } ?? Words()
      return service(
        name.text, rules: sharedRules + own,
        readAddresses(section) ?? addresses,
        section.place(of: "allow") == nil ? networks : readNetworks(section),
        agentSend: readAgentSend(section),
        defaults: ownWords.filled(from: words))
    }
    complainAboutSharedAddresses(services, places: drafts.map { $0.name })
    return services
  }

  /// Fills in the words that take back what rules say, and complains about what cannot be taken back.
  private func service(
    _ name: String, rules indices: [Int], _ addresses: [InternetAddress], _ allow: AddressSet?, agentSend: String?,
    defaults: Words
  ) -> Service {
    var defaults = defaults
    if defaults.health == nil { defaults.health = .up }
    var names: [String: Int] = [:]
    var references: Set<MetricReference> = []
    for index in indices {
      let rule = rules[index]
      let section = ruleSections[index]
      if let first = names[rule.name], let place = section.place(of: "name") {
        let other = ruleSections[first]
        complaints.add(
          .duplicateRuleName(rule.name, at: place), in: section.source,
          notes: [.init("the other one is here", in: other.source, at: other.place(of: "name") ?? other.range)])
      }
      names[rule.name] = index
      for computed in [rule.when, rule.until, rule.weight, rule.maxconn] {
        computed?.checked.term.visitMetrics { references.insert($0.reference) }
      }
      guard !rule.isDryRun else { continue }
      if rule.things.contains(.weight), defaults.weightPercent == nil { defaults.weightPercent = 100 }
      if rule.things.contains(.maxconn), defaults.maxconn == nil, maxconnComplaints.insert(index).inserted {
        let place = section.place(of: "maxconn") ?? section.place(of: "reply") ?? section.range
        complaints.add(.maxconnWithoutDefault(rule.name, service: name, at: place), in: section.source)
      }
    }
    return Service(
      name: name, addresses: addresses, allow: allow, agentSend: agentSend, rules: indices, defaults: defaults,
      references: assembly.references.indices.filter { references.contains(assembly.references[$0]) })
  }

  private func readAddresses(_ section: Section) -> [InternetAddress]? {
    guard section.place(of: "listen") != nil, let texts = section.scalars("listen") else { return nil }
    var addresses: [InternetAddress] = []
    for text in texts {
      do throws(InternetAddress.Mistake) {
        let address = try InternetAddress(text.text)
        if addresses.contains(address) {
          complaints.add(.duplicateAddress(text.text, at: text.range), in: text.source)
        }
        addresses.append(address)
      } catch {
        complaints.add(.addressMistake(error, text.text), in: text)
      }
    }
    return addresses
  }

  private func readNetworks(_ section: Section) -> AddressSet? {
    guard section.place(of: "allow") != nil, let texts = section.scalars("allow") else { return nil }
    var networks: [AddressBlock] = []
    for text in texts {
      do throws(AddressBlock.Mistake) {
        let network = try AddressBlock(text.text)
        if network != network.canonical {
          complaints.add(.hostBitsSet(text.text, network: "\(network.canonical)", at: text.range), in: text.source)
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
    for (later, service) in services.enumerated() {
      for earlier in services[..<later] where earlier.agentSend == service.agentSend {
        guard let address = service.addresses.first(where: { earlier.addresses.contains($0) }) else { continue }
        let place = places[later]
        let finding =
          service.agentSend.map { Finding.sharedAgentSend($0, earlier.name, service.name, at: place.range) }
          ?? .sharedAddress("\(address)", earlier.name, service.name, at: place.range)
        complaints.add(finding, in: place.source)
        break
      }
    }
  }
}

private func isServiceName(_ name: String) -> Bool {
  (1...maximumServiceNameBytes).contains(name.utf8.count)
    && name.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == .of("-") || $0 == .of("_") || $0 == .of(".") }
}
