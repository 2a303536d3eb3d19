// Where bytes stand for a person: lines, and columns that count code points. Made once for each source, so that ten
// thousand complaints about a file of one long line cost no more than reading it ten times over.

import Text

/// The lines of a text and the way from code points to bytes. Lines end at LF, at CR LF and at a CR alone; a byte
/// order mark at the start is part of none. A byte that is not UTF-8 counts as a code point of its own.
public struct LineTable: Sendable {
  /// How many bytes lie between two checkpoints: what a lookup walks at most, against 16 bytes of memory each.
  static let checkpointDistance = 256

  /// A place at which the code points have been counted.
  private struct Checkpoint {
    let offset: Int
    let codePoints: Int
  }

  private let bytes: [UInt8]
  /// Where each line begins. A line feed at the very end begins none.
  private let starts: [Int]
  /// The first at the start, the last at the end.
  private let checkpoints: [Checkpoint]
  /// Whether the whole text has a code point for every byte.
  private let isPlain: Bool

  /// Reads a text once from end to end.
  init(_ bytes: [UInt8]) {
    let span = bytes.span
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    var starts = [bytes.starts(with: mark) ? mark.count : 0]
    var checkpoints = [Checkpoint(offset: 0, codePoints: 0)]
    var offset = 0
    var codePoints = 0
    while offset < span.count {
      if offset >= checkpoints.count * Self.checkpointDistance {
        checkpoints.append(Checkpoint(offset: offset, codePoints: codePoints))
      }
      let byte = span[offset]
      offset += byte < 0x80 ? 1 : span.codePoint(at: offset)?.length ?? 1
      codePoints += 1
      guard byte.isLineEnd, offset < span.count else { continue }
      if byte == 0x0A || span[offset] != 0x0A { starts.append(offset) }
    }
    checkpoints.append(Checkpoint(offset: offset, codePoints: codePoints))
    self.bytes = bytes
    self.starts = starts
    self.checkpoints = checkpoints
    isPlain = codePoints == offset
  }

  /// How many lines there are; one at least.
  public var count: Int { starts.count }

  /// The number of the line, from 1, that has the byte at this offset; its end belongs to it.
  public func line(at offset: Int) -> Int {
    max(1, Self.firstIndex(below: starts.count) { starts[$0] > offset })
  }

  /// The bytes of a line, without its end. `line` is 1 to `count`.
  public func range(ofLine line: Int) -> Range<Int> {
    let start = starts[line - 1]
    var end = line < starts.count ? starts[line] : bytes.count
    if end > start, bytes[end - 1] == 0x0A { end -= 1 }
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    return start..<end
  }

  /// How many code points begin before this offset.
  func codePoints(before offset: Int) -> Int {
    let block = Self.firstIndex(below: checkpoints.count) { checkpoints[$0].offset > offset } - 1
    var (position, count) = (checkpoints[block].offset, checkpoints[block].codePoints)
    if isOfSingleBytes(block) { return count + offset - position }
    let span = bytes.span
    while position < offset, position < span.count {
      position += span.codePoint(at: position)?.length ?? 1
      count += 1
    }
    return count
  }

  /// Where the code point with this number begins, counted from 0 at the first byte; the end where there are not as many.
  public func offset(ofCodePoint number: Int) -> Int {
    if isPlain { return min(number, bytes.count) }
    let block = Self.firstIndex(below: checkpoints.count) { checkpoints[$0].codePoints > number } - 1
    var (position, count) = (checkpoints[block].offset, checkpoints[block].codePoints)
    if isOfSingleBytes(block) { return position + number - count }
    let span = bytes.span
    while count < number, position < span.count {
      position += span.codePoint(at: position)?.length ?? 1
      count += 1
    }
    return position
  }

  /// Whether a block between two checkpoints has a code point for every byte, as nearly all have.
  private func isOfSingleBytes(_ block: Int) -> Bool {
    guard block + 1 < checkpoints.count else { return false }
    let (start, end) = (checkpoints[block], checkpoints[block + 1])
    return end.offset - start.offset == end.codePoints - start.codePoints
  }

  /// The first of the indices 0 to `count` that the test accepts, which accepts all behind it too; `count` if none.
  private static func firstIndex(below count: Int, where test: (Int) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if test(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
