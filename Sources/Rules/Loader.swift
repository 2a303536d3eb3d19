// From the name of a rule file to a rule set, or to everything that is wrong with it. The steps are those of a reader:
// the main file, the fragments that it includes, the names they all declare, and only then the rules, which may use any
// of the names.

import Diagnostics
import Language
import Metrics
import Text
import YAML

/// What became of a rule file.
public struct LoadOutcome {
  /// The rule set, where there is no error.
  public let ruleSet: RuleSet?
  /// Errors and warnings, each file's in its order, the main file first.
  public let diagnostics: [Diagnostic]
}

/// Loads the rule file of this name and the fragments that it includes.
public func loadRules(from name: String, in files: RuleFiles) -> LoadOutcome {
  switch files.contents(of: name, limit: YAML.Limits.fileBytes) {
  case .bytes(let bytes):
    return loadRules(Source(name: name, bytes: bytes), in: files)
  case .unreadable(let why):
    let source = Source(name: name, bytes: [])
    return LoadOutcome(ruleSet: nil, diagnostics: [Diagnostic(.unreadableFile(name, why: why), in: source)])
  }
}

/// Loads a rule file that has been read already.
public func loadRules(_ source: Source, in files: RuleFiles) -> LoadOutcome {
  let loader = Loader(files: files)
  let ruleSet = loader.load(source)
  return LoadOutcome(
    ruleSet: loader.complaints.hasErrors ? nil : ruleSet, diagnostics: sorted(loader.complaints.diagnostics))
}

/// One run over a rule file and its fragments.
final class Loader {
  let files: RuleFiles
  let complaints = Complaints()
  var scope = Scope(catalogue: .host)
  var assembly = Assembly()
  var rules: [Rule] = []
  /// How often metrics are sampled.
  var interval = Duration.seconds(1)
  /// Where each rule stands, for complaints that need several rules.
  var ruleSections: [Section] = []
  /// The names of `metrics:` that some rule uses.
  var usedNames: Set<String> = []
  /// Rules that have been told once that their maxconn is never taken back.
  var maxconnComplaints: Set<Int> = []

  init(files: RuleFiles) { self.files = files }

  func load(_ source: Source) -> RuleSet? {
    guard let main = section(of: source, isFragment: false) else { return nil }
    let sections = [main] + fragments(of: main)
    let metrics = declareMetrics(in: sections)

    let damping = main.duration("damping") ?? .seconds(10)
    interval = main.duration("interval") ?? interval
    let shared = readRules(in: sections, service: nil, damping: damping)
    let services = readServices(in: sections, main: main, sharedRules: shared, damping: damping)
    for metric in metrics where !usedNames.contains(metric.name.text) {
      complaints.add(.unusedMetric(metric.name.text, at: metric.name.range), in: metric.name.source)
    }
    return RuleSet(
      interval: interval,
      stale: main.duration("stale") ?? interval * 3,
      readyFor: main.duration("ready-for") ?? .seconds(60),
      agentSendTimeout: main.duration("agent-send-timeout") ?? .milliseconds(200),
      roots: readRoots(main),
      rules: rules,
      services: services,
      assembly: assembly,
      catalogue: scope.catalogue,
      declaredMetricCount: metrics.count)
  }

  /// Reads the YAML of one file and compares its keys with the table.
  private func section(of source: Source, isFragment: Bool) -> Section? {
    let document = parse(source)
    for finding in document.findings { complaints.add(finding, in: source) }
    guard let root = document.root else { return nil }
    return Section(root, in: .file, of: source, isFragment: isFragment, complaints)
  }

  /// The included files, each once, in the order of the patterns.
  private func fragments(of main: Section) -> [Section] {
    var seen = [main.source.name]
    var sections: [Section] = []
    for pattern in main.scalars("include") ?? [] {
      let path = pathBeside(main.source.name, pattern.text)
      let isPattern = pattern.text.utf8.contains { $0 == .of("*") || $0 == .of("?") || $0 == .of("[") }
      for name in isPattern ? files.matches(of: path) : [path] {
        guard !seen.contains(name) else {
          complaints.add(.includedTwice(name, at: pattern.range), in: pattern.source)
          continue
        }
        seen.append(name)
        switch files.contents(of: name, limit: YAML.Limits.fileBytes) {
        case .unreadable(let why):
          complaints.add(.unreadableInclude(name, why: why, at: pattern.range), in: pattern.source)
        case .bytes(let bytes):
          // A fragment may be empty: teams keep a file for what is to come.
          guard let section = section(of: Source(name: name, bytes: bytes), isFragment: true) else { continue }
          sections.append(section)
        }
      }
    }
    return sections
  }

  private func readRoots(_ main: Section) -> Roots {
    guard let node = main.optionalNode("paths"), let section = Section(node, in: .paths, of: main.source, complaints)
    else { return Roots() }
    return Roots(proc: section.path("proc") ?? "/proc", sys: section.path("sys") ?? "/sys")
  }
}

/// A name in a file, as a path from where the reader of that file stands.
private func pathBeside(_ file: String, _ name: String) -> String {
  guard name.utf8.first != .of("/"), let slash = file.utf8.lastIndex(of: .of("/")) else { return name }
  return String(file[...slash]) + name
}
