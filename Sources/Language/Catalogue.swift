// The shape of everything that can be measured: names, kinds, arguments, words for people. The catalogue itself is written
// in the room that reads the kernel; here is only what an expression needs to know about it.

/// What stands in the parentheses behind a source or a metric.
public enum ArgumentShape: Sendable {
  /// Nothing.
  case none
  /// A whole number of 0 or more, as in `cpu(3)`.
  case number(label: StaticString, optional: Bool)
  /// A text, as in `disk("sda")`. `example` is what a message shows, without quotes.
  case text(label: StaticString, example: StaticString)
  /// A text that is a name and no path, as in `process("nginx")`. `example` as above.
  case name(label: StaticString, example: StaticString)
  /// A text that is a path from the root, as in `filesystem("/var")`. `example` as above.
  case path(label: StaticString, example: StaticString)
  /// A whole number, or a text that is a path from the root or begins with `@`: `listener(443)`, `listener("/run/app.sock")`. `example` is what a message shows, with quotes if it needs them.
  case numberOrText(label: StaticString, example: StaticString)
  /// Two times of day, as in `time.between("22:30", "05:15")`.
  case times
}

/// One metric of a source.
public final class MetricShape: Sendable {
  /// What stands behind the source's point: `idle`, `1m`, `some.avg10`. Empty for the value of the source itself (a probe).
  public let name: String
  /// Its natural kind.
  public let kind: Kind
  /// Whether there is a whole that it is a part of, so that it may also be asked in percent.
  public let hasWhole: Bool
  /// A line for people.
  public let help: String
  /// What stands in parentheses behind the metric: nothing, but for `time.between("22:30", "05:15")`.
  public let argument: ArgumentShape

  /// A metric.
  public init(name: String, kind: Kind, hasWhole: Bool, help: String, argument: ArgumentShape = .none) {
    self.name = name
    self.kind = kind
    self.hasWhole = hasWhole
    self.help = help
    self.argument = argument
  }

  /// The kinds that it may be asked in.
  public var kinds: Kinds { hasWhole ? [Kinds(kind), .percent] : Kinds(kind) }
}

/// A thing that can be measured, and what can be measured of it.
public final class SourceShape: Sendable {
  /// Its name, which may have points in it: `cpu`, `pressure.cpu`.
  public let name: String
  /// What stands in parentheses behind the name.
  public let argument: ArgumentShape
  /// What can be measured of it, in the order in which people are shown it.
  public let metrics: [MetricShape]
  /// A line for people.
  public let help: String
  /// Whether it differs from service to service: its references get the name of the service as an argument that nobody
  /// writes.
  public let isPerService: Bool

  /// A source.
  public init(
    name: String, argument: ArgumentShape, metrics: [MetricShape], help: String, isPerService: Bool = false
  ) {
    self.isPerService = isPerService
    self.name = name
    self.argument = argument
    self.metrics = metrics
    self.help = help
  }

  /// Whether it was declared in a rule file: only probes have a value of their own, or can say that all is well.
  public var isProbe: Bool { metrics.contains { $0.name.isEmpty || $0.name == "ok" } }
}

/// Everything that can be measured, in one order. A source is known by its place in it.
public struct Catalogue: Sendable {
  /// The sources: the built-in ones first, then the probes of a rule file.
  public internal(set) var sources: [SourceShape]
  /// What people from elsewhere call them, arguments left out: `fs` for `filesystem`, `cpu.usage` for `cpu.busy`.
  let foreignNames: [(foreign: String, ours: String)]

  /// A catalogue of these sources, and what people from elsewhere call them or their metrics.
  public init(_ sources: [SourceShape], foreignNames: [(foreign: String, ours: String)] = []) {
    self.sources = sources
    self.foreignNames = foreignNames
  }
}

/// What was written in parentheses behind a source or a metric.
public enum Argument: Hashable, Sendable {
  /// A whole number of 0 or more.
  case number(Int)
  /// A text, without its quotes.
  case text(String)
}

/// One quantity that has to be measured: what a sampler is asked for.
public struct MetricReference: Hashable, Sendable {
  /// The place in `Catalogue.sources`.
  public let source: Int
  /// What was written in parentheses, the source's before the metric's.
  public let arguments: [Argument]
  /// The place in `SourceShape.metrics`.
  public let metric: Int
  /// Whether 100 × value / whole is wanted instead of the value. Only metrics with a whole are asked this way.
  public let inPercent: Bool

  /// A reference.
  public init(source: Int, arguments: [Argument], metric: Int, inPercent: Bool) {
    self.source = source
    self.arguments = arguments
    self.metric = metric
    self.inPercent = inPercent
  }
}
