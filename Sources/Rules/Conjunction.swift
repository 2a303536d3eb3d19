// A condition taken apart into ways in which it can hold: each way is a conjunction, and for a conjunction it can be told
// for each expression in it between which values it must lie.

import Language

/// What must all be true at once for a condition to hold in one way.
struct Conjunction {
  /// Where the value of each compared expression must lie.
  private(set) var bounds: [(term: Term, interval: Interval)] = []

  /// The expressions that are compared.
  var terms: [Term] { bounds.map { $0.term } }

  /// Whether some expression would have to lie where it cannot.
  func isImpossible(in catalogue: Catalogue) -> Bool {
    bounds.contains { $0.interval.intersected(with: $0.term.interval(in: catalogue)).isEmpty }
  }

  /// Both at once.
  func joined(with other: Conjunction) -> Conjunction {
    var joined = self
    for bound in other.bounds { joined.require(bound.term, bound.interval) }
    return joined
  }

  private mutating func require(_ term: Term, _ interval: Interval) {
    if let index = bounds.firstIndex(where: { $0.term == term }) {
      bounds[index].interval = bounds[index].interval.intersected(with: interval)
    } else {
      bounds.append((term, interval))
    }
  }

  /// More ways than anybody writes by hand: a condition that has more is not looked at.
  static let limit = 64

  /// The ways in which a condition can hold; none where there are too many to look at. Whatever is not a comparison with a
  /// constant is yes or no as a whole.
  static func ways(of condition: Term, holds: Bool = true) -> [Conjunction]? {
    switch (condition.form, holds) {
    case (.not(let part), _):
      return ways(of: part, holds: !holds)
    case (.and(let parts), true), (.or(let parts), false):
      var all = [Conjunction()]
      for part in parts {
        guard let ways = ways(of: part, holds: holds), all.count * ways.count <= limit else { return nil }
        all = all.flatMap { one in ways.map { one.joined(with: $0) } }
      }
      return all
    case (.or(let parts), true), (.and(let parts), false):
      var all: [Conjunction] = []
      for part in parts {
        guard let ways = ways(of: part, holds: holds), all.count + ways.count <= limit else { return nil }
        all += ways
      }
      return all
    case (.compare(let comparison, let one, let other), _):
      var way = Conjunction()
      let comparison = holds ? comparison : comparison.negated
      // What is compared with is a number, never a yes or no.
      if case .constant(let value, _) = other.form {
        way.require(one, Interval(comparison, value))
      } else if case .constant(let value, _) = one.form {
        way.require(other, Interval(comparison.mirrored, value))
      } else {
        way.require(condition, Interval(yes: holds))
      }
      return [way]
    default:
      var way = Conjunction()
      way.require(condition, Interval(yes: holds))
      return [way]
    }
  }
}

extension Comparison {
  /// What holds exactly where this does not.
  fileprivate var negated: Comparison {
    switch self {
    case .less: .greaterOrEqual
    case .lessOrEqual: .greater
    case .greater: .lessOrEqual
    case .greaterOrEqual: .less
    case .equal: .notEqual
    case .notEqual: .equal
    }
  }

  /// The same with the sides exchanged.
  fileprivate var mirrored: Comparison {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    case .equal, .notEqual: self
    }
  }
}
