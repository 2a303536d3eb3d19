// The arguments of a reference. The language has checked them against the source's shape before anything is bound.

import Language
import Text

extension [Argument] {
  /// The first argument, where it is a number.
  var number: Int? { if case .number(let number)? = first { number } else { nil } }

  /// The first argument, which is a text.
  var text: String {
    guard case .text(let text)? = first else { preconditionFailure("a text argument is missing") }
    return text
  }

  /// The last two arguments, which are times of day such as `22:30`, in minutes after midnight.
  var times: (from: Int, to: Int) {
    func minutes(_ argument: Argument) -> Int {
      guard case .text(let text) = argument else { preconditionFailure("a time of day is missing") }
      let digits = text.utf8.filter { $0.isDigit }.map { Int($0 - 0x30) }
      precondition(digits.count == 4, "not a time of day")
      return (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3]
    }
    return (minutes(self[count - 2]), minutes(self[count - 1]))
  }
}
