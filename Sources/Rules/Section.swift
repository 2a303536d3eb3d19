// One mapping of the rule file, its keys already compared with the table of keys. What a key's value must be is read
// here once for every place; a value of the wrong shape is complained about and then counts as left out.

import Diagnostics
import Language
import Text
import YAML

/// A mapping of the rule file.
final class Section {
  let place: Place
  let source: Source
  /// Where the mapping stands.
  let range: Range<Int>
  /// Whether a syntax error ends the file before its end: what comes behind it is not known.
  let isCutShort: Bool
  /// Whether keys were refused: what they were meant to say is not known.
  let hasRefusedKeys: Bool
  let complaints: Complaints
  /// Few in most mappings, and therefore looked through; those that were refused are never asked for.
  private let entries: [Entry]

  /// Whether all of it could be read. Only then may anything be said about what it lacks.
  var isComplete: Bool { !isCutShort && !hasRefusedKeys }

  /// Reads the keys of a whole file. Absent where it is something else than a mapping.
  convenience init?(_ root: Node, of source: Source, isFragment: Bool, _ complaints: Complaints) {
    self.init(root, .file, source, isFragment: isFragment, isCutShort: root.isBroken, complaints)
  }

  /// Reads the keys of a mapping within another one. An empty value counts as a mapping without keys. Absent where it is
  /// something else.
  convenience init?(_ node: Node, in place: Place, of outer: Section) {
    let isCutShort = outer.isCutShort || node.isBroken
    self.init(node, place, outer.source, isFragment: false, isCutShort: isCutShort, outer.complaints)
  }

  private init?(
    _ node: Node, _ place: Place, _ source: Source, isFragment: Bool, isCutShort: Bool, _ complaints: Complaints
  ) {
    self.place = place
    self.source = source
    self.range = node.range
    self.isCutShort = isCutShort
    self.complaints = complaints
    var entries: [Entry] = []
    var hasRefusedKeys = false
    switch node.content {
    case .mapping(let written):
      entries = written
      for entry in written {
        guard let name = entry.key.text else { continue }
        let key = Key.named(name, in: place)
        if let key, !isFragment || key.isForFragments { continue }
        hasRefusedKeys = true
        let known = Key.all(in: place).filter { !isFragment || $0.isForFragments }.map { $0.name }
        let finding =
          key == nil
          ? Finding.unknownKey(name, in: place, known: known, at: entry.key.range)
          : Finding.keyNotInFragment(name, known: known, at: entry.key.range)
        complaints.add(finding, in: source)
      }
    case .scalar(let scalar) where scalar.isEmpty:
      break
    case .scalar, .sequence:
      complaints.addWrongShape(of: place.description, expected: .mapping(place), found: node, in: source)
      return nil
    }
    self.entries = entries
    self.hasRefusedKeys = hasRefusedKeys
  }

  private func entry(_ key: String) -> Entry? {
    for entry in entries where entry.key.text == key { return entry }
    return nil
  }

  /// The value of a key, where it is written and not empty.
  func node(_ key: String) -> Node? {
    guard let entry = entry(key) else { return nil }
    guard entry.value.isEmpty else { return entry.value }
    if !entry.value.isBroken {
      complaints.add(
        .emptyValue(
          key, standard: Key.named(key, in: place)?.standard, isCommented: isCommented(behind: entry.key.range),
          at: entry.key.range),
        in: source)
    }
    return nil
  }

  /// The value of a key that may be left empty, as `services:` and `metrics:` may.
  func optionalNode(_ key: String) -> Node? {
    guard let value = entry(key)?.value, !value.isEmpty else { return nil }
    return value
  }

  /// Whether a comment stands on the line of a key that has no value.
  func isCommented(behind key: Range<Int>) -> Bool {
    let line = source.lines.range(ofLine: source.lines.line(at: key.lowerBound))
    return source.bytes[min(key.upperBound, line.upperBound)..<line.upperBound].contains(.of("#"))
  }

  /// The text of a key that holds a scalar, without a complaint about anything else.
  func written(_ key: String) -> PlacedText? {
    guard let node = optionalNode(key), !node.isBroken, case .scalar(let scalar) = node.content else { return nil }
    return PlacedText(scalar: scalar, source: source)
  }

  /// Where a key is written.
  func place(of key: String) -> Range<Int>? { entry(key)?.key.range }

  /// A value that must be one scalar.
  func scalar(_ key: String) -> PlacedText? {
    guard let node = node(key), !node.isBroken else { return nil }
    guard case .scalar(let scalar) = node.content else {
      complaints.addWrongShape(of: "'\(key)'", expected: shape(of: key), found: node, in: source)
      return nil
    }
    return PlacedText(scalar: scalar, source: source)
  }

  /// A span of time within the limits of its key.
  func duration(_ key: String) -> Duration? {
    guard let text = scalar(key), case .duration(let least, let greatest) = shape(of: key) else { return nil }
    do throws(Finding) {
      let value = try parseDuration(text.text)
      guard value < least || value > greatest else { return value }
      complaints.add(.durationOutOfRange(key, value, from: least, to: greatest, at: text.range), in: source)
    } catch {
      complaints.add(error, in: text)
    }
    return nil
  }

  /// One line of text.
  func line(_ key: String) -> String? {
    guard let text = scalar(key) else { return nil }
    let trimmed = text.text.trimmed
    guard case .text(let maximum) = shape(of: key) else { return trimmed }
    if trimmed.isEmpty {
      complaints.add(.emptyText(key, at: text.range), in: source)
    } else if trimmed.utf8.count > maximum {
      complaints.add(.textTooLong(key, trimmed.utf8.count, maximum: maximum, at: text.range), in: source)
    } else if trimmed.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      complaints.add(.textNotOneLine(key, at: text.range), in: source)
    } else {
      return trimmed
    }
    return nil
  }

  /// `true` or `false`.
  func boolean(_ key: String) -> Bool? {
    guard let text = scalar(key) else { return nil }
    switch text.text {
    case "true": return true
    case "false": return false
    default:
      complaints.add(.notBoolean(key, text.text, at: text.range), in: source)
      return nil
    }
  }

  /// One of the words of its key.
  func choice(_ key: String) -> String? {
    guard let text = scalar(key), case .choice(let words) = shape(of: key) else { return nil }
    if words.contains(text.text) { return text.text }
    let finding = key == "unit" ? Finding.unitOfProbe(text.text, at: text.range) : nil
    complaints.add(finding ?? .notAChoice(key, text.text, words: words, at: text.range), in: source)
    return nil
  }

  /// An absolute path, without a slash at its end.
  func path(_ key: String) -> String? {
    guard let text = scalar(key) else { return nil }
    var bytes = Array(text.text.utf8)
    guard bytes.first == .of("/"), !bytes.contains(0) else {
      complaints.add(.pathNotAbsolute(key, text.text, at: text.range), in: source)
      return nil
    }
    while bytes.count > 1, bytes.last == .of("/") { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A text as it is; where it is too long, or empty, it counts as left out.
  func exactText(_ key: String) -> String? {
    guard let text = scalar(key), case .exactText(let maximum) = shape(of: key) else { return nil }
    let count = text.text.utf8.count
    if count == 0 {
      complaints.add(.emptyText(key, at: text.range), in: source)
    } else if count > maximum {
      complaints.add(.textTooLong(key, count, maximum: maximum, at: text.range), in: source)
    } else {
      return text.text
    }
    return nil
  }

  /// One scalar or a list of them.
  func scalars(_ key: String) -> [PlacedText]? {
    guard let node = node(key) else { return nil }
    let elements: [Node]
    switch node.content {
    case .scalar: elements = [node]
    case .sequence(let list): elements = list
    case .mapping:
      complaints.addWrongShape(of: "'\(key)'", expected: shape(of: key), found: node, in: source)
      return nil
    }
    if elements.isEmpty, !node.isBroken { complaints.add(.emptyList(key, at: node.range), in: source) }
    return elements.compactMap { element in
      if element.isBroken { return nil }
      if element.isEmpty {
        complaints.add(.emptyElement(of: key, at: element.range), in: source)
        return nil
      }
      if case .scalar(let scalar) = element.content { return PlacedText(scalar: scalar, source: source) }
      complaints.addWrongShape(of: "an element of '\(key)'", expected: shape(of: key), found: element, in: source)
      return nil
    }
  }

  /// A list of mappings.
  func elements(_ key: String) -> [Node] {
    guard let node = optionalNode(key) else { return [] }
    guard case .sequence(let list) = node.content else {
      complaints.addWrongShape(of: "'\(key)'", expected: shape(of: key), found: node, in: source)
      return []
    }
    return list
  }

  /// A mapping from names that the user chooses.
  func named(_ key: String) -> [(name: PlacedText, value: Node)] {
    guard let node = optionalNode(key) else { return [] }
    guard case .mapping(let entries) = node.content else {
      complaints.addWrongShape(of: "'\(key)'", expected: shape(of: key), found: node, in: source)
      return []
    }
    return entries.compactMap { entry in
      guard case .scalar(let scalar) = entry.key.content else { return nil }
      return (PlacedText(scalar: scalar, source: source), entry.value)
    }
  }

  /// What the table says about a key; every key that is asked for here stands there.
  private func shape(of key: String) -> Shape {
    guard let entry = Key.named(key, in: place) else { preconditionFailure("a key that is not in the table") }
    return entry.shape
  }
}

extension Node {
  /// Whether nothing is written where a value should be.
  var isEmpty: Bool {
    if case .scalar(let scalar) = content { scalar.isEmpty } else { false }
  }

  /// The text of a scalar.
  var text: String? {
    if case .scalar(let scalar) = content { scalar.text } else { nil }
  }
}

extension String {
  /// Without the blanks and line ends around it.
  var trimmed: String {
    let bytes = Array(utf8)
    guard let first = bytes.firstIndex(where: { !$0.isBlank && !$0.isLineEnd }),
      let last = bytes.lastIndex(where: { !$0.isBlank && !$0.isLineEnd })
    else { return "" }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }
}
