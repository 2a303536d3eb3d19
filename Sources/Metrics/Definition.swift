// How a source is defined: a name, a line of help, and a row for each metric that holds all there is to know of it: its
// name, kind, help and where its value comes from. The shape that the language sees is made from the same rows.

import Language

/// Computes a value from what has been read.
typealias Formula = () throws(Gap) -> Double

/// Where a value comes from: given a source's arguments, asks for the inputs it needs and returns the formula. Only
/// origins of metrics that some rule uses are ever bound, and so only their inputs are read.
struct Origin: Sendable {
  let bind: @Sendable (_ arguments: [Argument], _ inputs: inout Inputs) -> Formula

  init(_ bind: @escaping @Sendable (_ arguments: [Argument], _ inputs: inout Inputs) -> Formula) { self.bind = bind }

  /// A number that stands in a kernel file. `what` is said where it does not stand there.
  static func value<Contents: SoleKernelText>(
    _ what: String, _ pick: @escaping @Sendable (Contents) -> Double?
  ) -> Origin {
    Origin { _, inputs in
      let file: KernelFile<Contents> = inputs.file()
      return { () throws(Gap) in try file.value(what, pick) }
    }
  }

  /// How much a counter in a kernel file goes up in a second.
  static func rate<Contents: SoleKernelText>(
    _ what: String, _ pick: @escaping @Sendable (Contents) -> UInt64?
  ) -> Origin {
    Origin { _, inputs in
      let file: KernelFile<Contents> = inputs.file()
      return { () throws(Gap) in try file.rate(what, pick) }
    }
  }
}

/// One metric.
struct Metric: Sendable {
  let shape: MetricShape
  let value: Origin
  /// What percentages are taken of.
  let whole: Origin?
  /// Whether the value cannot truly be more than its whole, so that a percentage above 100 is the noise of a measurement.
  let isPart: Bool

  /// A metric; with `of`, a part of something; with `against`, something that is compared with a limit and can be beyond
  /// it. A whole's formula never returns 0: it says why there is none.
  init(
    _ name: String, _ kind: Kind, of whole: Origin? = nil, against limit: Origin? = nil,
    argument: ArgumentShape = .none, _ help: String, _ value: Origin
  ) {
    self.whole = whole ?? limit
    isPart = whole != nil
    self.value = value
    shape = MetricShape(name: name, kind: kind, hasWhole: self.whole != nil, help: help, argument: argument)
  }
}

/// One source of metrics.
struct Definition: Sendable {
  /// What the language and the manual see.
  let shape: SourceShape
  /// Where the arguments that it can have on this host are listed.
  let instances: InstanceListing?
  private let metrics: [Metric]

  init(
    _ name: String, _ argument: ArgumentShape = .none, of instances: InstanceListing? = nil, help: String,
    perService: Bool = false, _ metrics: [Metric]
  ) {
    shape = SourceShape(
      name: name, argument: argument, metrics: metrics.map { $0.shape }, help: help, isPerService: perService)
    self.instances = instances
    self.metrics = metrics
  }

  /// The formula for a reference to this source.
  func bind(_ reference: MetricReference, _ inputs: inout Inputs) -> Formula {
    let metric = metrics[reference.metric]
    let value = metric.value.bind(reference.arguments, &inputs)
    guard reference.inPercent else { return value }
    guard let whole = metric.whole?.bind(reference.arguments, &inputs) else {
      preconditionFailure("a metric without a whole was asked in percent")
    }
    let most = metric.isPart ? 100 : Double.infinity
    return { () throws(Gap) in try min(value() / whole() * 100, most) }
  }
}

/// Collects the inputs that formulas ask for.
struct Inputs {
  /// What is read, each once, in the order in which it was first asked for.
  private(set) var documents: [Document] = []
  /// Documents of earlier readings, to go on with.
  private let inherited: [Document]
  /// Bytes in a page of memory.
  let pageSize: Int
  /// Where control groups are.
  let groups: ControlGroups

  init(pageSize: Int, groups: ControlGroups, inherited: [Document]) {
    self.pageSize = pageSize
    self.groups = groups
    self.inherited = inherited
  }

  /// The file with these contents.
  mutating func file<Contents: SoleKernelText>() -> KernelFile<Contents> { file(at: Contents.input) }

  /// A file with these contents, where there are several of them.
  mutating func file<Contents: KernelText>(at input: Input) -> KernelFile<Contents> {
    if let known = known(input) as? KernelFile<Contents> { return known }
    let new = KernelFile<Contents>(input)
    documents.append(new)
    return new
  }

  /// The file system that a path is on.
  mutating func filesystem(_ path: String) -> Answer<FilesystemFacts> { answer(to: .filesystem(path: path)) }

  /// What is known of a file without opening it.
  mutating func status(_ path: String) -> Answer<FileFacts> { answer(to: .status(path: path)) }

  /// The number that a file of the user's begins with.
  mutating func number(in path: String) -> NumberFile {
    let input = Input.contents(path: path)
    if let known = known(input) as? NumberFile { return known }
    let new = NumberFile(input)
    documents.append(new)
    return new
  }

  /// The entries of a directory.
  mutating func directory(_ path: String, ages: Bool) -> Answer<DirectoryFacts> {
    answer(to: .directory(path: path, ages: ages))
  }

  /// What listens somewhere.
  mutating func listener(_ question: ListenerQuestion) -> Answer<ListenerFacts> { answer(to: .listener(question)) }

  /// The processes of a name, or of a file that holds a number.
  mutating func processes(_ input: Input) -> ProcessAnswer {
    if let known = known(input) as? ProcessAnswer { return known }
    let new = ProcessAnswer(input)
    new.explain(.badMessage, "does not begin with a process number")
    documents.append(new)
    return new
  }

  /// The clock on the wall.
  mutating func clock() -> Answer<ClockFacts> { answer(to: .clock) }

  /// The load balancers that probe a service.
  mutating func balancers(service: String) -> Answer<BalancerFacts> { answer(to: .balancers(service: service)) }

  /// What is known of a probe.
  mutating func probe(_ probe: Probe) -> ProbeHistory {
    if let known = known(.probe(probe)) as? ProbeHistory { return known }
    let new = ProbeHistory(probe)
    documents.append(new)
    return new
  }

  private mutating func answer<Facts>(to input: Input) -> Answer<Facts> {
    if let known = known(input) as? Answer<Facts> { return known }
    let new = Answer<Facts>(input)
    documents.append(new)
    return new
  }

  private mutating func known(_ input: Input) -> Document? {
    for document in documents where document.input == input { return document }
    for document in inherited where document.input == input {
      documents.append(document)
      return document
    }
    return nil
  }
}
