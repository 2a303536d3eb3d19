// One mapping of the rule file, its keys already compared with the table of keys. What a key's value must be is read
// here once for every place; a value of the wrong shape is complained about and then counts as left out.

import Diagnostics
import Language
import Text
import YAML

/// A mapping of the rule file.
struct Section {
  let place: Place
  let source: Source
  /// Where the mapping stands.
  let range: Range<Int>
  let complaints: Complaints
  /// Whether a syntax error has cut it short: then nothing more is said about what it lacks.
  let isBroken: Bool
  private let entries: [String: Entry]

  /// Reads the keys of a mapping. An empty value counts as a mapping without keys. Absent where it is something else.
  init?(_ node: Node, in place: Place, of source: Source, isFragment: Bool = false, _ complaints: Complaints) {
    self.place = place
    self.source = source
    self.range = node.range
    self.complaints = complaints
    isBroken = node.isBroken
    var entries: [String: Entry] = [:]
    switch node.content {
    case .mapping(let written):
      for entry in written {
        guard let name = entry.key.text else { continue }
        let key = Key.all.first { $0.place == place && $0.name == name }
        if let key, !isFragment || key.isForFragments {
          entries[name] = entry
        } else {
          let known = Key.all(in: place).filter { !isFragment || $0.isForFragments }.map { $0.name }
          let finding =
            key == nil
            ? Finding.unknownKey(name, in: place, known: known, at: entry.key.range)
            : Finding.keyNotInFragment(name, known: known, at: entry.key.range)
          complaints.add(finding, in: source)
        }
      }
    case .scalar(let scalar) where scalar.isEmpty:
      break
    case .scalar, .sequence:
      complaints.addWrongShape(of: place.description, expected: .mapping(place), found: node, in: source)
      return nil
    }
    self.entries = entries
  }

  /// The value of a key, where it is written and not empty.
  func node(_ key: String) -> Node? {
    guard let entry = entries[key] else { return nil }
    guard case .scalar(let scalar) = entry.value.content, scalar.isEmpty else { return entry.value }
    complaints.add(.emptyValue(key, at: entry.key.range), in: source)
    return nil
  }

  /// The value of a key that may be left empty, as `services:` and `metrics:` may.
  func optionalNode(_ key: String) -> Node? {
    guard let value = entries[key]?.value else { return nil }
    if case .scalar(let scalar) = value.content, scalar.isEmpty { return nil }
    return value
  }

  /// Where a key is written.
  func place(of key: String) -> Range<Int>? { entries[key]?.key.range }

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
      complaints.add(.durationOutOfRange(key, from: least, to: greatest, at: text.range), in: source)
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
      complaints.add(.textTooLong(key, maximum: maximum, at: text.range), in: source)
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
    complaints.add(.notAChoice(key, text.text, words: words, at: text.range), in: source)
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
    if elements.isEmpty { complaints.add(.emptyList(key, at: node.range), in: source) }
    return elements.compactMap { element in
      if element.isBroken { return nil }
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
    guard let entry = Key.all.first(where: { $0.place == place && $0.name == key }) else {
      preconditionFailure("a key that is not in the table")
    }
    return entry.shape
  }
}

extension Node {
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
