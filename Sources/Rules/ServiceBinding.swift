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
    var owners = [[Int]](repeating: [], count: unbound.count)
    for (owner, service) in services.enumerated() {
      for rule in service.rules { owners[rule].append(owner) }
    }
    rules = []
    assembly = Assembly()
    // Where the rules of each service are now, by where they were.
    var places = [[Int: Int]](repeating: [:], count: services.count)
    for (index, rule) in unbound.enumerated() {
      let owners = owners[index]
      let isPerService = rule.isPerService(in: scope.catalogue)
      guard rules.count + (isPerService ? owners.count : 1) <= maximumRuleCount else {
        complaints.add(.tooManyRules(at: ruleSections[index].range), in: ruleSections[index].source)
        return services
      }
      guard isPerService else {
        for owner in owners { places[owner][index] = rules.count }
        rules.append(rule.bound(to: nil, isCopy: false, self))
        continue
      }
      for owner in owners {
        places[owner][index] = rules.count
        rules.append(rule.bound(to: services[owner].name, isCopy: owners.count > 1, self))
      }
    }
    return services.enumerated().map { owner, service in service.moved(places[owner], rules, assembly) }
  }
}

extension Rule {
  private var expressions: [Computed?] { [when, until, weight, maxconn] }

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
  fileprivate func moved(_ places: [Int: Int], _ all: [Rule], _ assembly: Assembly) -> Service {
    let rules = rules.compactMap { places[$0] }
    var slots: Set<Int> = []
    for rule in rules { slots.formUnion(all[rule].slots(in: assembly)) }
    return Service(
      name: name, addresses: addresses, allow: allow, agentSend: agentSend, serverPort: serverPort, arrival: arrival,
      rules: rules, defaults: defaults, references: slots.sorted())
  }
}
