// How a record lies on the disk: a line of its own, behind the sum of its bytes, so that one that is torn, damaged or not
// ours is told from the rest, which stays as good as it was. Whatever was interrupted in the midst of a line is ended by the
// next writer.
//
//     b8e525d8 {"number":17,"time":"2026-11-23T14:02:11.532+01:00","event":"reply","service":"web", ...}

import Text

/// The lines of a history file.
public enum HistoryLine {
  /// The longest line that is believed; longer than any that is written.
  static let longest = 65_536

  /// Appends the line of a record.
  static func append(_ record: HistoryRecord, to bytes: inout [UInt8]) {
    var text: [UInt8] = []
    text.append(record.json.text(isPretty: false))
    Seal.appendChecksum(of: text.span, to: &bytes)
    bytes.append(.of(" "))
    bytes.append(contentsOf: text)
    bytes.append(.of("\n"))
  }

  /// The JSON in a line, without its end; absent where it is not, byte by byte, what was written.
  static func open(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard line.count > 9, line.count <= longest, line[line.startIndex + 8] == .of(" ") else { return nil }
    let text = line[(line.startIndex + 9)...]
    var sum: [UInt8] = []
    Seal.appendChecksum(of: text.span, to: &sum)
    return sum[...] == line[..<(line.startIndex + 8)] ? text : nil
  }

  /// The number of a record, which stands first in it.
  static func number(of json: ArraySlice<UInt8>) -> Int? {
    var cursor = Cursor()
    let bytes = json.span
    guard cursor.take("{\"number\":", in: bytes) else { return nil }
    // What nobody has ever counted to is no number of ours, and the next one has to have room.
    return cursor.unsigned(in: bytes).flatMap { $0 < 1 << 53 ? Int($0) : nil }
  }
}

/// Takes lines out of a file that comes in pieces.
public struct HistoryLines {
  /// How many lines were none of ours.
  public private(set) var damaged = 0
  private var rest: [UInt8] = []
  private var isSkipping = false

  /// A file of which nothing has come yet.
  public init() {}

  /// Takes the next piece, and hands over the JSON of each record that is complete with it.
  public mutating func take(_ piece: ArraySlice<UInt8>, _ record: (ArraySlice<UInt8>) -> Void) {
    var start = piece.startIndex
    while let end = piece[start...].firstIndex(of: .of("\n")) {
      if rest.isEmpty, !isSkipping {
        look(at: piece[start..<end], record)
      } else if !isSkipping {
        rest.append(contentsOf: piece[start..<end])
        look(at: rest[...], record)
      }
      isSkipping = false
      rest.removeAll(keepingCapacity: true)
      start = end + 1
    }
    guard !isSkipping else { return }
    rest.append(contentsOf: piece[start...])
    // Garbage without a line end takes no more memory than this.
    if rest.count > HistoryLine.longest {
      damaged += 1
      isSkipping = true
      rest = []
    }
  }

  /// The file has ended. What stands behind its last line end is a line that was torn.
  public mutating func end() {
    if !rest.isEmpty { damaged += 1 }
    rest = []
    isSkipping = false
  }

  /// The file has ended for now: what stands behind its last line end may be complete later.
  public mutating func forget() {
    rest = []
    isSkipping = false
  }

  private mutating func look(at line: ArraySlice<UInt8>, _ record: (ArraySlice<UInt8>) -> Void) {
    // Whoever ends a torn line may leave an empty one.
    guard !line.isEmpty else { return }
    if let json = HistoryLine.open(line) { record(json) } else { damaged += 1 }
  }
}
