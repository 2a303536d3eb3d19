// The arguments of a reference. The language has checked them against the source's shape before anything is bound.

import Language

extension [Argument] {
  /// The first argument, where it is a number.
  var number: Int? { if case .number(let number)? = first { number } else { nil } }

  /// The first argument, which is a text.
  var text: String {
    guard case .text(let text)? = first else { preconditionFailure("a text argument is missing") }
    return text
  }
}
