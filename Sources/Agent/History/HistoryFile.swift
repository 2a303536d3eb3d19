// Where the history lies: `history` in the folder of the store, and beside it `history.old`, the generation before.

import Kernel
import Text

/// The files of a history.
public struct HistoryFile: Sendable {
  /// When the file has so many bytes, it becomes the older generation: some 5,000 changes of usual length, so that as many
  /// are kept at least, and twice as many at most.
  public static let limit = 2 << 20
  /// A file that has become longer than this was not written by us.
  static let longest = 4 * limit
  /// So much of the end is read at the start: there the latest number stands.
  private static let tail = 65_536

  /// The newer file.
  public let path: String
  /// The older one.
  public var older: String { path + File.olderSuffix }

  /// The history in a folder.
  public init(in folder: String) { path = "\(folder)/history" }

  /// How it ends: the latest number, the size of the newer file, and what is wrong with that, if anything.
  var end: (number: Int, size: Int, complaint: String?) {
    do throws(SystemError) {
      let file = try File.open(path, for: .reading)
      let size = try file.stat().size
      guard size > 0 else { return (number(in: older) ?? 0, 0, nil) }
      var lines = HistoryLines()
      var latest: Int?
      var bytes = [UInt8](repeating: 0, count: Self.tail)
      var offset = max(size - Self.tail, 0)
      var isWhole = offset == 0
      while case .done(let count) = try file.pread(into: &bytes, at: 0, from: offset) {
        var piece = bytes[..<count]
        if !isWhole {
          // The first line is not seen from its beginning.
          if let end = piece.firstIndex(of: .of("\n")) { piece = piece[(end + 1)...] }
          isWhole = true
        }
        lines.take(piece) { latest = HistoryLine.number(of: $0) ?? latest }
        offset += count
      }
      lines.end()
      let complaint =
        lines.damaged == 0
        ? nil
        : "\(path): \(lines.damaged == 1 ? "a line is" : "\(lines.damaged) lines are") damaged at its end: passed over, "
          + "the other records stay"
      return (latest ?? max(number(in: path) ?? 0, number(in: older) ?? 0), size, complaint)
    } catch {
      if error.isNoSuchFile { return (number(in: older) ?? 0, 0, nil) }
      return (number(in: older) ?? 0, 0, "cannot read \(path): \(error.message.sentenceStart)")
    }
  }

  /// The greatest number in a whole file.
  private func number(in path: String) -> Int? {
    var latest: Int?
    _ = try? Self.read(path) { latest = max(latest ?? 0, HistoryLine.number(of: $0) ?? 0) }
    return latest
  }

  /// Reads the JSON of every record of both generations, the older first. Returns how many lines are damaged. Waits for the
  /// disk.
  public func read(_ record: (ArraySlice<UInt8>) -> Void) throws(SystemError) -> Int {
    var damaged = 0
    do throws(SystemError) {
      damaged += try Self.read(older, record)
    } catch {
      guard error.isNoSuchFile else { throw error }
    }
    return try damaged + Self.read(path, record)
  }

  private static func read(_ path: String, _ record: (ArraySlice<UInt8>) -> Void) throws(SystemError) -> Int {
    let file = try File.open(path, for: .reading)
    var lines = HistoryLines()
    var bytes = [UInt8](repeating: 0, count: tail)
    var offset = 0
    while offset < longest, case .done(let count) = try file.pread(into: &bytes, at: 0, from: offset) {
      lines.take(bytes[..<count], record)
      offset += count
    }
    lines.end()
    return lines.damaged
  }
}
