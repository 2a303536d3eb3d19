// The present values of metrics, for people: in each way in which a metric can be asked, and the reasons where there is none.

import Agent
import Kernel
import Language
import Metrics
import Rules

/// What can be asked: of this host alone, or as a rule file has it.
struct MetricSubject {
  private(set) var catalogue = Catalogue.host
  private(set) var roots = Roots()
  fileprivate var probes: [Probe] = []
  fileprivate var stale = Duration.seconds(60)

  /// This host.
  init() {}

  /// This host as a rule file sees it, and the probes that it declares.
  init(_ rules: RuleSet) {
    catalogue = rules.catalogue
    roots = rules.roots
    probes = rules.probes
    stale = rules.stale
  }
}

/// What was measured of some metrics.
struct MetricValues {
  /// What was measured of one.
  struct Entry {
    /// In its own kind; absent where unknown.
    fileprivate(set) var natural: String?
    /// In percent of its whole; absent where unknown, or where it has none.
    fileprivate(set) var percent: String?
    /// Why it is unknown, or why it is no.
    fileprivate(set) var absence: String?
    /// Why it is unknown in percent.
    fileprivate(set) var percentAbsence: String?

    /// What is missing.
    var lack: Lack? {
      // Beside a value stands why a probe's `ok` is no.
      if let absence { return Lack(what: natural ?? "unknown", reason: absence) }
      return percentAbsence.map { Lack(what: "no percent", reason: $0) }
    }

    /// `24.3G 96.2%`
    var text: String { [natural, percent].compactMap { $0 }.joined(separator: " ") }
  }

  /// Something that is missing, and why.
  struct Lack: Equatable {
    let what: String
    let reason: String
  }

  fileprivate let catalogue: Catalogue
  private var entries: [MetricReference: Entry] = [:]

  /// Measures metrics, given in their own kind: two samples, and what lies between.
  init(measuring references: [MetricReference], of subject: MetricSubject) throws(SystemError) {
    var asked = references
    for reference in references where reference.shape(in: subject.catalogue).hasWhole {
      asked.append(reference.asked(inPercent: true))
    }
    let look = try HostLook(asked, of: subject.probes, stale: subject.stale, roots: subject.roots)
    look.sample()
    _ = try look.sample(after: HostLook.gap)
    look.end()
    self.init(asked, of: subject.catalogue, values: look.values) { look.remark(on: $0) }
  }

  /// Values that were measured.
  init(
    _ references: [MetricReference], of catalogue: Catalogue, values: [Double?], absence: (Int) -> String?
  ) {
    self.catalogue = catalogue
    for (index, reference) in references.enumerated() {
      let key = reference.asked(inPercent: false)
      if reference.inPercent {
        entries[key, default: Entry()].percent = values[index].map { valueText($0, kind: .percent) }
        entries[key, default: Entry()].percentAbsence = absence(index)
      } else {
        entries[key, default: Entry()].natural = values[index].map {
          valueText($0, kind: reference.shape(in: catalogue).kind)
        }
        entries[key, default: Entry()].absence = absence(index)
      }
    }
  }

  /// What was measured of a metric, given in its own kind.
  subscript(_ reference: MetricReference) -> Entry { entries[reference] ?? Entry() }
}

extension MetricReference {
  fileprivate func shape(in catalogue: Catalogue) -> MetricShape { catalogue.sources[source].metrics[metric] }

  /// The same metric, asked in one way or the other.
  fileprivate func asked(inPercent: Bool) -> MetricReference {
    MetricReference(source: source, arguments: arguments, metric: metric, inPercent: inPercent)
  }
}

extension Page {
  /// A source, its instances, its metrics, and the reasons for values that are missing.
  mutating func describe(_ source: SelectedSource, _ values: MetricValues) {
    gap()
    line(.bold(source.shape.spelling))
    paragraph(Phrase(source.shape.help), indent: 2)
    if let instances = source.instances {
      let items = instances.usual.items
      let others = instances.others.isEmpty ? "" : "; and \(instances.others.count) more, hardly of interest"
      paragraph(.dim("here: \(items.isEmpty ? "none" : items.joined(separator: ", "))\(others)"), indent: 2, hanging: 8)
    }
    var rows: [[Phrase]] = []
    var explained: Set<Int> = []
    for reference in source.references {
      let entry = values[reference]
      let metric = source.shape.metrics[reference.metric]
      // Of a second disk only the numbers are news.
      let isNew = explained.insert(reference.metric).inserted
      rows.append([
        Phrase(reference.text(in: values.catalogue)), .bold(entry.natural == nil ? "unknown" : entry.text),
        isNew ? Phrase("\(metric.kinds): \(metric.help)") : .dim(metric.kinds),
      ])
    }
    for metric in source.unbound {
      rows.append([
        Phrase("\(source.shape.spelling).\(metric.name)"), "", Phrase("\(metric.kinds): \(metric.help)"),
      ])
    }
    table(rows)
    if source.instances == nil, !source.unbound.isEmpty {
      paragraph(.dim("for values, name one: agentcheckd metrics '\(source.shape.example)'"), indent: 2, hanging: 4)
    }
    reasons(source, values)
  }

  /// Each reason once, with the metrics that have no value because of it: where a file is missing that is all of them.
  private mutating func reasons(_ source: SelectedSource, _ values: MetricValues) {
    var lacks: [(lack: MetricValues.Lack, references: [MetricReference])] = []
    for reference in source.references {
      guard let lack = values[reference].lack else { continue }
      if let place = lacks.firstIndex(where: { $0.lack == lack }) {
        lacks[place].references.append(reference)
      } else {
        lacks.append((lack, [reference]))
      }
    }
    for (lack, concerned) in lacks {
      let isAll = concerned.count == source.references.count
      let which = isAll ? "" : " for \(source.names(of: concerned, in: values.catalogue))"
      paragraph(.bold("\(lack.what)\(which): \(lack.reason)"), indent: 2, hanging: 4)
    }
  }
}

extension SelectedSource {
  /// `disk("sda").read, .write`
  fileprivate func names(of references: [MetricReference], in catalogue: Catalogue) -> String {
    var names: [String] = []
    for (index, reference) in references.enumerated() {
      let isLike = index > 0 && references[index - 1].arguments == reference.arguments
      names.append(isLike ? ".\(shape.metrics[reference.metric].name)" : reference.text(in: catalogue))
    }
    return names.joined(separator: ", ")
  }
}

extension MetricShape {
  /// `bytes or percent`
  fileprivate var kinds: String { hasWhole ? "\(kind) or percent" : "\(kind)" }
}
