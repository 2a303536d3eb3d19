// What a reload leaves behind in HAProxy that nothing will ever take back.

import Reply

/// Sentences for the log, one for each service that spoke of maxconn before a reload and does not any more: HAProxy keeps
/// the last number that it was told, and no word means "as configured". (A weight is taken back with `100%`, and `drain`
/// and `maint` with `ready`.) Services are compared by name.
public func reloadWarnings(from old: RuleSet, to new: RuleSet) -> [String] {
  new.services.compactMap { service in
    guard let before = old.services.first(where: { $0.name == service.name }),
      old.things(of: before).contains(.maxconn),
      !new.things(of: service).contains(.maxconn)
    else { return nil }
    return "service '\(service.name)' no longer speaks of maxconn, and HAProxy keeps the last number it was told:"
      + " write 'default: maxconn:N', or say 'set maxconn server BACKEND/SERVER N' to HAProxy"
  }
}

extension RuleSet {
  /// What a service may speak of.
  func things(of service: Service) -> Things {
    service.rules.reduce(into: service.defaults.things) { things, index in
      if !rules[index].isDryRun { things.formUnion(rules[index].things) }
    }
  }
}
