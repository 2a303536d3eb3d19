// Overrides across a restart, as text:
//
//     boot 6f2f5d1c-98e5-4d8e-a4a0-4b8dbe3c7a53   the boot in which the monotonic instants below mean something
//     override 0% drain            the words that are still in force
//     every                        of all services,
//     released db                  ... but for this one
//     service web                  or of this one
//     by 1000 anna                 who is answerable for it
//     because bad disk             and why
//     since 1732360000000          milliseconds since 1970
//     until 1732367200000 7200000 12345678
//                                  by the wall clock, the time that was asked for, by the monotonic clock; in milliseconds

import Reply
import Rules
import Text

extension OverrideTable {
  /// Appends what has to be remembered.
  func write(boot: String, into bytes: inout [UInt8]) {
    guard !overrides.isEmpty else { return }
    bytes.append("boot \(boot)\n")
    for override in overrides {
      bytes.append("override \(override.words)\n")
      switch override.scope {
      case .every(let released):
        bytes.append("every\n")
        for service in released { bytes.append("released \(service)\n") }
      case .service(let service): bytes.append("service \(service)\n")
      }
      bytes.append("by \(override.author.userID) \(override.author.name)\n")
      if let reason = override.reason { bytes.append("because \(reason)\n") }
      bytes.append("since \(override.since.milliseconds)\n")
      if let end = override.expiry {
        bytes.append("until \(end.wall.milliseconds) \(end.length.milliseconds) \(end.instant.milliseconds)\n")
      }
    }
  }

  /// What a process before this one has remembered, and in which boot. Absent where the text is none that `write` writes.
  static func read(_ text: Span<UInt8>) -> (boot: String, table: OverrideTable)? {
    var cursor = Cursor()
    var drafts: [Draft] = []
    guard !text.isEmpty else { return ("", OverrideTable()) }
    guard cursor.take("boot ", in: text) else { return nil }
    let boot = cursor.restOfLine(in: text)
    while cursor.take(.of("\n"), in: text), !cursor.isAtEnd(of: text) {
      if cursor.take("override ", in: text) {
        let parsed = ParsedWords(cursor.restOfLine(in: text))
        guard parsed.mistakes.isEmpty, drafts.count < mostOverrides else { return nil }
        drafts.append(Draft(words: parsed.words))
        continue
      }
      guard !drafts.isEmpty, drafts[drafts.count - 1].take(text, &cursor) else { return nil }
    }
    var table = OverrideTable()
    for draft in drafts {
      guard let override = draft.override, (try? table.force(override)) != nil else { return nil }
    }
    return cursor.isAtEnd(of: text) ? (boot, table) : nil
  }
}

/// An override whose lines are being read.
private struct Draft {
  let words: Words
  private var scope: Override.Scope?
  private var author: Override.Author?
  private var reason: String?
  private var since: Duration?
  private var expiry: Override.Expiry?

  init(words: Words) { self.words = words }

  var override: Override? {
    guard let scope, let author, let since else { return nil }
    return Override(words, of: scope, by: author, because: reason, since: since, until: expiry)
  }

  /// Takes one line, but for its end.
  mutating func take(_ text: Span<UInt8>, _ cursor: inout Cursor) -> Bool {
    if cursor.take("every", in: text) {
      scope = .every(except: [])
    } else if cursor.take("released ", in: text), case .every(let released) = scope {
      guard released.count < OverrideTable.mostReleased else { return false }
      scope = .every(except: released + [cursor.restOfLine(in: text)])
    } else if cursor.take("service ", in: text) {
      scope = .service(cursor.restOfLine(in: text))
    } else if cursor.take("by ", in: text) {
      guard let number = cursor.unsigned(in: text), let userID = UInt32(exactly: number),
        cursor.take(.of(" "), in: text)
      else { return false }
      author = Override.Author(userID: userID, name: cursor.restOfLine(in: text))
    } else if cursor.take("because ", in: text) {
      reason = cursor.restOfLine(in: text)
    } else if cursor.take("since ", in: text) {
      since = cursor.milliseconds(in: text)
      return since != nil
    } else if cursor.take("until ", in: text) {
      guard let wall = cursor.milliseconds(in: text), cursor.take(.of(" "), in: text),
        let length = cursor.milliseconds(in: text), cursor.take(.of(" "), in: text),
        let instant = cursor.milliseconds(in: text)
      else { return false }
      expiry = Override.Expiry(instant: instant, wall: wall, length: length)
    } else {
      return false
    }
    return true
  }
}

extension Cursor {
  fileprivate mutating func restOfLine(in text: Span<UInt8>) -> String {
    var bytes: [UInt8] = []
    while let byte = peek(text), byte != .of("\n"), take(byte, in: text) { bytes.append(byte) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A number that a `Duration` of milliseconds can hold.
  fileprivate mutating func milliseconds(in text: Span<UInt8>) -> Duration? {
    let most: UInt64 = 1 << 53
    return unsigned(in: text).flatMap { $0 <= most ? .milliseconds(Int64($0)) : nil }
  }
}
