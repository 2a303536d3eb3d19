// The checked form of an expression: kinds settled, names expanded, nothing left to go wrong but unknown values.
// Everything that works on expressions after loading (compiling, showing, comparing, reasoning) switches over `Form`.

/// One part of a checked expression. Two terms are equal when they mean the same, whatever the file calls them.
public final class Term: Hashable, Sendable {
  /// What it is.
  public let form: Form
  /// The name in `metrics:` that stood for it where it was used. Only for showing: not part of the identity.
  public let name: String?
  /// Of the form, made once: terms are looked up in tables far more often than they are made.
  private let digest: Int

  /// A term.
  public init(_ form: Form, name: String? = nil) {
    self.form = form
    self.name = name
    var hasher = Hasher()
    form.hash(into: &hasher)
    digest = hasher.finalize()
  }

  /// Whether they mean the same.
  public static func == (one: Term, other: Term) -> Bool { one.digest == other.digest && one.form == other.form }

  /// By what it means.
  public func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

/// What a term is.
public enum Form: Hashable, Sendable {
  /// A number in the base unit of its kind. Never yes/no.
  case constant(Double, Kind)
  /// Something measured.
  case metric(Metric)
  /// `-x`
  case negate(Term)
  /// `not x`
  case not(Term)
  /// `x and y and ...`, two at least.
  case and([Term])
  /// `x or y or ...`, two at least.
  case or([Term])
  /// `x < y`
  case compare(Comparison, Term, Term)
  /// `x + y - ...`, all of one kind.
  case sum(Term, [Addend])
  /// `x * y / ...`, worked out from left to right.
  case product(Term, [Factor])
  /// `min(x, ...)`
  case least([Term])
  /// `max(x, ...)`
  case greatest([Term])
  /// `clamp(x, low, high)`
  case clamp(Term, low: Term, high: Term)
  /// `if(condition, then, otherwise)`
  case choose(Term, then: Term, otherwise: Term)
  /// `known(x)`
  case known(Term)
  /// `curve(x, a -> b, ...)`: two points at least, their `x` rising; flat outside of them, straight between them.
  case curve(Term, [CurvePoint], Kind)
  /// `avg(x over 30s)` and its siblings.
  case window(WindowFunction, Term, over: Duration)
}

/// A measured quantity in an expression.
public final class Metric: Hashable, Sendable {
  /// What has to be measured, as the catalogue of this load counts it.
  public let reference: MetricReference
  /// The kind it was settled to.
  public let kind: Kind
  /// What to write to mean it: `filesystem("/var").used`.
  public let text: String

  /// A metric; `text` has to be the one canonical spelling of `reference`.
  public init(reference: MetricReference, kind: Kind, text: String) {
    self.reference = reference
    self.kind = kind
    self.text = text
  }

  /// Whether they are the same by name. The places in the catalogue are left out on purpose: a reload that adds a probe
  /// moves them, and a metric that is still called the same must keep its state.
  public static func == (one: Metric, other: Metric) -> Bool {
    // Arguments stand in the text, but for a service's name, which nobody writes.
    one.reference.inPercent == other.reference.inPercent && one.text == other.text
      && one.reference.arguments == other.reference.arguments
  }

  /// By name.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(reference.inPercent)
    hasher.combine(text)
  }
}

/// How two values are compared.
public enum Comparison: Hashable, Sendable, CaseIterable {
  /// `<`
  case less
  /// `<=`
  case lessOrEqual
  /// `>`
  case greater
  /// `>=`
  case greaterOrEqual
  /// `==`
  case equal
  /// `!=`
  case notEqual
}

/// What is added to, or taken away from, a sum.
public struct Addend: Hashable, Sendable {
  /// Whether it is taken away.
  public let isSubtracted: Bool
  /// What.
  public let term: Term
}

/// What a product is multiplied with, or divided by.
public struct Factor: Hashable, Sendable {
  /// Whether it divides.
  public let isDivisor: Bool
  /// What.
  public let term: Term
}

/// A point of a curve, in the base units of the curve's argument and of its result.
public struct CurvePoint: Hashable, Sendable {
  /// Where.
  public let x: Double
  /// How high.
  public let y: Double
}

/// What is made of the samples in a window.
public enum WindowFunction: Hashable, Sendable, CaseIterable {
  /// Their mean.
  case average
  /// The smallest.
  case least
  /// The greatest.
  case greatest
  /// The difference of the last and the first, by the seconds between them.
  case rate
}
