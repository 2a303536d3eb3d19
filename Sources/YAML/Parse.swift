// From a file's bytes to its tree.

import Diagnostics
import Text

/// Reads a YAML document, and a JSON document as the YAML that it also is.
///
/// Findings count in bytes of the source and stand in the order of the file. Reading ends at the first syntax error; the
/// tree reaches as far as the file could be read, and a node that a finding spoils is marked as broken. There is no tree
/// where there is nothing to use.
///
/// What JSON allows and YAML does not is refused: keys of more than 1,024 characters, characters written as two `\u`
/// escapes, U+007F unescaped.
///
/// `mostValues` is how many values it may have, for texts of strangers.
public func parse(_ source: Source, mostValues: Int = Limits.values) -> (root: Node?, findings: [Finding]) {
  if source.bytes.isEmpty { return (nil, [.emptyFile()]) }
  if source.bytes.count > Limits.fileBytes { return (nil, [.fileTooLarge()]) }
  if let finding = unreadablePart(of: source) { return (nil, [finding]) }

  var builder = TreeBuilder(source, mostValues: mostValues)
  let start = source.bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
  source.bytes.withUnsafeBufferPointer { bytes in
    var reader = EventReader(bytes, from: start, lines: source.lines)
    while !builder.hasEnded {
      do throws(SyntaxError) {
        builder.take(try reader.next())
      } catch {
        builder.abandon(at: error)
      }
    }
  }

  var findings = builder.findings
  if findings.isEmpty, isNothing(builder.root) {
    let hasText = source.bytes[start...].contains { !$0.isBlank && !$0.isLineEnd }
    findings.append(hasText ? .onlyComments(at: source.bytes.count) : .emptyFile())
  }
  let order = findings.indices.sorted { one, other in
    (findings[one].range.lowerBound, one) < (findings[other].range.lowerBound, other)
  }
  return (isNothing(builder.root) ? nil : builder.root, order.map { findings[$0] })
}

/// Whether a file has no value, as one that is empty, or has comments only, or `---`.
private func isNothing(_ root: Node?) -> Bool {
  guard let root else { return true }
  if case .scalar(let scalar) = root.content { return scalar.isEmpty && !root.isBroken }
  return false
}
