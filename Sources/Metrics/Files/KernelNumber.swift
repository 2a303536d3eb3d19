// Files that hold one number and nothing else.
//
//     25165824
//
// Control groups write "max" where there is no limit; others -1 for "unknown" or "none".

import Text

/// What such a file says.
struct KernelNumber: KernelText {
  /// The number; absent where there is none.
  private(set) var number: UInt64?

  mutating func parse(_ lines: Span<UInt8>) -> Bool {
    var cursor = Cursor()
    number = cursor.unsigned(in: lines)
    return number != nil || cursor.take("max", in: lines) || cursor.take("-1", in: lines)
  }
}
