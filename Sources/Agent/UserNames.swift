// Names of users, as this host's own list has them. Who is known elsewhere only, as by LDAP, is a number here: asking a
// server far away can hang, and the daemon does not wait.
//
//     root:x:0:0:root:/root:/bin/bash

import Kernel
import Text

/// The list of users.
enum UserNames {
  /// No list of a host's own users is longer: some 15,000. Of one that is, nobody is known by name.
  static let longestFile = 1 << 20
  /// The longest name that useradd(8) gives, in bytes.
  static let longestName = 32

  /// What useradd(8) would call one: short, and nothing that could be taken for something else in a line.
  static func isName(_ name: String) -> Bool {
    1...longestName ~= name.utf8.count
      && name.utf8.allSatisfy { $0.isLetter || $0.isDigit || [.of("_"), .of("-"), .of("."), .of("@")].contains($0) }
  }

  /// The first user with this number.
  static func name(of user: UInt32, listedIn path: String = "/etc/passwd") -> String? {
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
