// One rule: from its keys to a value with programs. Whatever is wrong is complained about here, with the place; the rule
// that comes out then still counts for the complaints that need all rules, as for names used twice.

import Diagnostics
import Language
import Reply
import Text
import YAML

extension Loader {
  /// Reads `rules:` of these sections, in order; their indices in `rules`. `count` rules of the same service came before.
  func readRules(in sections: [Section], service: String?, after count: Int = 0, damping: Duration) -> [Int] {
    var indices: [Int] = []
    for section in sections {
      let nodes = section.elements("rules")
      for (place, node) in nodes.enumerated() {
        guard rules.count < maximumRuleCount else {
          complaints.add(.tooManyRules(at: node.range), in: section.source)
          return indices
        }
        guard let rule = Section(node, in: .rule, of: section) else { continue }
        indices.append(rules.count)
        ruleSections.append(rule)
        let next = nodes.indices.contains(place + 1) ? nodes[place + 1] : nil
        rules.append(readRule(rule, before: next, number: count + indices.count, service: service, damping: damping))
        warn(about: rules[rules.count - 1], rule)
      }
    }
    return indices
  }

  private func readRule(
    _ section: Section, before next: Node?, number: Int, service: String?, damping: Duration
  ) -> Rule {
    let when = computed("when", .condition, in: section)
    let name = section.line("name") ?? when?.text.cut(to: mostNameBytes) ?? "rule \(number)"
    let weight = readWeight(section)
    let maxconn = readMaxconn(section)
    let words = section.scalar("reply").flatMap { readWords($0) }
    complainAboutReply(section, words, before: next)
    let ownDamping = dampingTime(of: section)
    if let place = section.place(of: "damping"), section.place(of: "weight") == nil, section.isComplete {
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

  /// A rule has to say something, and each thing once.
  private func complainAboutReply(_ section: Section, _ words: Words?, before next: Node?) {
    let keys = ["reply", "weight", "maxconn"]
    if section.isComplete, keys.allSatisfy({ section.place(of: $0) == nil }) {
      let severed = section.place(of: "when") == nil ? nil : next?.keySeveredFromRule
      let line = severed.map { section.source.lines.line(at: $0.range.lowerBound) }
      complaints.add(.silentRule(before: severed?.text, onLine: line, at: section.range), in: section.source)
    }
    if words?.weightPercent != nil, let place = section.place(of: "weight") {
      complaints.add(.saidTwice("weight", by: "weight", at: place), in: section.source)
    }
    if words?.maxconn != nil, let place = section.place(of: "maxconn") {
      complaints.add(.saidTwice("maxconn", by: "maxconn", at: place), in: section.source)
    }
  }

  /// The expression of a key, checked and assembled.
  private func computed(_ key: String, _ expectation: Expectation, in section: Section) -> Computed? {
    guard let text = section.scalar(key), hasRoomForPrograms else { return nil }
    let findings: [Finding]
    do throws(Finding) {
      let expression = try Expression(parsing: text.text)
      warnAboutWindows(of: expression, in: text)
      let outcome = check(expression, expecting: expectation, in: scope)
      for name in outcome.usedNames { usedNames.insert(name) }
      if let checked = outcome.checked {
        for finding in outcome.findings { complaints.add(finding, in: text) }
        let program = assembly.add(checked)
        guard count(program, at: text.range, in: text.source) else { return nil }
        warnAboutHost(of: expression, checked, in: text)
        return Computed(text: expression.tidyText, checked: checked, program: program)
      }
      findings = outcome.findings
    } catch {
      findings = [explained(error, text)]
    }
    if !findings.isEmpty, let finding = Finding.mistakenExpression(text.text.trimmed, as: key, at: text.range) {
      complaints.add(finding, in: text.source)
    } else {
      for finding in findings { complaints.add(finding, in: text) }
    }
    return nil
  }

  /// A finding about an expression, with what YAML has to do with it.
  func explained(_ finding: Finding, _ text: PlacedText) -> Finding {
    guard finding.code == LanguageCode.unclosedText.rawValue, let comment = text.scalar.comment else { return finding }
    let whole = text.scalar.range.lowerBound..<comment.upperBound
    let written = String(decoding: text.source.bytes[whole], as: UTF8.self).trimmed
    return finding.moved(to: finding.range, hint: "' #' begins a comment of YAML: quote the whole value: '\(written)'")
  }

  private func readWeight(_ section: Section) -> Computed? {
    guard let text = section.written("weight") else { return computed("weight", .percent, in: section) }
    if let expression = try? Expression(parsing: text.text), let number = expression.plainNumber {
      var written = Array(text.text.utf8)
      written.insert(.of("%"), at: number.range.upperBound)
      let inPercent = String(decoding: written, as: UTF8.self).trimmed
      complaints.add(.weightPlainNumber(number.value, inPercent: inPercent, at: text.range), in: text.source)
      return nil
    }
    guard let weight = computed("weight", .percent, in: section) else { return nil }
    for constant in weight.checked.term.constantResults where !computedWeights.contains(constant) {
      complaints.add(.weightOutOfRange(constant, at: text.place(of: constant)), in: text)
    }
    return weight
  }

  private func readMaxconn(_ section: Section) -> Computed? {
    guard let maxconn = computed("maxconn", .number, in: section), let text = section.written("maxconn") else {
      return nil
    }
    for constant in maxconn.checked.term.constantResults where constant < 1 {
      complaints.add(.maxconnTooSmall(valueText(constant, kind: .number), at: text.place(of: constant)), in: text)
    }
    return maxconn
  }

  /// HAProxy's words, each mistake made a sentence; absent where there is one.
  func readWords(_ text: PlacedText) -> Words? {
    let parsed = ParsedWords(text.text)
    guard !parsed.mistakes.isEmpty else { return parsed.words }
    if parsed.looksLikeExpression {
      complaints.add(.expressionAsWords(text.text.trimmed, at: text.range), in: text.source)
    } else {
      for mistake in parsed.mistakes { complaints.add(.wordMistake(mistake, in: text.text), in: text) }
    }
    return nil
  }
}

/// The longest name of a rule, in bytes: it stands in every log line about the rule.
let mostNameBytes = 200

extension String {
  /// The beginning of it that has so many bytes at most, whole characters only.
  fileprivate func cut(to count: Int) -> String {
    guard utf8.count > count else { return self }
    var kept = self
    while kept.utf8.count > count { kept.removeLast() }
    return kept.trimmed
  }
}

extension ParsedWords {
  /// Whether a metric's name or a call stands where the words should be.
  fileprivate var looksLikeExpression: Bool {
    mistakes.contains { mistake in
      guard case .unknownWord(let word, _) = mistake.fact else { return false }
      return word.utf8.contains(.of("(")) || word.utf8.first?.isLetter == true && word.utf8.contains(.of("."))
    }
  }
}

extension PlacedText {
  /// Where a value that is a result of this expression stands in its text; all of it where the value stands under a name
  /// elsewhere.
  fileprivate func place(of value: Double) -> Range<Int> {
    guard let expression = try? Expression(parsing: text) else { return 0..<text.utf8.count }
    return expression.literalResults.first { $0.value == value }?.range ?? 0..<text.utf8.count
  }
}

extension Node {
  /// The first key of a rule that lacks a `when`: a dash too many may have cut it off from the rule above.
  fileprivate var keySeveredFromRule: Node? {
    guard case .mapping(let entries) = content, let first = entries.first?.key,
      !entries.contains(where: { $0.key.text == "when" || $0.key.text == "name" })
    else { return nil }
    return first
  }
}
