// Somebody who reads the history through the daemon: piece by piece from the disk, at the pace at which they take it, so that
// neither the disk nor they can hold anything up.

import Kernel
import Text

/// A reader of the history.
final class HistoryReader {
  /// So many bytes may wait for somebody who does not take them before more is read.
  static let mostBacklog = 131_072

  /// The history's number for it.
  private(set) var number: UInt32 = 0
  /// Whether a piece is on its way.
  var isAsking = false
  /// Whether it has been told all that was, and waits for what comes.
  private(set) var isFollowing = false
  private let call: ControlCall
  private let follows: Bool
  private unowned(unsafe) let history: History
  private var files: ArraySlice<String> = []
  private var offset = 0
  private var lines = HistoryLines()
  private var latest = 0

  /// Answers a call; with `follows`, for as long as the caller is there.
  init(_ call: ControlCall, follows: Bool, history: History) {
    self.call = call
    self.follows = follows
    self.history = history
    call.owner = self
  }

  /// Begins at the beginning.
  func begin(_ number: UInt32, in file: HistoryFile?) {
    self.number = number
    files = file.map { [$0.older, $0.path] } ?? []
  }

  /// The next piece that it needs; absent where all files have been read.
  var next: (path: String, offset: Int)? { files.first.map { ($0, offset) } }

  /// Whether it takes what it is told.
  var hasRoom: Bool { call.backlog <= Self.mostBacklog }

  /// A piece of a file; an empty one where there is no more of it.
  func take(_ piece: ArraySlice<UInt8>) {
    guard !piece.isEmpty else {
      // What is torn at the end of the newer file may be on its way to the disk just now.
      if files.count > 1 { lines.end() } else { lines.forget() }
      _ = files.popFirst()
      return offset = 0
    }
    offset += piece.count
    lines.take(piece) { tell($0) }
  }

  /// Records that are not, or perhaps not, in the files yet.
  func take(waiting bytes: [UInt8]) {
    var waiting = HistoryLines()
    waiting.take(bytes[...]) { json in
      if let number = HistoryLine.number(of: json), number > latest { tell(json) }
    }
  }

  private func tell(_ json: ArraySlice<UInt8>) {
    latest = max(latest, HistoryLine.number(of: json) ?? 0)
    call.tell(line: json)
  }

  /// Something happens, or has happened and is not written yet.
  func tell(_ json: JSON) { call.tell(line: Array(json.text(isPretty: false).utf8)[...]) }

  /// It has been told all that was. True if that is all.
  func finish() -> Bool {
    let damaged: [(key: String, value: JSON)] = [("damaged", .integer(lines.damaged))]
    guard follows else {
      call.finish(damaged)
      return true
    }
    isFollowing = true
    call.tell(damaged)
    return false
  }

  /// It cannot be told.
  func fail(_ reason: String) { call.fail(reason) }
}

extension HistoryReader: ControlCallOwner {
  func callWasLeft(_ call: ControlCall) { history.end(self) }
}
