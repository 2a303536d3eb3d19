// Metrics that differ from service to service, as `balancers.count`. A rule is evaluated once, whatever number of services
// share it; one that asks such a metric becomes a rule of each of them, with the service's name as the metric's argument,
// before there are programs. Its text, its name and its place among the rules stay.

import Language

extension Loader {
  /// Binds what has to be bound. Files without such metrics are left as they are.
  func bindToServices(_ services: [Service]) -> [Service] {
    let sources = scope.catalogue.sources
    guard assembly.references.contains(where: { sources[$0.source].isPerService }) else { return services }
    let unbound = rules
    let isBound = unbound.map { $0.isPerService(in: scope.catalogue) }
    var owners = [[String]](repeating: [], count: unbound.count)
    for service in services {
      for rule in service.rules where isBound[rule] { owners[rule].append(service.name) }
    }
    rules = []
    assembly = Assembly()
    // Where each rule is now; of one that has become several, the one of the first service that has it.
    var places: [Int] = []
    for (index, rule) in unbound.enumerated() {
      let section = ruleSections[index]
      guard rules.count + (isBound[index] ? owners[index].count : 1) <= maximumRuleCount else {
        complaints.add(.tooManyRules(at: section.range), in: section.source)
        return services
      }
      places.append(rules.count)
      guard isBound[index] else {
        rules.append(rule.bound(to: nil, isCopy: false, self))
        continue
      }
      for owner in owners[index] {
        let copy = rule.bound(to: owner, isCopy: owners[index].count > 1, self)
        for computed in copy.expressions {
          if let computed, !count(computed.program, at: section.range, in: section.source) { return services }
        }
        rules.append(copy)
      }
    }
    let slots = rules.map { Array($0.slots(in: assembly)) }
    return services.map { service in
      let own = service.rules.map { rule in
        defer { if isBound[rule] { places[rule] += 1 } }
        return places[rule]
      }
      var isRead = [Bool](repeating: false, count: assembly.references.count)
      for rule in own {
        for slot in slots[rule] { isRead[slot] = true }
      }
      return service.with(rules: own, references: isRead.indices.filter { isRead[$0] })
    }
  }
}

extension Rule {
  fileprivate var expressions: [Computed?] { [when, until, weight, maxconn] }

  /// Whether it asks anything that differs from service to service.
  fileprivate func isPerService(in catalogue: Catalogue) -> Bool {
    var isPerService = false
    for computed in expressions {
      computed?.checked.term.visitMetrics {
        if catalogue.sources[$0.reference.source].isPerService { isPerService = true }
      }
    }
    return isPerService
  }

  /// The slots of the metrics that it reads.
  fileprivate func slots(in assembly: Assembly) -> Set<Int> {
    var slots: Set<Int> = []
    for computed in expressions {
      computed?.checked.term.visitMetrics { metric in
        if let slot = assembly.slot(of: metric.reference) { slots.insert(slot) }
      }
    }
    return slots
  }

  /// The rule with its programs in the loader's assembly: as it is, or for a service; a copy is that service's own.
  fileprivate func bound(to name: String?, isCopy: Bool, _ loader: Loader) -> Rule {
    func bind(_ computed: Computed?) -> Computed? {
      computed.map { computed in
        var checked = computed.checked
        if let name {
          checked = checked.replacingMetrics { metric in
            guard loader.scope.catalogue.sources[metric.reference.source].isPerService else { return metric }
            return metric.with(arguments: [.text(name)])
          }
        }
        return Computed(text: computed.text, checked: checked, program: loader.assembly.add(checked))
      }
    }
    return Rule(
      service: isCopy ? name : service, name: self.name, when: bind(when), until: bind(until), timing: timing,
      words: words, weight: bind(weight), maxconn: bind(maxconn), damping: damping, reason: reason, isDryRun: isDryRun)
  }
}

extension Service {
  /// The service with its rules where they are now.
  fileprivate func with(rules: [Int], references: [Int]) -> Service {
    Service(
      name: name, addresses: addresses, allow: allow, agentSend: agentSend, serverPort: serverPort, arrival: arrival,
      rules: rules, defaults: defaults, references: references)
  }
}
