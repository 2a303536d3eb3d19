// Many diagnostics together: their order, and their number.

import Text

/// Diagnostics in the order of their files: files as they first appear in the list, then by place. Those of one place
/// keep their order.
public func sorted(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
  var ranks: [ObjectIdentifier: Int] = [:]
  var order: [(rank: Int, offset: Int, index: Int)] = []
  order.reserveCapacity(diagnostics.count)
  for index in diagnostics.indices {
    let source = ObjectIdentifier(diagnostics[index].source)
    let rank = ranks[source] ?? ranks.count
    ranks[source] = rank
    order.append((rank, diagnostics[index].finding.range.lowerBound, index))
  }
  order.sort { ($0.rank, $0.offset, $0.index) < ($1.rank, $1.offset, $1.index) }
  return order.map { diagnostics[$0.index] }
}

/// How many there are: `2 errors, 1 warning`, and `no errors` where there are none of either.
public func summary(_ diagnostics: [Diagnostic]) -> String {
  var errors = 0
  for diagnostic in diagnostics where diagnostic.finding.severity == .error { errors += 1 }
  let warnings = diagnostics.count - errors
  var parts: [String] = []
  if errors > 0 { parts.append(errors == 1 ? "1 error" : "\(errors) errors") }
  if warnings > 0 { parts.append(warnings == 1 ? "1 warning" : "\(warnings) warnings") }
  return parts.isEmpty ? "no errors" : parts.joined(separator: ", ")
}
