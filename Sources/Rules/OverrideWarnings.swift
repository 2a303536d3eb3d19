// What an operator should know of the words that are being forced.

import Reply

/// Sentences for whoever forces these words upon these services of a rule set.
public func overrideWarnings(_ words: Words, of services: [Service], in rules: RuleSet) -> [String] {
  var warnings: [String] = []
  if let maxconn = words.maxconn {
    for service in services where !rules.things(of: service).contains(.maxconn) {
      warnings.append(
        "nothing else speaks of the maxconn of service '\(service.name)': HAProxy keeps \(maxconn) when this ends, until"
          + " you write 'default: maxconn:N', or say 'set maxconn server BACKEND/SERVER N' to HAProxy")
    }
  }
  if words.administrative == .ready {
    warnings.append("'ready' undoes, at every probe, the maintenance that an operator sets by hand in HAProxy")
  }
  return warnings
}

extension Words {
  /// Whether they keep new connections away from a server.
  public var stopTraffic: Bool {
    let isOut = health.map { $0 > .up } ?? false
    let isAside = administrative.map { $0 > .ready } ?? false
    return weightPercent == 0 || isOut || isAside
  }
}
