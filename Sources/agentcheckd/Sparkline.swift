// A row of numbers as a row of bars, as high as a line of text.

import Text

/// A bar for each value, between the least of all and the greatest; a dot where there is none. In ASCII four marks stand
/// for the heights.
func sparkline(_ values: [Double?], isUnicode: Bool) -> String {
  let marks: [Unicode.Scalar] =
    isUnicode
    ? ["\u{2581}", "\u{2582}", "\u{2583}", "\u{2584}", "\u{2585}", "\u{2586}", "\u{2587}", "\u{2588}"]
    : ["_", "-", "=", "#"]
  var (least, greatest) = (Double.infinity, -Double.infinity)
  for case let value? in values { (least, greatest) = (min(least, value), max(greatest, value)) }
  var line = ""
  for value in values {
    guard let value else {
      line += isUnicode ? "\u{B7}" : "."
      continue
    }
    // A value that does not move is drawn low, whatever it is. Halves, because the whole distance may be no number.
    let share = greatest > least ? (value / 2 - least / 2) / (greatest / 2 - least / 2) : 0
    line.unicodeScalars.append(marks[min(Int(share * Double(marks.count)), marks.count - 1)])
  }
  return line
}
