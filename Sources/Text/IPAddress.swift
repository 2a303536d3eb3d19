// The address of a host, of either family, as people write it and as the kernel prints it.

/// An IPv4 or IPv6 address, without a port and without a zone (`%eth0`).
public enum IPAddress: Hashable, Sendable {
  /// `127.0.0.1`: the first number is in the most significant byte.
  case v4(UInt32)
  /// `2001:db8::1`: the first group is in the most significant bits of the first half.
  case v6(UInt64, UInt64)

  /// `0.0.0.0`, every IPv4 address of a host.
  public static let everyV4 = IPAddress.v4(0)
  /// `::`, every IPv6 address of a host.
  public static let everyV6 = IPAddress.v6(0, 0)

  /// Whether this is an IPv4 address in IPv6 clothes, as in `::ffff:192.0.2.1`.
  public var isMapped: Bool {
    guard case .v6(0, let low) = self else { return false }
    return low >> 32 == 0xFFFF
  }

  /// The IPv4 address that is meant by an IPv4-mapped one; any other address as it is.
  public var unmapped: IPAddress {
    guard case .v6(_, let low) = self, isMapped else { return self }
    return .v4(UInt32(truncatingIfNeeded: low))
  }

  /// The number of bits: 32 or 128.
  public var width: Int {
    switch self {
    case .v4: 32
    case .v6: 128
    }
  }

  /// Reads an address. Absent where the text is not one, by the rules of inet_pton(3): four decimal numbers without
  /// leading zeros, or eight groups of at most four hexadecimal digits, of which `::` replaces one or more
  /// and of which the last two may be written as an IPv4 address.
  public init?(_ text: Span<UInt8>) {
    var cursor = Cursor()
    if let bits = Self.readV4(text, &cursor), cursor.isAtEnd(of: text) {
      self = .v4(bits)
    } else if let groups = Self.readV6(text) {
      self = .v6(Self.half(groups, 0), Self.half(groups, 4))
    } else {
      return nil
    }
  }

  /// Reads an address from text.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    self.init(bytes.span)
  }

  private static func readV4(_ text: Span<UInt8>, _ cursor: inout Cursor) -> UInt32? {
    var bits: UInt32 = 0
    for index in 0..<4 {
      if index > 0, !cursor.take(.of("."), in: text) { return nil }
      let start = cursor.offset
      var number: UInt32 = 0
      while let digit = cursor.peek(text), digit.isDigit {
        if cursor.offset > start, number == 0 { return nil }
        number = number * 10 + UInt32(digit - 0x30)
        if number > 255 { return nil }
        _ = cursor.take(digit, in: text)
      }
      if cursor.offset == start { return nil }
      bits = bits << 8 | number
    }
    return bits
  }

  private static func readV6(_ text: Span<UInt8>) -> InlineArray<8, UInt16>? {
    var cursor = Cursor()
    var groups = InlineArray<8, UInt16>(repeating: 0)
    var count = 0
    var gap: Int?
    if cursor.take("::", in: text) { gap = 0 }
    while !cursor.isAtEnd(of: text) {
      if count > 0 {
        guard cursor.take(.of(":"), in: text) else { return nil }
        if cursor.take(.of(":"), in: text) {
          guard gap == nil else { return nil }
          gap = count
          if cursor.isAtEnd(of: text) { break }
        }
      }
      var dotted = cursor
      if count <= 6, let bits = readV4(text, &dotted), dotted.isAtEnd(of: text) {
        groups[count] = UInt16(bits >> 16)
        groups[count + 1] = UInt16(truncatingIfNeeded: bits)
        count += 2
        break
      }
      guard count < 8, let group = readGroup(text, &cursor) else { return nil }
      groups[count] = group
      count += 1
    }
    guard let gap else { return count == 8 ? groups : nil }
    guard count < 8 else { return nil }
    // What stands behind the gap moves to the end.
    for index in stride(from: count - 1, through: gap, by: -1) {
      groups[index + 8 - count] = groups[index]
      groups[index] = 0
    }
    return groups
  }

  private static func half(_ groups: InlineArray<8, UInt16>, _ first: Int) -> UInt64 {
    var bits: UInt64 = 0
    for index in first..<first + 4 { bits = bits << 16 | UInt64(groups[index]) }
    return bits
  }

  private static func readGroup(_ text: Span<UInt8>, _ cursor: inout Cursor) -> UInt16? {
    let start = cursor.offset
    var group: UInt16 = 0
    while cursor.offset - start < 4, let byte = cursor.peek(text), let digit = byte.hexadecimalValue {
      group = group << 4 | UInt16(digit)
      _ = cursor.take(byte, in: text)
    }
    return cursor.offset > start ? group : nil
  }

  /// Appends the address in its one canonical spelling (RFC 5952; inet_ntop(3) writes the same). Allocates nothing
  /// where there is capacity.
  public func write(to bytes: inout [UInt8]) {
    switch self {
    case .v4(let bits): Self.writeV4(bits, to: &bytes)
    case .v6(let high, let low): Self.writeV6(high, low, to: &bytes)
    }
  }

  private static func writeV4(_ bits: UInt32, to bytes: inout [UInt8]) {
    for shift in stride(from: 24, through: 0, by: -8) {
      bytes.append(decimal: Int(bits >> UInt32(shift) & 0xFF))
      if shift > 0 { bytes.append(.of(".")) }
    }
  }

  private static func writeV6(_ high: UInt64, _ low: UInt64, to bytes: inout [UInt8]) {
    func group(_ index: Int) -> UInt16 {
      UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> (48 - 16 * (index % 4)))
    }
    // The first of the longest runs of two or more zero groups is left out.
    var gap = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, group(end) == 0 { end += 1 }
      if end - start > max(gap.count, 1) { gap = start..<end }
      start = max(end, start + 1)
    }
    let dotted = gap == 0..<6 || (gap == 0..<5 && group(5) == 0xFFFF)
    var index = 0
    while index < 8 {
      if index == gap.lowerBound, !gap.isEmpty {
        bytes.append(.of(":"))
        bytes.append(.of(":"))
        index = gap.upperBound
        continue
      }
      if index > 0, index != gap.upperBound { bytes.append(.of(":")) }
      if index == 6, dotted {
        writeV4(UInt32(truncatingIfNeeded: low), to: &bytes)
        return
      }
      bytes.append(hexadecimal: group(index))
      index += 1
    }
  }
}

extension IPAddress: CustomStringConvertible {
  /// The canonical spelling.
  public var description: String {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension [UInt8] {
  /// Appends a number in lower-case hexadecimal digits without leading zeros.
  mutating func append(hexadecimal value: UInt16) {
    var shift: UInt16 = 12
    while shift > 0, value >> shift == 0 { shift -= 4 }
    while true {
      let digit = UInt8(truncatingIfNeeded: value >> shift) & 15
      append(digit < 10 ? digit + 0x30 : digit - 10 + .of("a"))
      if shift == 0 { return }
      shift -= 4
    }
  }
}
