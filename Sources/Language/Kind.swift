// What a value is. Kinds exist while a file is loaded: they refuse nonsense and choose between "in bytes" and "in percent".
// At run time every value is a plain number.

/// What sort of quantity an expression has.
public enum Kind: UInt8, Sendable, CaseIterable, CustomStringConvertible {
  /// A count, a ratio, a load: anything without a unit.
  case number
  /// A share of a whole; the value is 0 to 100 and more, not 0 to 1.
  case percent
  /// An amount of memory or space; the value is in bytes.
  case bytes
  /// A time span; the value is in seconds.
  case seconds
  /// The value is in bytes per second.
  case bytesPerSecond
  /// Events per second.
  case perSecond
  /// A condition; the value is 1 (yes) or 0 (no).
  case yesNo

  /// The words for people, as in "cannot compare bytes per second with a number".
  public var description: String {
    switch self {
    case .number: "number"
    case .percent: "percent"
    case .bytes: "bytes"
    case .seconds: "seconds"
    case .bytesPerSecond: "bytes per second"
    case .perSecond: "per second"
    case .yesNo: "yes/no"
    }
  }
}

/// The kinds that an expression can still turn out to have.
public struct Kinds: OptionSet, Sendable, Hashable {
  /// One bit for each kind, at the place of its raw value.
  public let rawValue: UInt8

  /// A set from its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The set of one kind.
  public init(_ kind: Kind) { rawValue = 1 << kind.rawValue }

  /// Every kind that is a quantity: what the literal 0 can be.
  public static let quantities = Kinds(rawValue: 0b011_1111)
  /// Nothing but a percent.
  public static let percent = Kinds(.percent)
  /// Nothing but yes/no.
  public static let yesNo = Kinds(.yesNo)

  /// Whether this kind is among them.
  public func contains(_ kind: Kind) -> Bool { contains(Kinds(kind)) }

  /// The kind that is taken when nothing decides: anything rather than percent, and a number rather than anything.
  /// Absent from the empty set.
  public var natural: Kind? {
    for kind in Kind.allCases where kind != .percent && contains(kind) { return kind }
    return contains(.percent) ? .percent : nil
  }
}
