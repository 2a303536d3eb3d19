// /proc/PID/limits: what a process may use.
//
//     Limit                     Soft Limit           Hard Limit           Units
//     Max open files            1024                 524288               files

import Text

/// What is kept of it.
public enum ProcessLimits {
  /// How many files the process may have open, by its soft limit: `UInt64.max` where there is none, absent where the text
  /// does not say.
  public static func openFiles(in text: Span<UInt8>) -> UInt64? {
    var cursor = Cursor()
    while !cursor.isAtEnd(of: text) {
      if cursor.take("Max open files", in: text) {
        cursor.skipBlanks(in: text)
        return cursor.take("unlimited", in: text) ? .max : cursor.unsigned(in: text)
      }
      cursor.skipLine(in: text)
    }
    return nil
  }
}
