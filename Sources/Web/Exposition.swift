// Metrics written for Prometheus. Both formats from the same calls: they differ in heads and in the last line, while the
// samples are the same bytes, so that no series changes its name with the format.
//
//     # TYPE agentcheckd_probes counter                          # TYPE agentcheckd_probes_total counter
//     # HELP agentcheckd_probes Probes that were answered.       # HELP agentcheckd_probes_total Probes that were answered.
//     agentcheckd_probes_total{service="web"} 17                 agentcheckd_probes_total{service="web"} 17
//     # EOF

import Text

/// The metrics of one name.
public struct MetricFamily: Sendable {
  /// What its samples mean.
  public enum Kind: String, Sendable {
    /// Only grows; its samples end in `_total`.
    case counter
    /// Goes up and down.
    case gauge
    /// How many values lay below each of some bounds.
    case histogram
    /// Texts in labels; its samples end in `_info` and are 1.
    case info
    /// One of some states: a sample for each, with the state in a label of the family's name.
    case stateSet = "stateset"
  }

  /// Without the ending of its samples. Ends in the unit, where there is one.
  public let name: String
  /// What its samples mean.
  public let kind: Kind
  /// `seconds`, `bytes`, `ratio`; empty for plain numbers.
  public let unit: String
  /// One sentence, without line ends, quotation marks and backslashes.
  public let help: String

  /// A family.
  public init(_ name: String, _ kind: Kind, unit: String = "", _ help: String) {
    self.name = name
    self.kind = kind
    self.unit = unit
    self.help = help
  }

  /// What the samples are called, but for those of a histogram.
  public var sampleName: String {
    switch kind {
    case .counter: name + "_total"
    case .info: name + "_info"
    case .gauge, .histogram, .stateSet: name
    }
  }
}

/// The name of a label, and any text as its value.
public typealias MetricLabel = (name: StaticString, value: String)

/// A page of metrics that is being written. Whoever has sent a part of it may take that part away.
public struct Exposition {
  /// In which format.
  public let format: ExpositionFormat
  /// What is written and has not been taken away.
  public var bytes: [UInt8] = []
  /// The family whose samples are written now.
  private var family = MetricFamily("", .gauge, "")

  /// An empty page.
  public init(_ format: ExpositionFormat) { self.format = format }

  /// Begins a family. Each once.
  public mutating func begin(_ family: MetricFamily) {
    self.family = family
    let name = format == .text ? family.sampleName : family.name
    bytes.append("# HELP \(name) \(family.help)\n# TYPE \(name) ")
    switch (format, family.kind) {
    case (.text, .info), (.text, .stateSet): bytes.append("gauge\n")
    default: bytes.append("\(family.kind.rawValue)\n")
    }
    if format == .openMetrics, !family.unit.isEmpty { bytes.append("# UNIT \(name) \(family.unit)\n") }
  }

  /// A sample of the family that was begun.
  public mutating func sample(_ value: Double, _ labels: [MetricLabel] = []) {
    write(family.sampleName, labels, value)
  }

  /// The samples of a state set: one of these words, or none of them.
  public mutating func states(_ words: [String], _ current: String?, _ labels: [MetricLabel] = []) {
    for word in words {
      bytes.append(family.name)
      bytes.append("{")
      write(labels)
      if !labels.isEmpty { bytes.append(",") }
      bytes.append("\(family.name)=\"")
      bytes.append(escaped: word)
      bytes.append(word == current ? "\"} 1\n" : "\"} 0\n")
    }
  }

  /// The samples of a histogram: of each bound how many values were not above it (those of lower bounds included), how many
  /// there were in all, and their sum.
  public mutating func histogram(_ buckets: [(bound: Double, count: Int)], count: Int, sum: Double) {
    for (bound, below) in buckets { write("\(family.name)_bucket", [("le", "\(bound)")], Double(below)) }
    write("\(family.name)_bucket", [("le", "+Inf")], Double(count))
    write("\(family.name)_count", [], Double(count))
    write("\(family.name)_sum", [], sum)
  }

  /// Ends the page.
  public mutating func end() { if format == .openMetrics { bytes.append("# EOF\n") } }

  private mutating func write(_ name: String, _ labels: [MetricLabel], _ value: Double) {
    bytes.append(name)
    if !labels.isEmpty {
      bytes.append("{")
      write(labels)
      bytes.append("}")
    }
    bytes.append(" ")
    bytes.append(number: value)
    bytes.append("\n")
  }

  private mutating func write(_ labels: [MetricLabel]) {
    for (index, label) in labels.enumerated() {
      bytes.append(index == 0 ? "\(label.name)=\"" : ",\(label.name)=\"")
      bytes.append(escaped: label.value)
      bytes.append("\"")
    }
  }
}

extension [UInt8] {
  /// Appends the value of a label. What Prometheus reads from it is the text, but for what a terminal would obey and what some
  /// readers take for the end of a line: that is written as `\x1b` or `\u202e`.
  fileprivate mutating func append(escaped text: String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": append("\\\\")
      case "\"": append("\\\"")
      case "\n": append("\\n")
      default:
        if isHarmless(scalar.value) {
          append(contentsOf: UTF8.encode(scalar)!)
        } else {
          append("\\")
          append(visible: scalar.value)
        }
      }
    }
  }

  /// Appends a number so that reading it gives the same; a whole one without `.0`.
  fileprivate mutating func append(number value: Double) {
    if value.magnitude < 9e15, value == value.rounded() {
      append(decimal: Int(value))
    } else if value.isFinite {
      append("\(value)")
    } else {
      append(value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf")
    }
  }
}
