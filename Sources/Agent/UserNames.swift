// Names of users, as this host's own list has them. Who is known elsewhere only, as by LDAP, is a number here: asking a
// server far away can hang, and the daemon does not wait.
//
//     root:x:0:0:root:/root:/bin/bash

import Kernel
import Text

/// The list of users.
enum UserNames {
  private static let path = "/etc/passwd"
  /// No list of a host's own users is longer.
  private static let longestFile = 1 << 20

  /// The first user with this number.
  static func name(of user: UInt32) -> String? {
    var bytes: [UInt8] = []
    guard let file = try? File.open(path, for: .reading),
      let count = try? file.readWhole(into: &bytes, limit: longestFile)
    else { return nil }
    return name(of: user, in: bytes.span.extracting(0..<count))
  }

  static func name(of user: UInt32, in lines: Span<UInt8>) -> String? {
    var cursor = Cursor()
    while !cursor.isAtEnd(of: lines) {
      let name = field(&cursor, lines)
      _ = field(&cursor, lines)
      if let name, cursor.unsigned(in: lines) == UInt64(user), cursor.take(.of(":"), in: lines) { return name }
      cursor.skipLine(in: lines)
    }
    return nil
  }

  /// What stands before the next colon of this line.
  private static func field(_ cursor: inout Cursor, _ lines: Span<UInt8>) -> String? {
    var bytes: [UInt8] = []
    while let byte = cursor.peek(lines), byte != .of("\n") {
      _ = cursor.take(byte, in: lines)
      if byte == .of(":") { return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
    return nil
  }
}
