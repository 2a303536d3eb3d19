// One value of a JSON text, found by a pointer (RFC 6901): `/queue/depth`, `/nodes/0/load`, `/a~1b` for the key `a/b`. The text
// is one of a stranger's, and read as the YAML that JSON is.

import Diagnostics
import Text

/// What stands where a pointer leads to.
public enum JSONField: Equatable, Sendable {
  /// A number, a text, `true`, `false` or `null`, without quotes.
  case scalar(String)
  /// An object or an array; which, as a sentence has it.
  case container(String)
  /// Nothing; there are these pointers where it stops leading anywhere, the first few of them, and perhaps more.
  case missing(present: [String], hasMore: Bool = false)
  /// The text is not JSON, or was not up to there; says why.
  case malformed(String)

  /// How many pointers are named in place of one that leads nowhere.
  static let mostPresent = 5

  /// Follows a pointer, which begins with `/`, in a text.
  public init(_ pointer: String, in text: [UInt8]) {
    // What is written out has no more values than bytes; aliases, which JSON has not, could have any number.
    let (root, findings) = parse(
      Source(name: "body", bytes: joiningSurrogates(of: text)), mostValues: max(text.count, 1))
    let mistake = findings.first { $0.severity == .error }
    var path = ""
    var node = root
    for key in pointer.utf8.split(separator: .of("/"), omittingEmptySubsequences: false).dropFirst() {
      guard let container = node else { break }
      node = container.child(unescaped(key))
      if node == nil {
        let present = container.keys(limit: Self.mostPresent + 1).map { "\(path)/\($0)" }
        // A key that is not there may stand in what could not be read.
        self =
          container.isBroken || root?.isBroken == true
          ? .malformed(mistake?.message ?? "it ends early")
          : .missing(present: Array(present.prefix(Self.mostPresent)), hasMore: present.count > Self.mostPresent)
        return
      }
      path += "/\(Substring(key))"
    }
    guard let node, !node.isBroken else {
      self = .malformed(mistake?.message ?? "it is empty")
      return
    }
    switch node.content {
    case .scalar(let scalar): self = .scalar(scalar.text)
    case .mapping: self = .container("an object")
    case .sequence: self = .container("an array")
    }
  }
}

extension Node {
  fileprivate func child(_ key: String) -> Node? {
    switch content {
    case .mapping(let entries):
      for entry in entries {
        if case .scalar(let scalar) = entry.key.content, scalar.text == key { return entry.value }
      }
      return nil
    case .sequence(let items):
      guard let index = Int(key), items.indices.contains(index), "\(index)" == key else { return nil }
      return items[index]
    case .scalar:
      return nil
    }
  }

  /// The first keys of an object, as they stand in a pointer; the first and the last index of an array.
  fileprivate func keys(limit: Int) -> [String] {
    switch content {
    case .mapping(let entries):
      entries.prefix(limit).compactMap { entry in
        guard case .scalar(let scalar) = entry.key.content else { return nil }
        var text = ""
        for character in scalar.text.unicodeScalars.prefix(longestQuote) {
          switch character {
          case "~": text += "~0"
          case "/": text += "~1"
          default: text.unicodeScalars.append(character.value < 0x20 ? "?" : character)
          }
        }
        return text
      }
    case .sequence(let items): items.isEmpty ? [] : items.count == 1 ? ["0"] : ["0", "\(items.count - 1)"]
    case .scalar: []
    }
  }
}

/// A key of a pointer: `~1` is a slash, `~0` a tilde.
private func unescaped(_ key: Substring.UTF8View) -> String {
  var bytes: [UInt8] = []
  var isEscape = false
  for byte in key {
    if isEscape {
      bytes.removeLast()
      bytes.append(byte == .of("1") ? .of("/") : byte == .of("0") ? .of("~") : byte)
      isEscape = false
    } else {
      bytes.append(byte)
      isEscape = byte == .of("~")
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}

/// The text with each `\uD83D\uDE00` written as YAML has it, `\U0001F600`: beyond the first 65,536 characters JSON has two
/// escapes for one.
private func joiningSurrogates(of text: [UInt8]) -> [UInt8] {
  func unit(at index: Int) -> UInt32? {
    guard index + 6 <= text.count, text[index] == .of("\\"), text[index + 1] == .of("u") else { return nil }
    var value: UInt32 = 0
    for digit in text[index + 2..<index + 6] {
      guard let number = digit.hexadecimalValue else { return nil }
      value = value << 4 | UInt32(number)
    }
    return value
  }
  var result: [UInt8] = []
  result.reserveCapacity(text.count)
  var index = 0
  while index < text.count {
    if text[index] != .of("\\") {
      result.append(text[index])
      index += 1
    } else if let high = unit(at: index), 0xD800..<0xDC00 ~= high, let low = unit(at: index + 6), 0xDC00..<0xE000 ~= low
    {
      result.append("\\U" + hexadecimal(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00), digits: 8))
      index += 12
    } else {
      // A backslash and what it escapes, which may be another backslash.
      for byte in text[index..<min(index + 2, text.count)] { result.append(byte) }
      index += 2
    }
  }
  return result
}
