// What is allowed in a rule but probably not meant. A warning is given only where it can be sure: one that cries wolf is
// switched off.

import Diagnostics
import Language
import Reply

extension Loader {
  /// Complains about what a rule probably does not mean.
  func warn(about rule: Rule, _ section: Section) {
    if let when = rule.when { warn(about: when, "when", of: rule, section) }
    if let until = rule.until { warn(about: until, "until", of: rule, section) }
    if let when = rule.when, let until = rule.until, let text = section.written("until"),
      canOverlap(when.checked.term, until.checked.term)
    {
      complaints.add(.untilOverlapsWhen(at: text.range), in: section.source)
    }
    if let text = section.written("reply") { warnAboutState(in: rule.words, text) }
  }

  /// Warns of words for the state that operators set by hand.
  func warnAboutState(in words: Words, _ text: PlacedText, isDefault: Bool = false) {
    guard let administrative = words.administrative else { return }
    let range = ParsedWords(text.text).range(of: .administrative) ?? 0..<text.text.utf8.count
    complaints.add(.administrativeReply(administrative.description, isDefault: isDefault, at: range), in: text)
  }

  /// The `damping` of a file or rule, with a warning where it is too short to damp anything.
  func dampingTime(of section: Section) -> Duration? {
    guard let damping = section.duration("damping") else { return nil }
    if damping > .zero, damping < interval, let text = section.written("damping") {
      complaints.add(
        .shortDamping(durationText(damping), interval: durationText(interval), at: text.range), in: section.source)
    }
    return damping
  }

  /// Warns of windows that are too short to look back.
  func warnAboutWindows(of expression: Expression, in text: PlacedText) {
    for (length, range) in expression.windows where length < interval {
      complaints.add(.shortWindow(durationText(length), interval: durationText(interval), at: range), in: text)
    }
  }

  private func warn(about condition: Condition, _ key: String, of rule: Rule, _ section: Section) {
    guard let text = section.written(key) else { return }
    if let ways = Conjunction.ways(of: condition.checked.term), !ways.isEmpty,
      ways.allSatisfy({ $0.isImpossible(in: scope.catalogue) })
    {
      complaints.add(.neverHolds(key, at: text.range), in: section.source)
    }
    if condition.checked.term.comparesMeasuredForEquality {
      complaints.add(.equalityOfMeasured(at: text.range), in: section.source)
    }
  }

  /// Whether both can hold at once. Sure only where `until` speaks of nothing else than `when`: between the values of
  /// different metrics there may be ties that nobody can see here.
  private func canOverlap(_ when: Term, _ until: Term) -> Bool {
    guard let starts = Conjunction.ways(of: when), let ends = Conjunction.ways(of: until) else { return false }
    return starts.contains { start in
      ends.contains { end in
        !end.terms.isEmpty && end.terms.allSatisfy { start.terms.contains($0) }
          && !start.joined(with: end).isImpossible(in: scope.catalogue)
      }
    }
  }
}

extension Term {
  /// Whether somewhere a measured quantity is compared with `==` or `!=`: shares and rates hardly ever are exactly
  /// something. Numbers of things are, and so are yes and no.
  fileprivate var comparesMeasuredForEquality: Bool {
    if case .compare(let comparison, let one, let other) = form, comparison == .equal || comparison == .notEqual {
      // Quantities do rest at their bounds.
      if [one, other].contains(where: { $0.isBound }) { return false }
      return [one, other].contains { $0.isContinuous }
    }
    return children.contains { $0.comparesMeasuredForEquality }
  }

  private var isBound: Bool {
    switch form {
    case .constant(0, _), .constant(100, .percent): true
    default: false
    }
  }

  private var isContinuous: Bool {
    switch form {
    case .metric(let metric): metric.kind != .number && metric.kind != .yesNo
    case .window(.average, let part, _), .window(.rate, let part, _): part.holdsMetric
    default: children.contains { $0.isContinuous }
    }
  }

  private var holdsMetric: Bool {
    if case .metric = form { true } else { children.contains { $0.holdsMetric } }
  }
}
