// What several tests of this room need.

import Foundation
import Testing

@testable import Kernel

/// A directory of its own, removed at the end.
final class TemporaryDirectory {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "kernel-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and says where it is.
  func file(_ name: String, _ contents: String) throws -> String {
    try contents.write(toFile: "\(path)/\(name)", atomically: false, encoding: .utf8)
    return "\(path)/\(name)"
  }
}

/// Whatever cannot be copied, for where tests want to.
final class Holder<Value: ~Copyable> {
  let value: Value
  init(_ value: consuming Value) { self.value = value }
}

/// Waits until something is readable, at most 10 s: long enough for any machine, and only waited for in vain once.
func waitReadable(_ descriptor: borrowing Descriptor) -> Bool {
  var wait = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
  return poll(&wait, 1, 10_000) == 1
}

func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
