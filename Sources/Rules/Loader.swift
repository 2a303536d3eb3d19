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

/// Loads the rule file of this name and the fragments that it includes. With a host, what it does not have is warned of.
public func loadRules(
  from name: String, in files: any RuleFiles, on host: (any HostInventory)? = nil
) -> LoadOutcome {
  switch files.contents(of: name, limit: YAML.Limits.fileBytes) {
  case .bytes(let bytes):
    return loadRules(Source(name: name, bytes: bytes), in: files, on: host)
  case .directory:
    return unreadable(name, why: "it is a directory", hint: "name a rule file in it")
  case .unreadable(let why):
    return unreadable(name, why: why, hint: nil)
  }
}

private func unreadable(_ name: String, why: String, hint: String?) -> LoadOutcome {
  let diagnostic = Diagnostic(.unreadableFile(name, why: why, hint: hint), in: Source(name: name, bytes: []))
  return LoadOutcome(ruleSet: nil, diagnostics: [diagnostic])
}

/// Loads a rule file that has been read already.
public func loadRules(
  _ source: Source, in files: any RuleFiles, on host: (any HostInventory)? = nil
) -> LoadOutcome {
  let loader = Loader(files: files)
  let ruleSet = loader.load(source, on: host)
  return LoadOutcome(
    ruleSet: loader.complaints.hasErrors ? nil : ruleSet, diagnostics: sorted(loader.complaints.diagnostics))
}

/// One run over a rule file and its fragments.
final class Loader {
  let files: any RuleFiles
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
  /// Rules that have been told once that their maxconn is never taken back, whatever number of services shares them.
  var maxconnComplaints: Set<Int> = []
  /// The host that the rules are for, if there is one.
  var host: HostQuestions?

  init(files: any RuleFiles) { self.files = files }

  func load(_ source: Source, on host: (any HostInventory)?) -> RuleSet? {
    guard let main = section(of: source, isFragment: false) else { return nil }
    let sections = [main] + fragments(of: main)
    if sections.contains(where: { !$0.isComplete }) { scope.mayLackNames = true }
    interval = main.duration("interval") ?? interval
    let damping = dampingTime(of: main) ?? .seconds(10)
    let roots = readRoots(main)
    self.host = host.map { HostQuestions($0, roots: roots) }
    let metrics = declareMetrics(in: sections)
    let shared = readRules(in: sections, service: nil, damping: damping)
    let services = readServices(in: sections, main: main, sharedRules: shared, damping: damping)
    let observation = readObservation(main, beside: services)
    // What a rule with a mistake would use is not known.
    for (name, _) in metrics where !complaints.hasErrors && !usedNames.contains(name.text) {
      complaints.add(.unusedMetric(name.text, at: name.range), in: name.source)
    }
    return RuleSet(
      interval: interval,
      stale: main.duration("stale") ?? interval * 3,
      readyFor: main.duration("ready-for") ?? .seconds(60),
      agentSendTimeout: main.duration("agent-send-timeout") ?? .milliseconds(200),
      roots: roots,
      rules: rules,
      services: services,
      observation: observation,
      assembly: assembly,
      catalogue: scope.catalogue,
      declaredMetrics: metrics.map { DeclaredMetric(name: $0.name.text, definition: $0.definition) })
  }

  /// Reads the YAML of one file and compares its keys with the table.
  private func section(of source: Source, isFragment: Bool) -> Section? {
    let document = parse(source)
    // A fragment may be empty: teams keep a file for what is to come.
    if document.root == nil, isFragment, document.findings.allSatisfy({ $0.isAboutNothing }) { return nil }
    for finding in document.findings { complaints.add(finding.aboutWords(in: source), in: source) }
    guard let root = document.root,
      let section = Section(root, of: source, isFragment: isFragment, complaints)
    else {
      scope.mayLackNames = true
      return nil
    }
    return section
  }

  /// The included files, each once, in the order of the patterns.
  private func fragments(of main: Section) -> [Section] {
    var seen: [String: PlacedText] = [:]
    var sections: [Section] = []
    for pattern in main.scalars("include") ?? [] {
      let path = pathBeside(main.source.name, pattern.text)
      for name in isPattern(path) ? files.matches(of: path) : [path] {
        if name == main.source.name {
          complaints.add(.includesItself(name, at: pattern.range), in: pattern.source)
        } else if let first = seen[name] {
          complaints.add(
            .includedTwice(name, at: pattern.range), in: pattern.source,
            notes: [.init("the first time here", in: first.source, at: first.range)])
        } else {
          seen[name] = pattern
          if let section = fragment(name, pattern) { sections.append(section) }
        }
      }
    }
    return sections
  }

  /// One included file.
  private func fragment(_ name: String, _ pattern: PlacedText) -> Section? {
    let why: String
    let hint: String
    switch files.contents(of: name, limit: YAML.Limits.fileBytes) {
    case .bytes(let bytes):
      return section(of: Source(name: name, bytes: bytes), isFragment: true)
    case .directory:
      why = "it is a directory"
      hint =
        "write '\(pattern.text.utf8.last == .of("/") ? pattern.text : pattern.text + "/")*.yaml' for the files in it"
    case .unreadable(let reason):
      why = reason
      hint = "the path is relative to this file; a pattern such as 'conf.d/*.yaml' may match nothing"
    }
    complaints.add(.unreadableInclude(name, why: why, hint: hint, at: pattern.range), in: pattern.source)
    scope.mayLackNames = true
    return nil
  }

  private func readRoots(_ main: Section) -> Roots {
    guard let node = main.optionalNode("paths"), let section = Section(node, in: .paths, of: main) else {
      return Roots()
    }
    return Roots(proc: section.path("proc") ?? "/proc", sys: section.path("sys") ?? "/sys")
  }
}

/// A name in a file, as a path from where the reader of that file stands.
private func pathBeside(_ file: String, _ name: String) -> String {
  var name = name
  while name.hasPrefix("./") { name = String(name.dropFirst(2)) }
  guard name.utf8.first != .of("/"), let slash = file.utf8.lastIndex(of: .of("/")) else { return name }
  return String(file[...slash]) + name
}

/// Whether a path has signs of glob(7) in it.
private func isPattern(_ path: String) -> Bool {
  path.utf8.contains { $0 == .of("*") || $0 == .of("?") || $0 == .of("[") }
}

extension Finding {
  /// Whether it says that a file has nothing in it.
  fileprivate var isAboutNothing: Bool {
    code == YAMLCode.emptyFile.rawValue || code == YAMLCode.onlyComments.rawValue
  }
}
