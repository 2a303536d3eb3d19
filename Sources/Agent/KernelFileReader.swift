// One file of the kernel's, kept open from sample to sample.

import Kernel

/// Reads one file again and again, from its beginning.
final class KernelFileReader {
  private let path: String
  private var file: Descriptor?

  init(_ path: String) { self.path = path }

  /// No kernel file is larger, on the largest hosts: the mount table of a node with 10,000 containers.
  static let limitBytes = 4 << 20

  /// Reads the whole file into the beginning of `bytes` and says how many there are. A file that was replaced by another
  /// of its name (a recorded tree in a test, a masked file in a container) is opened anew, and so is one that could not
  /// be read: it may work again by then.
  func read(into bytes: inout [UInt8]) throws(SystemError) -> Int {
    if file == nil { file = try File.open(path, for: .reading) }
    do throws(SystemError) {
      if try file!.stat().isUnlinked { file = try File.open(path, for: .reading) }
      return try file!.readWhole(into: &bytes, limit: Self.limitBytes)
    } catch {
      file = nil
      throw error
    }
  }
}
