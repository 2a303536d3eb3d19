// What a reply says to HAProxy: a word about each of four things, or none. Several replies become one by taking the most
// restrictive word about each thing; the order in which they come never matters.

/// The administrative states that an agent may set, from least to most restrictive. HAProxy's operators set the same ones by hand.
public enum Administrative: UInt8, Comparable, Sendable, CustomStringConvertible {
  /// Takes back `drain` and `maint`, whoever set them.
  case ready
  /// No new connections but persistent ones.
  case drain
  /// No connections, no health checks.
  case maint

  /// HAProxy's spelling.
  public var description: String {
    switch self {
    case .ready: "ready"
    case .drain: "drain"
    case .maint: "maint"
    }
  }

  /// By restriction.
  public static func < (one: Administrative, other: Administrative) -> Bool { one.rawValue < other.rawValue }
}

/// The health states that an agent may report, from least to most restrictive. HAProxy treats the last three alike, but shows the word.
public enum Health: UInt8, Comparable, Sendable, CustomStringConvertible {
  /// In service, if the health check says so too.
  case up
  /// Stopped on purpose.
  case stopped
  /// Failed a check of its own.
  case fail
  /// Out of service.
  case down

  /// HAProxy's spelling.
  public var description: String {
    switch self {
    case .up: "up"
    case .stopped: "stopped"
    case .fail: "fail"
    case .down: "down"
    }
  }

  /// By restriction.
  public static func < (one: Health, other: Health) -> Bool { one.rawValue < other.rawValue }
}

/// The things that a reply can speak of. HAProxy remembers for each what an agent said last.
public struct Things: OptionSet, Sendable {
  /// A bit for each thing.
  public let rawValue: UInt8
  /// The things of these bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The share of the weight in HAProxy's configuration.
  public static let weight = Things(rawValue: 1)
  /// The number of connections.
  public static let maxconn = Things(rawValue: 2)
  /// `ready`, `drain`, `maint`.
  public static let administrative = Things(rawValue: 4)
  /// `up`, `stopped`, `fail`, `down`.
  public static let health = Things(rawValue: 8)
}

/// What is said about each thing; nothing about what is absent.
public struct Words: Equatable, Sendable {
  /// The share of the configured weight in percent, within `weightRange`.
  public var weightPercent: Int?
  /// Connections on one server line, within `maxconnRange`.
  public var maxconn: Int?
  /// The administrative state.
  public var administrative: Administrative?
  /// The health.
  public var health: Health?

  /// The percentages that can be said. HAProxy limits the resulting weight, not the percentage, to 256 (`server.c`); the
  /// server line must say `weight 100`, so that a greater percentage never says more.
  public static let weightRange = 0...256
  /// The numbers of connections that can be said. HAProxy understands 0 as "unlimited", which nobody means, and keeps only
  /// the low 32 bits (`maxconn:5000000000` becomes 705032704); half of them are enough.
  public static let maxconnRange = 1...Int(Int32.max)

  /// Words about some things.
  public init(
    weightPercent: Int? = nil, maxconn: Int? = nil, administrative: Administrative? = nil, health: Health? = nil
  ) {
    self.weightPercent = weightPercent
    self.maxconn = maxconn
    self.administrative = administrative
    self.health = health
  }

  /// The things spoken of.
  public var things: Things {
    var things: Things = []
    if weightPercent != nil { things.insert(.weight) }
    if maxconn != nil { things.insert(.maxconn) }
    if administrative != nil { things.insert(.administrative) }
    if health != nil { things.insert(.health) }
    return things
  }

  /// The more restrictive word about each thing. Commutative, associative, idempotent; `Words()` changes nothing.
  public func combined(with other: Words) -> Words {
    Words(
      weightPercent: Self.pick(weightPercent, other.weightPercent) { $0 < $1 },
      maxconn: Self.pick(maxconn, other.maxconn) { $0 < $1 },
      administrative: Self.pick(administrative, other.administrative) { $0 > $1 },
      health: Self.pick(health, other.health) { $0 > $1 })
  }

  /// These words, and of the defaults those about things that these leave out.
  public func filled(from defaults: Words) -> Words {
    Words(
      weightPercent: weightPercent ?? defaults.weightPercent,
      maxconn: maxconn ?? defaults.maxconn,
      administrative: administrative ?? defaults.administrative,
      health: health ?? defaults.health)
  }

  /// What is left of them when nothing is said about some things.
  public func without(_ things: Things) -> Words {
    Words(
      weightPercent: things.contains(.weight) ? nil : weightPercent,
      maxconn: things.contains(.maxconn) ? nil : maxconn,
      administrative: things.contains(.administrative) ? nil : administrative,
      health: things.contains(.health) ? nil : health)
  }

  /// The things about which both say the same: what one of several combined replies has contributed to the result.
  public func things(agreeingWith other: Words) -> Things {
    var same: Things = []
    if let weightPercent, weightPercent == other.weightPercent { same.insert(.weight) }
    if let maxconn, maxconn == other.maxconn { same.insert(.maxconn) }
    if let administrative, administrative == other.administrative { same.insert(.administrative) }
    if let health, health == other.health { same.insert(.health) }
    return same
  }

  /// The number of connections that a computed value means: rounded down, within `maxconnRange`. The value is not NaN.
  public static func maxconn(computed value: Double) -> Int {
    let limits = maxconnRange
    if value < Double(limits.lowerBound) { return limits.lowerBound }
    if value >= Double(limits.upperBound) { return limits.upperBound }
    return Int(value)
  }

  private static func pick<Word>(_ one: Word?, _ other: Word?, _ isStricter: (Word, Word) -> Bool) -> Word? {
    guard let one else { return other }
    guard let other else { return one }
    return isStricter(one, other) ? one : other
  }
}
