// What this host has, for warnings about disks, paths, interfaces and processors that it has not. This room asks no host:
// whoever loads a rule set for the host it runs on hands over one of these.

import Diagnostics
import Language
import Metrics

/// The things of one host that rules can name.
public protocol HostInventory: AnyObject {
  /// What the argument of a source of `Catalogue.host` can be; absent where that cannot be listed.
  func instances(ofSource source: Int, roots: Roots) -> Instances?
  /// Why a metric has no whole to take a percent of, as that no limit is set; absent where it has one, or where nobody can
  /// tell.
  func missingWhole(of reference: MetricReference, roots: Roots) -> String?
  /// Whether something has this name in the file system; absent where that cannot be asked without the risk of waiting.
  func exists(_ path: String) -> Bool?
  /// Why this user cannot run a program here, in a few words; absent where he can, or where nobody can tell.
  func obstacle(toRunning path: String) -> String?
}

/// What one run of the loader has asked its host.
struct HostQuestions {
  let host: any HostInventory
  let roots: Roots
  private var lists: [Int: Instances?] = [:]
  private var asked: Set<MetricReference> = []

  init(_ host: any HostInventory, roots: Roots) {
    self.host = host
    self.roots = roots
  }

  /// Why a metric is none of this host, in a sentence. Absent where it is one, where nobody can tell, and where the same
  /// thing has been asked for before: one complaint for each is enough.
  mutating func absence(of metric: Metric) -> String? {
    let source = metric.reference.source
    guard let argument = metric.reference.arguments.first, let listing = InstanceListing.of(source: source) else {
      return nil
    }
    let question = MetricReference(source: source, arguments: [argument], metric: 0, inPercent: false)
    guard asked.insert(question).inserted else { return nil }
    if lists[source] == nil { lists[source] = .some(host.instances(ofSource: source, roots: roots)) }
    guard let instances = lists[source] ?? nil else { return nil }
    var isThere = listing.has(argument, among: instances)
    if isThere == nil, case .text(let path) = argument { isThere = host.exists(path) }
    return isThere == false ? listing.warning(argument, among: instances) : nil
  }

  /// Why a metric cannot be asked in percent on this host. Absent where it can, and where that has been asked before.
  mutating func missingWhole(of reference: MetricReference) -> String? {
    asked.insert(reference).inserted ? host.missingWhole(of: reference, roots: roots) : nil
  }
}

extension Loader {
  /// Warns of things that this host does not have: a rule file of another host, or a slip of the hand; and of percents
  /// that it cannot know.
  func warnAboutHost(of expression: Expression, _ checked: Checked?, in text: PlacedText) {
    guard host != nil else { return }
    let metrics = scope.metrics(in: expression)
    for (metric, range) in metrics {
      if let device = device(insteadOfPath: metric) {
        complaints.add(.deviceAsPath(device, at: range), in: text)
        continue
      }
      guard let absence = host?.absence(of: metric) else { continue }
      complaints.add(.notOnThisHost(absence, at: range), in: text)
    }
    checked?.term.visitMetrics { metric in
      guard metric.reference.inPercent, let reason = host?.missingWhole(of: metric.reference) else { return }
      let range = metrics.first { $0.metric.text == metric.text }?.range ?? 0..<text.text.utf8.count
      complaints.add(.noWholeHere(metric.text, because: reason, at: range), in: text)
    }
  }
  /// The device that was named where a path on a file system is asked for, as df(1) lists it. It exists, and the file
  /// system that it is on is that of `/dev`, which is never full.
  private func device(insteadOfPath metric: Metric) -> String? {
    guard scope.catalogue.sources[metric.reference.source].name == "filesystem",
      case .text(let path)? = metric.reference.arguments.first, path.hasPrefix("/dev/")
    else { return nil }
    let isMounted = ["/dev/shm", "/dev/hugepages", "/dev/mqueue", "/dev/pts"].contains { path.hasPrefix($0) }
    return isMounted ? nil : path
  }
}
