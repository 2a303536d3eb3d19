// What can stand before a value or in place of one: anchors, aliases, tags.

import Diagnostics
import Text

extension TreeBuilder {
  /// The value that an alias stands for, at the alias's place.
  mutating func expanded(_ name: String, _ range: Range<Int>) -> Node? {
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

  /// A copy in which everything stands at one place. Nothing where a limit forbids it, and the reading has ended; the
  /// limit of levels bounds the recursion too.
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

  /// Whether one more list or mapping may open. Otherwise the reading has ended.
  private mutating func enter(_ level: Int, at range: Range<Int>) -> Bool {
    if level < Limits.levels { return true }
    abandon(.tooDeep(at: range))
    return false
  }

  /// What stands where an alias means nothing.
  private func brokenScalar(at range: Range<Int>) -> Node {
    let scalar = Scalar(
      text: source.text(range), style: .plain, range: range, comment: nil, source: source, isAlias: true)
    return Node(range: range, content: .scalar(scalar), isBroken: true)
  }

  /// Complains where a value has a tag. `start` is where the value's anchor or tag begins.
  mutating func complainOfTag(_ properties: Properties, _ start: Int, canBeNot: Bool) {
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
  func startOfValue(_ event: Range<Int>, _ properties: Properties) -> Int {
    guard properties.anchor != nil, !properties.hasTag else { return event.lowerBound }
    let bytes = source.bytes
    var offset = event.lowerBound
    // The name of an anchor is of letters, digits, `_` and `-`.
    while offset < event.upperBound, !bytes[offset].isBlank, !bytes[offset].isLineEnd,
      !",]}".utf8.contains(bytes[offset])
    {
      offset += 1
    }
    var isComment = false
    while offset < event.upperBound {
      let byte = bytes[offset]
      isComment = isComment ? !byte.isLineEnd : byte == .of("#")
      guard isComment || byte.isBlank || byte.isLineEnd else { return offset }
      offset += 1
    }
    // An anchor of nothing, as in `web: &name`.
    return event.upperBound
  }
}
