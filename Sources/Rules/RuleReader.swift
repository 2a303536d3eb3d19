// One rule: from its keys to a value with programs. Whatever is wrong is complained about here, with the place; the rule
// that comes out then still counts for the complaints that need all rules, as for names used twice.

import Diagnostics
import Language
import Reply
import Text
import YAML

extension Loader {
  /// Reads `rules:` of these sections, in order; their indices in `rules`.
  func readRules(in sections: [Section], service: String?, damping: Duration) -> [Int] {
    var indices: [Int] = []
    for section in sections {
      for node in section.elements("rules") {
        guard rules.count < maximumRuleCount else {
          complaints.add(.tooManyRules(at: node.range), in: section.source)
          return indices
        }
        guard let rule = Section(node, in: .rule, of: section.source, complaints) else { continue }
        indices.append(rules.count)
        ruleSections.append(rule)
        rules.append(readRule(rule, number: indices.count, service: service, damping: damping))
        warn(about: rules[rules.count - 1], rule)
      }
    }
    return indices
  }

  private func readRule(_ section: Section, number: Int, service: String?, damping: Duration) -> Rule {
    let when = computed("when", .condition, in: section)
    let written = section.line("name")
    let name = written ?? section.scalarText("when") ?? "rule \(number)"
    let weight = readWeight(section)
    let maxconn = readMaxconn(section)
    let words = section.scalar("reply").map { readWords($0) }
    if !section.isBroken, section.place(of: "reply") == nil, section.place(of: "weight") == nil,
      section.place(of: "maxconn") == nil
    {
      complaints.add(.silentRule(name, at: section.range), in: section.source)
    }
    if let words, words.weightPercent != nil, let place = section.place(of: "weight") {
      complaints.add(.saidTwice("weight", by: "weight", at: place), in: section.source)
    }
    if let words, words.maxconn != nil, let place = section.place(of: "maxconn") {
      complaints.add(.saidTwice("maxconn", by: "maxconn", at: place), in: section.source)
    }
    let ownDamping = section.duration("damping")
    if let place = section.place(of: "damping"), section.place(of: "weight") == nil {
      complaints.add(.dampingWithoutWeight(at: place), in: section.source)
    }
    return Rule(
      service: service,
      name: name,
      when: when,
      until: computed("until", .condition, in: section),
      timing: RuleTiming(
        activeAfter: section.duration("for") ?? .zero,
        keepFor: section.duration("keep-for") ?? .zero,
        unknown: section.choice("unknown").flatMap { UnknownPolicy(rawValue: $0) } ?? .hold),
      words: words ?? Words(),
      weight: weight,
      maxconn: maxconn,
      damping: ownDamping ?? damping,
      reason: section.line("reason") ?? name,
      isDryRun: section.boolean("dry-run") ?? false)
  }

  /// The expression of a key, checked and assembled.
  private func computed(_ key: String, _ expectation: Expectation, in section: Section) -> Computed? {
    guard let text = section.scalar(key) else { return nil }
    return computed(text, expectation)
  }

  private func computed(_ text: PlacedText, _ expectation: Expectation) -> Computed? {
    do throws(Finding) {
      let expression = try Expression(parsing: text.text)
      let outcome = check(expression, expecting: expectation, in: scope)
      for finding in outcome.findings { complaints.add(finding, in: text) }
      for name in outcome.usedNames { usedNames.insert(name) }
      guard let checked = outcome.checked else { return nil }
      return Computed(text: text.text.trimmed, checked: checked, program: assembly.add(checked))
    } catch {
      complaints.add(error, in: text)
      return nil
    }
  }

  private func readWeight(_ section: Section) -> Computed? {
    guard let text = section.scalar("weight") else { return nil }
    if let number = Int(text.text.trimmed) {
      complaints.add(.weightPlainNumber("\(number)", at: text.range), in: text.source)
      return nil
    }
    guard let weight = computed(text, .percent) else { return nil }
    for constant in weight.checked.term.constantResults where constant < 1 || constant > maximumWeightPercent {
      complaints.add(.weightOutOfRange(valueText(constant, kind: .percent), at: text.range), in: text.source)
    }
    return weight
  }

  private func readMaxconn(_ section: Section) -> Computed? {
    guard let text = section.scalar("maxconn"), let maxconn = computed(text, .number) else { return nil }
    for constant in maxconn.checked.term.constantResults where constant < 1 {
      complaints.add(.maxconnTooSmall(valueText(constant, kind: .number), at: text.range), in: text.source)
    }
    return maxconn
  }

  /// HAProxy's words, each mistake made a sentence.
  func readWords(_ text: PlacedText) -> Words {
    let parsed = ParsedWords(text.text)
    for mistake in parsed.mistakes { complaints.add(.wordMistake(mistake), in: text) }
    return parsed.words
  }
}

/// The largest percentage that has a meaning: HAProxy's weights end at 256.
private let maximumWeightPercent = 256.0

extension Section {
  /// The text of a scalar without a complaint about other shapes, trimmed.
  func scalarText(_ key: String) -> String? {
    guard let text = optionalNode(key)?.text?.trimmed, !text.isEmpty else { return nil }
    return text
  }
}
