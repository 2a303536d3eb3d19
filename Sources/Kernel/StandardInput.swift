// Standard input, read whole.

internal import CLinux

/// What somebody pipes into a command.
public enum StandardInput {
  /// Everything up to its end, however long it takes to come. Absent where it cannot be read or has more than `limit`
  /// bytes. read
  public static func readAll(limit: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    while bytes.count <= limit {
      let start = bytes.count
      bytes.append(contentsOf: repeatElement(0, count: 65536))
      let count = bytes.withUnsafeMutableBytes { buffer in
        uninterrupted { CLinux.read(STDIN_FILENO, buffer.baseAddress! + start, 65536) }
      }
      guard count >= 0 else { return nil }
      bytes.removeLast(65536 - count)
      if count == 0 { return bytes }
    }
    return nil
  }
}
