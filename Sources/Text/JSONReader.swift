// JSON, read: the lines of programs (RFC 8259). A rule file that is written as JSON is read by the YAML reader, which
// remembers places and forgives nothing; this one is quick, takes any size, and remembers nothing.

/// Bytes that are no JSON.
public struct JSONMistake: Error, Equatable, Sendable {
  /// The byte at which it shows.
  public let offset: Int
}

extension JSON {
  /// How deep lists and objects may nest: far deeper than any document that people make.
  public static let deepestNesting = 64

  /// Reads a document of exactly one value. A whole number of 64 bits is `integer`, any other is `number`. Of two members
  /// with the same key both are kept. Texts must be UTF-8; `\ud800` without its partner becomes U+FFFD.
  public init(_ bytes: Span<UInt8>) throws(JSONMistake) {
    var reader = JSONReader()
    self = try reader.value(in: bytes, level: 0)
    reader.skipBlanks(in: bytes)
    guard reader.offset == bytes.count else { throw JSONMistake(offset: reader.offset) }
  }

  // MARK: - Looking into a value

  /// The first member of an object that has this key.
  public subscript(_ key: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The text, if it is one.
  public var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// The number, if it is one, whole or not.
  public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The truth, if it is one.
  public var boolean: Bool? {
    guard case .boolean(let value) = self else { return nil }
    return value
  }

  /// The elements of a list; none of anything else.
  public var elements: [JSON] {
    guard case .array(let elements) = self else { return [] }
    return elements
  }
}

private struct JSONReader {
  private(set) var offset = 0

  mutating func skipBlanks(in bytes: Span<UInt8>) {
    while offset < bytes.count, bytes[offset].isBlank || bytes[offset].isLineEnd { offset += 1 }
  }

  private func mistake() -> JSONMistake { JSONMistake(offset: offset) }

  private mutating func take(_ byte: UInt8, in bytes: Span<UInt8>) -> Bool {
    guard offset < bytes.count, bytes[offset] == byte else { return false }
    offset += 1
    return true
  }

  private mutating func expect(_ text: StaticString, in bytes: Span<UInt8>) throws(JSONMistake) {
    for index in 0..<text.utf8CodeUnitCount {
      guard take(text.byte(at: index), in: bytes) else { throw mistake() }
    }
  }

  mutating func value(in bytes: Span<UInt8>, level: Int) throws(JSONMistake) -> JSON {
    skipBlanks(in: bytes)
    guard offset < bytes.count, level < JSON.deepestNesting else { throw mistake() }
    switch bytes[offset] {
    case .of("{"): return try object(in: bytes, level: level)
    case .of("["): return try array(in: bytes, level: level)
    case .of("\""): return .string(try string(in: bytes))
    case .of("n"):
      try expect("null", in: bytes)
      return .null
    case .of("t"):
      try expect("true", in: bytes)
      return .boolean(true)
    case .of("f"):
      try expect("false", in: bytes)
      return .boolean(false)
    default: return try number(in: bytes)
    }
  }

  private mutating func object(in bytes: Span<UInt8>, level: Int) throws(JSONMistake) -> JSON {
    offset += 1
    var members: [(key: String, value: JSON)] = []
    skipBlanks(in: bytes)
    if take(.of("}"), in: bytes) { return .object(members) }
    while true {
      skipBlanks(in: bytes)
      let key = try string(in: bytes)
      skipBlanks(in: bytes)
      guard take(.of(":"), in: bytes) else { throw mistake() }
      members.append((key, try value(in: bytes, level: level + 1)))
      skipBlanks(in: bytes)
      if take(.of("}"), in: bytes) { return .object(members) }
      guard take(.of(","), in: bytes) else { throw mistake() }
    }
  }

  private mutating func array(in bytes: Span<UInt8>, level: Int) throws(JSONMistake) -> JSON {
    offset += 1
    var elements: [JSON] = []
    skipBlanks(in: bytes)
    if take(.of("]"), in: bytes) { return .array(elements) }
    while true {
      elements.append(try value(in: bytes, level: level + 1))
      skipBlanks(in: bytes)
      if take(.of("]"), in: bytes) { return .array(elements) }
      guard take(.of(","), in: bytes) else { throw mistake() }
    }
  }

  /// `-12`, `0.5`, `1e-7`; no `+1`, `01`, `.5` or `1.`
  private mutating func number(in bytes: Span<UInt8>) throws(JSONMistake) -> JSON {
    let start = offset
    _ = take(.of("-"), in: bytes)
    if !take(.of("0"), in: bytes) { try digits(in: bytes) }
    var isWhole = true
    if take(.of("."), in: bytes) {
      try digits(in: bytes)
      isWhole = false
    }
    if take(.of("e"), in: bytes) || take(.of("E"), in: bytes) {
      if !take(.of("+"), in: bytes) { _ = take(.of("-"), in: bytes) }
      try digits(in: bytes)
      isWhole = false
    }
    var text: [UInt8] = []
    for index in start..<offset { text.append(bytes[index]) }
    let written = String(decoding: text, as: UTF8.self)
    if isWhole, let value = Int(written) { return .integer(value) }
    guard let value = Double(written) else { throw JSONMistake(offset: start) }
    return .number(value)
  }

  private mutating func digits(in bytes: Span<UInt8>) throws(JSONMistake) {
    guard offset < bytes.count, bytes[offset].isDigit else { throw mistake() }
    while offset < bytes.count, bytes[offset].isDigit { offset += 1 }
  }

  private mutating func string(in bytes: Span<UInt8>) throws(JSONMistake) -> String {
    let start = offset
    guard take(.of("\""), in: bytes) else { throw mistake() }
    var text: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      guard byte >= 0x20 else { throw mistake() }
      offset += 1
      switch byte {
      case .of("\""):
        guard let valid = String(validating: text, as: UTF8.self) else { throw JSONMistake(offset: start) }
        return valid
      case .of("\\"): try escape(in: bytes, &text)
      default: text.append(byte)
      }
    }
    throw mistake()
  }

  /// What stands behind a `\`.
  private mutating func escape(in bytes: Span<UInt8>, _ text: inout [UInt8]) throws(JSONMistake) {
    guard offset < bytes.count else { throw mistake() }
    let byte = bytes[offset]
    offset += 1
    switch byte {
    case .of("\""), .of("\\"), .of("/"): text.append(byte)
    case .of("b"): text.append(0x08)
    case .of("f"): text.append(0x0C)
    case .of("n"): text.append(0x0A)
    case .of("r"): text.append(0x0D)
    case .of("t"): text.append(0x09)
    case .of("u"):
      var value = try hexadecimal(in: bytes)
      if 0xD800..<0xDC00 ~= value, offset + 1 < bytes.count, bytes[offset] == .of("\\"), bytes[offset + 1] == .of("u") {
        let before = offset
        offset += 2
        let low = try hexadecimal(in: bytes)
        if 0xDC00..<0xE000 ~= low { value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00) } else { offset = before }
      }
      text.append(contentsOf: UTF8.encode(Unicode.Scalar(value) ?? "\u{FFFD}")!)
    default:
      offset -= 1
      throw mistake()
    }
  }

  private mutating func hexadecimal(in bytes: Span<UInt8>) throws(JSONMistake) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard offset < bytes.count, let digit = bytes[offset].hexadecimalValue else { throw mistake() }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }
}
