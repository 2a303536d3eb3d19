// Who may probe: a few blocks of addresses.

/// All addresses that share their first bits: `10.0.0.0/8`, `2001:db8::/32`, `192.0.2.1`.
public struct AddressBlock: Hashable, Sendable {
  /// The address as it was written, IPv4-mapped ones as the IPv4 address that they mean.
  public let address: IPAddress
  /// How many leading bits count: 0 to 32, or to 128.
  public let prefix: Int

  /// An address and the number of leading bits that count; absent where the family has fewer bits. An IPv4-mapped
  /// address with a prefix of less than 96 bits is more than IPv4 and stays as it is.
  public init?(_ address: IPAddress, prefix: Int) {
    guard 0...address.width ~= prefix else { return nil }
    if address.isMapped, prefix >= 96 {
      self.address = address.unmapped
      self.prefix = prefix - 96
    } else {
      self.address = address
      self.prefix = prefix
    }
  }

  /// Why a text is not a block. Ranges count bytes of the text.
  public enum Mistake: Error, Equatable, Sendable {
    /// What stands before the slash, or all of it, is not an address. Names are not looked up.
    case address(Range<Int>)
    /// What stands behind the slash is not a number from 0 to `limit`.
    case prefix(Range<Int>, limit: Int)
  }

  /// Reads `10.0.0.0/8`, or an address alone, which means only itself.
  public init(_ text: Span<UInt8>) throws(Mistake) {
    var slash = 0
    while slash < text.count, text[slash] != .of("/") { slash += 1 }
    guard let address = IPAddress(text.extracting(0..<slash)) else { throw .address(0..<slash) }
    var prefix = address.width
    if slash < text.count {
      let digits = slash + 1..<text.count
      let mistake = Mistake.prefix(digits, limit: address.width)
      guard 1...3 ~= digits.count else { throw mistake }
      prefix = 0
      for index in digits {
        guard text[index].isDigit else { throw mistake }
        prefix = prefix * 10 + Int(text[index] - 0x30)
      }
      guard prefix <= address.width else { throw mistake }
    }
    guard let block = AddressBlock(address, prefix: prefix) else { throw .address(0..<slash) }
    self = block
  }

  /// Reads a block from text.
  public init(_ text: String) throws(Mistake) {
    let bytes = Array(text.utf8)
    try self.init(bytes.span)
  }

  /// The same block with all other bits zero. `10.1.2.3/8` is written where `10.0.0.0/8` or `10.1.2.3` was meant:
  /// a block that differs from its canonical form deserves a warning.
  public var canonical: AddressBlock {
    switch address {
    case .v4(let bits): AddressBlock(.v4(bits & Self.mask(prefix)), unchecked: prefix)
    case .v6(let high, let low):
      AddressBlock(.v6(high & Self.mask(prefix), low & Self.mask(prefix - 64)), unchecked: prefix)
    }
  }

  private init(_ address: IPAddress, unchecked prefix: Int) {
    self.address = address
    self.prefix = prefix
  }

  /// The first `prefix` bits: none if it is not positive, all if it is more than there are.
  private static func mask<Bits: FixedWidthInteger & UnsignedInteger>(_ prefix: Int) -> Bits {
    Bits.max << (Bits.bitWidth - Swift.min(Swift.max(prefix, 0), Bits.bitWidth))
  }

  /// Whether an address lies in the block. An IPv4-mapped address is looked up as IPv4.
  public func contains(_ other: IPAddress) -> Bool {
    switch (address, other.unmapped) {
    case (.v4(let mine), .v4(let theirs)): return (mine ^ theirs) & Self.mask(prefix) == 0
    case (.v6(let high, let low), .v6(let otherHigh, let otherLow)):
      return (high ^ otherHigh) & Self.mask(prefix) == 0 && (low ^ otherLow) & Self.mask(prefix - 64) == 0
    case (.v6(let high, let low), .v4(let theirs)):
      // Only a block that is wider than all of IPv4 holds IPv4 addresses: ::/0 is everybody.
      let mapped = 0xFFFF_0000_0000 | UInt64(theirs)
      return prefix < 96 && high & Self.mask(prefix) == 0 && (low ^ mapped) & Self.mask(prefix - 64) == 0
    case (.v4, .v6): return false
    }
  }
}

extension AddressBlock: CustomStringConvertible {
  /// The address, and the prefix unless it is the whole address.
  public var description: String { prefix == address.width ? "\(address)" : "\(address)/\(prefix)" }
}

/// Addresses that are allowed to do something.
public struct AddressSet: Hashable, Sendable {
  /// The blocks, in the order in which they were written.
  public let blocks: [AddressBlock]

  /// The addresses of all these blocks; nobody, if there are none.
  public init(_ blocks: [AddressBlock]) { self.blocks = blocks }

  /// Whether an address lies in one of the blocks. Costs a few nanoseconds for each block; allocates nothing.
  public func contains(_ address: IPAddress) -> Bool {
    for block in blocks where block.contains(address) { return true }
    return false
  }
}
