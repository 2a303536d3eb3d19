// memory.stat of a control group: what its memory is used for. Version 2:
//
//     anon 104857600
//     file 52428800
//     inactive_file 20971520
//
// Version 1 has the group alone under these names, and with the groups below it under `total_inactive_file`.

import Text

/// What memory.stat says.
struct GroupMemoryStatistics: KernelText {
  /// Bytes of files that have not been used lately: the first that the kernel gives up.
  private(set) var inactiveFiles: UInt64?

  mutating func parse(_ lines: Span<UInt8>) -> Bool {
    inactiveFiles = nil
    var total: UInt64?
    var cursor = Cursor()
    while !cursor.isAtEnd(of: lines) {
      if cursor.take("inactive_file ", in: lines) {
        inactiveFiles = cursor.unsigned(in: lines)
      } else if cursor.take("total_inactive_file ", in: lines) {
        total = cursor.unsigned(in: lines)
      }
      cursor.skipLine(in: lines)
    }
    inactiveFiles = total ?? inactiveFiles
    return inactiveFiles != nil
  }
}
