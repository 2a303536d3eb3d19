// A file in which a program leaves its process number.
//
//     1234
//
// What follows on other lines, as in PostgreSQL's postmaster.pid, is its own affair.

import Text

/// Reads such files, and what else says whose a number is.
public enum ProcessIdentifierFile {
  /// The largest number that a kernel gives: PID_MAX_LIMIT.
  static let most: UInt64 = 1 << 22

  /// The number. Absent where the text does not begin with one.
  public static func number(in text: Span<UInt8>) -> Int? {
    var cursor = Cursor()
    guard let number = cursor.unsigned(in: text), number > 0, number <= most else { return nil }
    if let next = cursor.peek(text), !next.isBlank, !next.isLineEnd { return nil }
    return Int(number)
  }

  /// Whether the text of /proc/PID/status is that of a process rather than of one of its threads, which have numbers, too:
  /// `Tgid:` is the number itself.
  ///
  ///     Tgid:   1234
  public static func isProcess(_ number: Int, status text: Span<UInt8>) -> Bool {
    var cursor = Cursor()
    while !cursor.isAtEnd(of: text) {
      if cursor.take("Tgid:", in: text) { return cursor.unsigned(in: text) == UInt64(number) }
      cursor.skipLine(in: text)
    }
    return true
  }
}
