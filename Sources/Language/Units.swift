// The units that a number may carry, and what people write instead of them.

/// A row of the unit table.
public struct UnitEntry: Sendable {
  /// How it is written. A unit of bytes may be followed by `B`.
  public let symbol: String
  /// What a number with it is.
  public let kind: Kind
  /// How many of the kind's base unit one is.
  public let scale: Double
}

/// All units, for each kind from the smallest to the largest.
public let units: [UnitEntry] = [
  UnitEntry(symbol: "%", kind: .percent, scale: 1),
  UnitEntry(symbol: "B", kind: .bytes, scale: 1),
  UnitEntry(symbol: "k", kind: .bytes, scale: 1e3),
  UnitEntry(symbol: "Ki", kind: .bytes, scale: 1024),
  UnitEntry(symbol: "M", kind: .bytes, scale: 1e6),
  UnitEntry(symbol: "Mi", kind: .bytes, scale: 1_048_576),
  UnitEntry(symbol: "G", kind: .bytes, scale: 1e9),
  UnitEntry(symbol: "Gi", kind: .bytes, scale: 1_073_741_824),
  UnitEntry(symbol: "T", kind: .bytes, scale: 1e12),
  UnitEntry(symbol: "Ti", kind: .bytes, scale: 1_099_511_627_776),
  UnitEntry(symbol: "ms", kind: .seconds, scale: 0.001),
  UnitEntry(symbol: "s", kind: .seconds, scale: 1),
  UnitEntry(symbol: "m", kind: .seconds, scale: 60),
  UnitEntry(symbol: "h", kind: .seconds, scale: 3600),
  UnitEntry(symbol: "d", kind: .seconds, scale: 86400),
]

/// What people write instead, in lower case, and the unit that they mean.
private let foreignUnits: [(foreign: String, ours: String)] = [
  ("msec", "ms"), ("msecs", "ms"), ("millis", "ms"), ("millisecond", "ms"), ("milliseconds", "ms"),
  ("sec", "s"), ("secs", "s"), ("second", "s"), ("seconds", "s"),
  ("min", "m"), ("mins", "m"), ("minute", "m"), ("minutes", "m"),
  ("hr", "h"), ("hrs", "h"), ("hour", "h"), ("hours", "h"), ("day", "d"), ("days", "d"),
  ("byte", "B"), ("bytes", "B"), ("kb", "kB"), ("mb", "MB"), ("gb", "GB"), ("tb", "TB"),
  ("kib", "KiB"), ("mib", "MiB"), ("gib", "GiB"), ("tib", "TiB"), ("ki", "Ki"), ("mi", "Mi"), ("gi", "Gi"),
  ("ti", "Ti"),
  ("percent", "%"), ("pct", "%"), ("pc", "%"),
]

/// Units of bits, in lower case, and what eight of them are.
private let unitsOfBits: [(bits: String, bytes: String)] = [
  ("bps", "B/s"), ("kbps", "kB/s"), ("mbps", "MB/s"), ("gbps", "GB/s"),
  ("bit", "B"), ("kbit", "kB"), ("mbit", "MB"), ("gbit", "GB"),
]

extension UnitEntry {
  /// What eight of this unit are, if it is one of bits: `Mbps`, but not `MBps`.
  static func bytes(forEight text: String) -> String? {
    if text.hasSuffix("Bps") { return nil }
    for (bits, bytes) in unitsOfBits where bits == text.lowercased() { return bytes }
    return nil
  }

  /// The unit that is written like this, or nil.
  static func named(_ text: String) -> UnitEntry? {
    for entry in units {
      if entry.symbol == text { return entry }
      if entry.kind == .bytes, entry.scale > 1, entry.symbol + "B" == text { return entry }
    }
    return nil
  }

  /// How somebody who wrote this unknown unit should have written it, or nil.
  static func meant(by text: String) -> String? {
    let lower = text.lowercased()
    if text.hasSuffix("Bps"), let bytes = unitsOfBits.first(where: { $0.bits == lower }) { return bytes.bytes }
    for (foreign, ours) in foreignUnits where foreign == lower { return ours }
    for entry in units where entry.symbol.lowercased() == lower { return entry.symbol }
    return nil
  }

  /// So many of this unit in the base unit. A fraction divides instead of multiplying: 9ms has to be exactly what 0.009s is.
  func baseUnits(of number: Double) -> Double { scale < 1 ? number / (1 / scale) : number * scale }
}
