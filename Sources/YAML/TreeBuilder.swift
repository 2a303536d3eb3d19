// From events to the tree. What is open lies on a stack no deeper than the limit; what is wrong but does not end the
// reading is complained about on the way.

import Diagnostics
import Text

/// Builds the tree of one file.
struct TreeBuilder {
  /// A list or mapping that has begun and not ended.
  struct Open {
    let isSequence: Bool
    let isFlow: Bool
    let properties: Properties
    /// Behind the anchor.
    let start: Int
    /// Behind the last thing in it.
    var end: Int
    var isBroken: Bool
    var items: [Node] = []
    var entries: [Entry] = []
    /// The line of each key.
    var keys: [String: Int] = [:]
    /// The key that waits for its value.
    var key: Node?
    /// Whether that key has been complained about, so that the entry is left out.
    var isKeyWrong = false
  }

  let source: Source
  private(set) var findings: [Finding] = []
  private(set) var root: Node?
  private(set) var open: [Open] = []
  /// What each anchor stands for, so far.
  var anchors: [String: Node] = [:]
  private var values = 0
  private var hasDocument = false
  /// The text that was read last: where a syntax error stands behind it, it is what the error is about.
  var lastScalar: Scalar?
  /// Set when reading on makes no sense.
  private(set) var hasEnded = false

  private let mostValues: Int

  init(_ source: Source, mostValues: Int) {
    self.source = source
    self.mostValues = mostValues
  }

  /// Takes the next event.
  mutating func take(_ event: Event) {
    switch event {
    case .other: break
    case .streamEnd: hasEnded = true
    case .documentStart(let range, let isAnnounced):
      startDocument(range, isAnnounced: isAnnounced)
    case .alias(let name, let range):
      if let node = expanded(name, range) { add(node) }
    case .scalar(let text, let style, let properties, let range):
      if let node = scalar(text, style, properties, range) { add(node, anchor: properties.anchor) }
    case .sequenceStart(let properties, let range, let isFlow):
      begin(isSequence: true, isFlow, properties, range)
    case .mappingStart(let properties, let range, let isFlow):
      begin(isSequence: false, isFlow, properties, range)
    case .end(let range):
      close(range)
    }
  }

  /// Complains.
  mutating func complain(_ finding: Finding) { findings.append(finding) }

  /// Ends the reading at a mistake that nothing can be read behind: what is open is closed, and broken.
  mutating func abandon(_ finding: Finding) {
    if let last = findings.last, last.code == finding.code, last.range == finding.range { findings.removeLast() }
    complain(finding)
    hasEnded = true
    while let last = open.popLast() {
      let content: Content = last.isSequence ? .sequence(last.items) : .mapping(last.entries)
      let node = Node(range: last.start..<max(last.start, last.end), content: content, isBroken: true)
      guard !open.isEmpty else {
        root = node
        return
      }
      let index = open.count - 1
      open[index].end = node.range.upperBound
      if open[index].isSequence {
        open[index].items.append(node)
      } else if let key = open[index].key, !open[index].isKeyWrong {
        open[index].entries.append(Entry(key: key, value: node))
      }
    }
  }

  /// Ends the reading at a syntax error.
  mutating func abandon(at error: SyntaxError) {
    var bracket: Int?
    for open in open where open.isFlow {
      let byte = source.bytes[open.start]
      // A single pair in a list, `[a: b]`, is a mapping without a brace.
      if byte == .of("[") || byte == .of("{") { bracket = open.start }
    }
    if let last = lastScalar, source.hasOnlyBlanks(from: last.range.upperBound, to: error.place) { spoil(last) }
    abandon(SyntaxMistake(error: error, source: source, bracket: bracket, lastScalar: lastScalar).finding())
  }

  /// Marks the text that was read last as broken: a syntax error touches it.
  private mutating func spoil(_ last: Scalar) {
    let broken = Node(range: last.range, content: .scalar(last), isBroken: true)
    guard let index = open.indices.last else {
      if root?.range == last.range { root = broken }
      return
    }
    if open[index].items.last?.range == last.range {
      open[index].items[open[index].items.count - 1] = broken
    } else if let entry = open[index].entries.last, entry.value.range == last.range {
      open[index].entries[open[index].entries.count - 1] = Entry(key: entry.key, value: broken)
    }
  }

  private mutating func startDocument(_ range: Range<Int>, isAnnounced: Bool) {
    if hasDocument {
      abandon(.secondDocument(at: range))
    } else if isAnnounced, source.bytes[range.lowerBound] == .of("%") {
      let line = source.lines.range(ofLine: source.lines.line(at: range.lowerBound))
      complain(.directive(at: line))
    }
    hasDocument = true
  }

  private mutating func begin(isSequence: Bool, _ isFlow: Bool, _ properties: Properties, _ range: Range<Int>) {
    guard open.count < Limits.levels else { return abandon(.tooDeep(at: range)) }
    guard count(at: range) else { return }
    let start = startOfValue(range, properties)
    complainOfTag(properties, range.lowerBound, canBeNot: false)
    open.append(
      Open(
        isSequence: isSequence, isFlow: isFlow, properties: properties, start: start, end: max(start, range.upperBound),
        isBroken: properties.hasTag))
  }

  private mutating func close(_ range: Range<Int>) {
    var last = open.removeLast()
    // The end of a block is marked where the next thing begins, which may be many lines further down.
    if last.isFlow { last.end = range.upperBound }
    if last.isFlow, !last.isSequence { findings += repairFlowMapping(&last, source) }
    let content: Content = last.isSequence ? .sequence(last.items) : .mapping(last.entries)
    add(
      Node(range: last.start..<max(last.start, last.end), content: content, isBroken: last.isBroken),
      anchor: last.properties.anchor)
  }

  /// Puts a value where it belongs: into the list, under the key, or as a key.
  private mutating func add(_ node: Node, anchor: String? = nil) {
    if let anchor { anchors[anchor] = node }
    guard !open.isEmpty else {
      root = node
      return
    }
    let index = open.count - 1
    open[index].end = max(open[index].end, node.range.upperBound)
    if open[index].isSequence {
      open[index].items.append(node)
    } else if let key = open[index].key {
      if !open[index].isKeyWrong { open[index].entries.append(Entry(key: key, value: node)) }
      open[index].key = nil
    } else {
      open[index].key = node
      open[index].isKeyWrong = !accepts(key: node, index)
    }
  }

  /// Whether a key can be used; otherwise it has been complained about.
  private mutating func accepts(key node: Node, _ index: Int) -> Bool {
    guard case .scalar(let scalar) = node.content, !scalar.isEmpty, !node.isBroken else {
      switch node.content {
      case .sequence: complain(.complexKey("list", isTemplate: false, at: node.range))
      case .mapping:
        let isTemplate = open[index].isFlow && open[index].start + 1 == node.range.lowerBound
        complain(.complexKey("mapping", isTemplate: isTemplate, at: node.range))
      case .scalar: if !node.isBroken { complain(.missingKey(at: node.range)) }
      }
      open[index].isBroken = true
      return false
    }
    if scalar.style == .plain, !scalar.isAlias, let finding = dashWithoutBlank(scalar.range.lowerBound, in: source) {
      complain(finding)
      open[index].isBroken = true
      return false
    }
    // In braces, what has no colon may be the rest of a value.
    if open[index].isFlow, !isFollowedByColon(node, source) { return true }
    if let firstLine = open[index].keys[scalar.text] {
      complain(.duplicateKey(scalar.text, firstLine: firstLine, at: node.range))
      return false
    }
    open[index].keys[scalar.text] = source.lines.line(at: node.range.lowerBound)
    return true
  }

  /// Counts one more value. False at the limit, where the reading has ended.
  mutating func count(at range: Range<Int>) -> Bool {
    values += 1
    if values <= mostValues { return true }
    abandon(.tooManyValues(at: range))
    return false
  }
}
