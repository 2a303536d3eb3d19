// From events to the tree, without recursion: what is open lies on a stack no deeper than the limit. What is wrong but
// does not end the reading is complained about here.

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
  private var anchors: [String: Node] = [:]
  private var values = 0
  private var hasDocument = false
  /// The text that was read last: where a syntax error stands behind it, it is what the error is about.
  private(set) var lastScalar: Node?
  /// Set when reading on makes no sense.
  private(set) var hasEnded = false

  init(_ source: Source) { self.source = source }

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
    var scalar: Scalar?
    if case .scalar(let last)? = lastScalar?.content { scalar = last }
    abandon(SyntaxMistake(error: error, source: source, bracket: bracket, lastScalar: scalar).finding())
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

  // MARK: Lists and mappings

  private mutating func begin(isSequence: Bool, _ isFlow: Bool, _ properties: Properties, _ range: Range<Int>) {
    guard open.count < Limits.levels else { return abandon(.tooDeep(at: range)) }
    guard count(at: range) else { return }
    let start = startOfValue(range.lowerBound, properties)
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
    // In braces, what has no colon may be the rest of a value.
    if open[index].isFlow, !isFollowedByColon(node, source) { return true }
    if let firstLine = open[index].keys[scalar.text] {
      complain(.duplicateKey(scalar.text, firstLine: firstLine, at: node.range))
      return false
    }
    open[index].keys[scalar.text] = source.lines.line(at: node.range.lowerBound)
    return true
  }

  // MARK: Texts

  private mutating func scalar(
    _ text: String, _ style: Scalar.Style, _ properties: Properties, _ range: Range<Int>
  ) -> Node? {
    guard count(at: range) else { return nil }
    let start = startOfValue(range.lowerBound, properties)
    var end = max(start, range.upperBound)
    if style == .literal || style == .folded {
      while end > start, source.bytes[end - 1].isBlank || source.bytes[end - 1].isLineEnd { end -= 1 }
    }
    let comment = style == .plain ? comment(behind: end) : nil
    let scalar = Scalar(
      text: text, style: style, range: start..<end, comment: comment, source: source, isAlias: false)
    complainOfTag(properties, range.lowerBound, canBeNot: style == .plain)
    let trap = properties.hasTag ? nil : trap(in: scalar)
    if let trap { complain(trap) }
    let node = Node(range: start..<end, content: .scalar(scalar), isBroken: properties.hasTag || trap != nil)
    lastScalar = node
    return node
  }

  /// What a well-formed text probably is not meant to be.
  private func trap(in scalar: Scalar) -> Finding? {
    let bytes = source.bytes
    let start = scalar.range.lowerBound
    switch scalar.style {
    case .plain where !scalar.range.isEmpty:
      if let character = invisibleCharacter(at: start, in: bytes) {
        return .invisibleCharacter(character, at: start)
      }
      return typographicQuote(at: start, in: bytes).map {
        .typographicQuote($0, at: start, value: withoutTypographicQuotes(scalar.range, in: bytes))
      }
    case .literal, .folded:
      // `>5` is the header of a text that is indented by 5.
      let header = restOfValue(from: start, isFlow: false, in: source)
      guard scalar.text.isEmpty, bytes[header].contains(where: { $0.isDigit }) else { return nil }
      return .blockHeader(source.text(start..<start + 1), at: header, value: source.text(header))
    case .plain, .singleQuoted, .doubleQuoted:
      return nil
    }
  }

  /// The comment that follows a plain text on its line.
  private func comment(behind end: Int) -> Range<Int>? {
    let bytes = source.bytes
    var offset = end
    while offset < bytes.count, bytes[offset].isBlank { offset += 1 }
    guard offset > end, offset < bytes.count, bytes[offset] == .of("#") else { return nil }
    let start = offset
    while offset < bytes.count, !bytes[offset].isLineEnd { offset += 1 }
    return start..<offset
  }

  // MARK: Anchors, aliases, tags

  /// The value that an alias stands for, at the alias's place.
  private mutating func expanded(_ name: String, _ range: Range<Int>) -> Node? {
    guard let anchored = anchors[name] else {
      guard count(at: range) else { return nil }
      for ancestor in open where ancestor.properties.anchor == name {
        complain(.aliasInItself(name, at: range))
        return brokenScalar(at: range)
      }
      complain(.unknownAnchor(name, at: range))
      return brokenScalar(at: range)
    }
    return copy(of: anchored, at: range, level: open.count)
  }

  /// A copy in which everything stands at one place. Nothing where a limit forbids it, and the reading has ended.
  private mutating func copy(of node: Node, at range: Range<Int>, level: Int) -> Node? {
    guard count(at: range) else { return nil }
    let content: Content
    switch node.content {
    case .scalar(let scalar):
      content = .scalar(
        Scalar(text: scalar.text, style: scalar.style, range: range, comment: nil, source: source, isAlias: true))
      return Node(range: range, content: content, isBroken: node.isBroken)
    case .sequence(let items):
      guard enter(level, at: range) else { return nil }
      var copies: [Node] = []
      for item in items {
        guard let item = copy(of: item, at: range, level: level + 1) else { return nil }
        copies.append(item)
      }
      content = .sequence(copies)
    case .mapping(let entries):
      guard enter(level, at: range) else { return nil }
      var copies: [Entry] = []
      for entry in entries {
        guard let key = copy(of: entry.key, at: range, level: level + 1),
          let value = copy(of: entry.value, at: range, level: level + 1)
        else { return nil }
        copies.append(Entry(key: key, value: value))
      }
      content = .mapping(copies)
    }
    return Node(range: range, content: content, isBroken: node.isBroken)
  }

  private mutating func enter(_ level: Int, at range: Range<Int>) -> Bool {
    if level < Limits.levels { return true }
    abandon(.tooDeep(at: range))
    return false
  }

  /// Counts one more value. False at the limit, where the reading has ended.
  private mutating func count(at range: Range<Int>) -> Bool {
    values += 1
    if values <= Limits.values { return true }
    abandon(.tooManyValues(at: range))
    return false
  }

  private func brokenScalar(at range: Range<Int>) -> Node {
    let scalar = Scalar(
      text: source.text(range), style: .plain, range: range, comment: nil, source: source, isAlias: true)
    return Node(range: range, content: .scalar(scalar), isBroken: true)
  }

  private mutating func complainOfTag(_ properties: Properties, _ start: Int, canBeNot: Bool) {
    guard properties.hasTag else { return }
    let bytes = source.bytes
    var tag = start
    while tag < bytes.count, bytes[tag] != .of("!") { tag += 1 }
    let value = restOfValue(from: tag, isFlow: open.last?.isFlow ?? false, in: source)
    var end = tag
    while end < value.upperBound, !bytes[end].isBlank { end += 1 }
    complain(.tag(source.text(value), canBeNot: canBeNot, at: tag..<end))
  }

  /// Where a value begins whose event begins with an anchor. A tag is left where it is: it spoils the value anyway.
  private func startOfValue(_ start: Int, _ properties: Properties) -> Int {
    guard properties.anchor != nil, !properties.hasTag else { return start }
    let bytes = source.bytes
    var offset = start
    // The name of an anchor is of letters, digits, `_` and `-`.
    while offset < bytes.count, !bytes[offset].isBlank, !bytes[offset].isLineEnd, !",]}".utf8.contains(bytes[offset]) {
      offset += 1
    }
    var isComment = false
    while offset < bytes.count {
      let byte = bytes[offset]
      isComment = isComment ? !byte.isLineEnd : byte == .of("#")
      guard isComment || byte.isBlank || byte.isLineEnd else { return offset }
      offset += 1
    }
    return offset
  }
}
