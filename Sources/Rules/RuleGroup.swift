// What the rules of one list have in common for every service that they belong to: worked out once, however many
// services share them.

import Diagnostics
import Language
import Reply

/// The rules of the file, or the own rules of one service.
struct RuleGroup {
  /// Their places in the rule set, in the order of the file.
  let indices: [Int]
  /// The slots of the metrics that they read.
  var slots: Set<Int> = []
  /// What they speak of when they are not in dry run.
  var things: Things = []
  /// Those that speak of maxconn and are not in dry run.
  var maxconnRules: [Int] = []
  fileprivate var names: [String: Int] = [:]

  /// Rules that nothing is known of yet.
  init(indices: [Int]) { self.indices = indices }
}

extension Loader {
  /// Puts rules together, and complains about names that are taken, among themselves or in `shared`.
  func group(_ indices: [Int], beside shared: RuleGroup? = nil) -> RuleGroup {
    var group = RuleGroup(indices: indices)
    for index in indices {
      let rule = rules[index]
      if let first = group.names[rule.name] ?? shared?.names[rule.name] { complainAboutName(of: index, like: first) }
      group.names[rule.name] = index
      for computed in [rule.when, rule.until, rule.weight, rule.maxconn] {
        computed?.checked.term.visitMetrics { metric in
          if let slot = assembly.slot(of: metric.reference) { group.slots.insert(slot) }
        }
      }
      guard !rule.isDryRun else { continue }
      group.things.formUnion(rule.things)
      if rule.things.contains(.maxconn) { group.maxconnRules.append(index) }
    }
    return group
  }

  private func complainAboutName(of index: Int, like first: Int) {
    let section = ruleSections[index]
    let other = ruleSections[first]
    let isWritten = section.place(of: "name") != nil
    // The name of a rule that could not be read whole is not known.
    guard isWritten || section.isComplete else { return }
    complaints.add(
      .duplicateRuleName(rules[index].name, isWritten: isWritten, at: section.nameRange), in: section.source,
      notes: [.init("the other one is here", in: other.source, at: other.nameRange)])
  }
}

extension Section {
  /// Where a rule's name comes from.
  fileprivate var nameRange: Range<Int> { place(of: "name") ?? place(of: "when") ?? range }
}
