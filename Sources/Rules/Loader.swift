// From a rule file and its fragments to a rule set, or to everything that is wrong with them. The steps are those of a
// reader: the names that all of them declare, and only then the rules, which may use any of the names.

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
  let loading = RuleLoading(from: name)
  loading.fetchAll(from: files)
  return loading.finish(on: host)
}

/// Loads a rule file that has been read already.
public func loadRules(
  _ source: Source, in files: any RuleFiles, on host: (any HostInventory)? = nil
) -> LoadOutcome {
  let loading = RuleLoading(source)
  loading.fetchAll(from: files)
  return loading.finish(on: host)
}

/// One run over a rule file and its fragments.
final class Loader {
  let complaints = Complaints()
  var scope = Scope(catalogue: .host)
  var assembly = Assembly()
  var rules: [Rule] = []
  /// The probes among what `metrics:` declares.
  var probes: [Probe] = []
  /// How often metrics are sampled.
  var interval = Duration.seconds(1)
  /// How many operations the programs of all rules have, those that are shared counted for each.
  private var operationCount = 0
  /// Where each rule stands, for complaints that need several rules.
  var ruleSections: [Section] = []
  /// The names of `metrics:` that some rule uses.
  var usedNames: Set<String> = []
  /// Rules that have been told once that their maxconn is never taken back, whatever number of services shares them.
  var maxconnComplaints: Set<Int> = []
  /// The host that the rules are for, if there is one.
  var host: HostQuestions?

  /// The rule set of a main file and its fragments.
  func load(_ main: Section, _ fragments: [Section], on host: (any HostInventory)?) -> RuleSet {
    let sections = [main] + fragments
    if sections.contains(where: { !$0.isComplete }) { scope.mayLackNames = true }
    interval = main.duration("interval") ?? interval
    let damping = dampingTime(of: main) ?? .seconds(10)
    let roots = readRoots(main)
    self.host = host.map { HostQuestions($0, roots: roots) }
    let metrics = declareMetrics(in: sections)
    let shared = readRules(in: sections, service: nil, damping: damping)
    let drafts = readServices(in: sections, main: main, sharedRules: shared, damping: damping)
    let services = complaints.hasErrors ? drafts : bindToServices(drafts)
    let onStop = readOnStop(main, services)
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
      onStop: onStop,
      onStopFor: main.duration("on-stop-for") ?? .seconds(10),
      controlGroup: main.line("control-group"),
      roots: roots,
      rules: rules,
      services: services,
      observation: observation,
      assembly: assembly,
      catalogue: scope.catalogue,
      probes: probes,
      declaredMetrics: metrics.map { DeclaredMetric(name: $0.name.text, meaning: $0.meaning) })
  }

  /// Reads the YAML of one file and compares its keys with the table.
  func section(of source: Source, isFragment: Bool) -> Section? {
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

  /// Counts a program. False, and a complaint at the first one, once there is more than anybody writes by hand.
  func count(_ program: Program, at range: Range<Int>, in source: Source) -> Bool {
    guard hasRoomForPrograms else { return false }
    operationCount += program.operationCount
    if !hasRoomForPrograms { complaints.add(.tooManyParts(at: range), in: source) }
    return hasRoomForPrograms
  }

  /// Whether more programs may be made: nothing is, once there are too many.
  var hasRoomForPrograms: Bool { operationCount <= maximumPartCount }

  private func readRoots(_ main: Section) -> Roots {
    guard let node = main.optionalNode("paths"), let section = Section(node, in: .paths, of: main) else {
      return Roots()
    }
    return Roots(proc: section.path("proc") ?? "/proc", sys: section.path("sys") ?? "/sys")
  }
}

extension Finding {
  /// Whether it says that a file has nothing in it.
  fileprivate var isAboutNothing: Bool {
    code == YAMLCode.emptyFile.rawValue || code == YAMLCode.onlyComments.rawValue
  }
}
