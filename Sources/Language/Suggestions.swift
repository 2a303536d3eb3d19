// What somebody meant who wrote a name that does not exist.

import Diagnostics
import Text

/// The most members that a message lists.
let mostListed = 12

/// In so many names of `metrics:` at most a similar one is looked for: more than people keep in mind, and few enough that ten
/// thousand slips in a file with ten thousand names cost seconds and not minutes.
let mostCandidates = 1000

extension Scope {
  /// A reference that begins with nothing known. Absent where it may stand in what could not be read of `metrics:`.
  /// `isDivisor`: something is divided by it.
  func unknown(_ reference: Reference, _ text: String, isDivisor: Bool, at range: Range<Int>) -> Finding? {
    let name = reference.name
    if reference.parts.isEmpty {
      if yesNoWords.contains(name.lowercased()) { return .yesNoWord(name, at: range) }
      if nothingWords.contains(name.lowercased()) {
        return .unknownMetric(name, hint: "'known(x)' says whether x has a value", at: range)
      }
      if isDivisor, timeWords.contains(name.lowercased()) {
        return .perMinute(name, at: range)
      }
    }
    var bare = name
    var given: [Argument]?
    for part in reference.parts {
      switch part {
      case .member(let member): bare += ".\(member)"
      case .arguments(let arguments, _): if given == nil { given = arguments }
      }
    }
    var candidates = everything(given)
    for candidate in candidates where candidate.name.lowercased() == bare.lowercased() {
      return .nameInWrongCase(text, meant: candidate.suggestion, at: range)
    }
    if let meant = metric(ofElsewhere: bare, given) ?? metric(withNumberIn: reference) {
      return .unknownMetric(text, hint: "did you mean '\(meant)'?", at: range)
    }
    // A slip of the hand hardly ever changes the first letter, and `gpu.utilization` is not that of a disk.
    candidates.removeAll { $0.name.utf8.first != name.utf8.first }
    if let near = closest(to: bare, among: candidates.map { $0.name }) {
      for candidate in candidates where candidate.name == near {
        return .unknownMetric(text, hint: "did you mean '\(candidate.suggestion)'?", at: range)
      }
    }
    if mayLackNames, !isBuiltInWord(name) { return nil }
    return .unknownMetric(text, hint: hint(for: reference, bare), at: range)
  }

  /// The only built-in metric without an argument whose name ends in this: `cpu.idle` for `idle`.
  func metric(endingIn name: String) -> String? {
    var found: String?
    for source in catalogue.sources where !source.isProbe {
      for metric in source.metrics where "\(source.name).\(metric.name)".hasSuffix(".\(name)") {
        guard found == nil else { return nil }
        let reading = ArgumentReading(source: source, given: nil)
        guard reading.example == source.name else { return nil }
        found = "\(source.name).\(metric.name)"
      }
    }
    return found
  }

  /// What somebody from elsewhere calls so who gives it these arguments, as it is written here.
  private func metric(ofElsewhere name: String, _ given: [Argument]?) -> String? {
    let first = String(name.prefix { $0 != "." })
    var meant = name
    for (foreign, ours) in catalogue.foreignNames where foreign == first {
      meant = "\(ours)\(name.dropFirst(first.count))"
    }
    for (foreign, ours) in catalogue.foreignNames where foreign == meant { meant = ours }
    if meant == name { return nil }
    for source in catalogue.sources where !source.isProbe && meant.hasPrefix("\(source.name).") {
      guard let metric = source.metrics.first(where: { "\(source.name).\($0.name)" == meant }) else { continue }
      let reading = ArgumentReading(source: source, given: given)
      let isFit = reading.finding(source.argument, of: "", given, suffix: "", at: 0..<0) == nil
      return "\(isFit ? reading.prefix : ArgumentReading(source: source, given: nil).example).\(metric.name)"
    }
    return nil
  }

  /// `cpu(0).idle` for `cpu0.idle`.
  private func metric(withNumberIn reference: Reference) -> String? {
    let word = reference.name.prefix { !$0.isNumber }
    guard let number = Int(reference.name.dropFirst(word.count)), let index = builtInSource(String(word)),
      case .number = catalogue.sources[index].argument
    else { return nil }
    var member = ""
    for case .member(let part) in reference.parts { member += ".\(part)" }
    let isThere = catalogue.sources[index].metrics.contains { ".\($0.name)" == member }
    return isThere ? "\(word)(\(number))\(member)" : nil
  }

  /// A known source with nothing, or something unknown, behind it.
  func unknownMember(
    of source: SourceShape, _ name: String, _ written: ArgumentReading, _ text: String, at range: Range<Int>
  ) -> Finding {
    if name.isEmpty {
      return .memberMissing(written.prefix, choices: list(source, after: written.prefix), at: range)
    }
    let names = source.metrics.map { $0.name }
    for candidate in names where candidate.lowercased() == name.lowercased() && candidate != name {
      return .nameInWrongCase(text, meant: "\(written.prefix).\(candidate)", at: range)
    }
    // `cpu.0.idle`
    let digits = name.prefix { $0 != "." }
    if case .number = source.argument, written.given == nil, let number = Int(digits) {
      return .unknownMetric(
        text, hint: "did you mean '\(source.name)(\(number))\(name.dropFirst(digits.count))'?", at: range)
    }
    if let meant = source.isProbe ? nil : metric(ofElsewhere: "\(source.name).\(name)", written.given) {
      return .unknownMetric(text, hint: "did you mean '\(meant)'?", at: range)
    }
    // A metric with a whole is a percent by what it is compared with.
    let asked = percentEndings.first { name.hasSuffix($0) }.map { String(name.dropLast($0.count)) } ?? name
    if let near = names.contains(asked) ? asked : closest(to: name, among: names.filter { !$0.isEmpty }) {
      return .unknownMetric(text, hint: "did you mean '\(written.prefix).\(near)'?", at: range)
    }
    return .unknownMetric(text, hint: list(source, after: written.prefix), at: range)
  }

  /// All names that there are, and how to write each with an argument where it needs one.
  private func everything(_ given: [Argument]?) -> [(name: String, suggestion: String)] {
    var all: [(name: String, suggestion: String)] = []
    for name in names.prefix(mostCandidates) {
      all.append((name, name))
      if case .source(let index)? = meanings[name] {
        for metric in catalogue.sources[index].metrics where !metric.name.isEmpty {
          all.append(("\(name).\(metric.name)", "\(name).\(metric.name)"))
        }
      }
    }
    for source in catalogue.sources where !source.isProbe {
      let takesArguments = if case .none = source.argument { false } else { true }
      let reading = ArgumentReading(source: source, given: takesArguments ? given : nil)
      for metric in source.metrics {
        all.append(("\(source.name).\(metric.name)", "\(reading.example).\(metric.name)"))
      }
    }
    return all
  }

  /// What to say when no name is near.
  private func hint(for reference: Reference, _ bare: String) -> String {
    if isBuiltInWord(reference.name) {
      let heads = catalogue.sources.filter { $0.name.hasPrefix("\(reference.name).") }.map { $0.name }
      return "there are \(heads.joined(separator: ", "))"
    }
    if let metric = metric(endingIn: bare) { return "did you mean '\(metric)'?" }
    for source in catalogue.sources where closest(to: reference.name, among: [source.name]) != nil {
      return list(source, after: source.name)
    }
    return reference.parts.isEmpty
      ? "'agentcheckd metrics' lists what there is; names of your own stand under 'metrics:'"
      : "'agentcheckd metrics' lists what there is"
  }

  /// The first few metrics of a source: `there are cpu.idle, .busy, .iowait`.
  private func list(_ source: SourceShape, after prefix: String) -> String {
    let names = source.metrics.map { ".\($0.name)" }.filter { $0 != "." }
    let listed = prefix + names.prefix(mostListed).joined(separator: ", ")
    return names.count > mostListed ? "there are \(listed), ..." : "there are \(listed)"
  }
}

/// What other languages call yes and no.
private let yesNoWords = ["true", "false", "yes", "no", "on", "off", "ok", "up", "down"]

/// What other languages call what has no value.
private let nothingWords = ["unknown", "null", "nil", "none", "nan"]

/// What people write behind a metric that they want in percent.
private let percentEndings = [".percent", "_percent", ".pct", "_pct"]

/// What else a rate could be per.
private let timeWords = [
  "s", "sec", "second", "seconds", "m", "min", "minute", "minutes", "h", "hour", "d", "day", "ms",
]
