// `{when: min(a, b) < 3, reply: 0%}`: to YAML, the comma within the parentheses ends the value, and `b) < 3` is a key
// that has no value. What was meant can be seen: a parenthesis is open. The value is put together again, so that its
// own mistakes are found in the same run.

import Diagnostics
import Text

/// Finds the keys without a colon in a mapping in braces, and says what became of them. Where they are the rest of a
/// value, the value is made whole.
func repairFlowMapping(_ mapping: inout TreeBuilder.Open, _ source: Source) -> [Finding] {
  guard mapping.entries.contains(where: { !isFollowedByColon($0.key, source) }) else { return [] }
  if mapping.start > 0, source.bytes[mapping.start - 1] == .of("{") {
    // `{{ name }}` is complained about as what it is, when it turns out to be a key.
    mapping.isBroken = true
    return []
  }
  var findings: [Finding] = []
  var entries: [Entry] = []
  var index = 0
  while index < mapping.entries.count {
    let entry = mapping.entries[index]
    index += 1
    guard isFollowedByColon(entry.key, source) else {
      findings.append(.missingValue(source.text(entry.key.range), at: entry.key.range))
      mapping.isBroken = true
      continue
    }
    // Takes what has no colon for as long as a parenthesis is open.
    let start = entry.value.range.lowerBound
    var end = entry.value.range.upperBound
    var depth = isPlain(entry.value) ? openParentheses(start..<end, source) : 0
    while depth > 0, index < mapping.entries.count, !isFollowedByColon(mapping.entries[index].key, source) {
      let next = mapping.entries[index].key.range.upperBound
      depth += openParentheses(end..<next, source)
      end = next
      index += 1
    }
    entries.append(entry)
    if end == entry.value.range.upperBound { continue }

    let text = folded(start..<end, source)
    findings.append(.commaInValue(at: start..<end, value: text))
    let scalar = Scalar(text: text, style: .plain, range: start..<end, comment: nil, source: source, isAlias: false)
    entries[entries.count - 1] = Entry(key: entry.key, value: Node(range: start..<end, content: .scalar(scalar)))
  }
  mapping.entries = entries
  return findings
}

/// Whether a colon stands behind a key, in braces; otherwise it has no value.
func isFollowedByColon(_ key: Node, _ source: Source) -> Bool {
  var offset = key.range.upperBound
  while offset < source.bytes.count, source.bytes[offset].isBlank || source.bytes[offset].isLineEnd { offset += 1 }
  return offset < source.bytes.count && source.bytes[offset] == .of(":")
}

/// What YAML makes of a plain text: a line break and the blanks around it become one blank.
private func folded(_ range: Range<Int>, _ source: Source) -> String {
  var text: [UInt8] = []
  var isBreak = false
  for byte in source.bytes[range] {
    if byte.isLineEnd {
      while text.last?.isBlank ?? false { text.removeLast() }
      isBreak = true
    } else if !isBreak || !byte.isBlank {
      if isBreak { text.append(.of(" ")) }
      isBreak = false
      text.append(byte)
    }
  }
  return String(decoding: text, as: UTF8.self)
}

private func isPlain(_ node: Node) -> Bool {
  guard case .scalar(let scalar) = node.content else { return false }
  return scalar.style == .plain && !scalar.isAlias
}

/// How many parentheses a text opens and does not close.
private func openParentheses(_ range: Range<Int>, _ source: Source) -> Int {
  var count = 0
  for byte in source.bytes[range] {
    if byte == .of("(") { count += 1 }
    if byte == .of(")") { count -= 1 }
  }
  return count
}
