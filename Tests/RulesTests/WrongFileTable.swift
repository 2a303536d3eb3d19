import Foundation
import Testing

/// The tables of `Tests/Fixtures/wrong/README.md`, as far as a machine can read them: `2:11 `cpu.idel`: unknown metric; did
/// you mean `cpu.idle``. Places come first, each with the words that are marked; what follows them is for people, but the
/// texts in backticks must be told, and those behind `not` must not.
enum WrongFileTable {
  struct Row: CustomTestStringConvertible, Sendable {
    let name: String
    let places: [Place]
    let told: [String]
    let unsaid: [String]

    var testDescription: String { name }
  }

  struct Place: CustomStringConvertible, Sendable {
    /// Of the file itself or, where none is given, anywhere in an included file.
    let line: Int?
    let column: Int?
    /// The marked words; `...` at their end stands for more.
    let text: String?

    func fits(_ mark: Mark) -> Bool {
      if let line, let column { guard mark.line == line, mark.column == column else { return false } }
      if line == nil { guard mark.file.hasPrefix("fragments/") else { return false } }
      guard let text else { return true }
      return text.hasSuffix(" ...") ? mark.text.hasPrefix(text.dropLast(4)) : mark.text == text
    }

    var description: String { "\(line ?? 0):\(column ?? 0) '\(text ?? "")'" }
  }

  static let rows: [Row] = {
    let path = WrongFileTests.folder.appendingPathComponent("README.md")
    let lines = try! String(contentsOf: path, encoding: .utf8).split(separator: "\n")
    return lines.compactMap { line in
      let cells = line.replacing("\\|", with: "\u{1}").split(separator: "|")
        .map { $0.replacing("\u{1}", with: "|").trimmingCharacters(in: .whitespaces) }
      guard line.hasPrefix("| "), cells.count == 3, cells[0] != "file", !cells[0].hasPrefix("-") else { return nil }
      return row(cells[0], cells[2])
    }
  }()

  private static func row(_ name: String, _ cell: String) -> Row {
    var rest = Substring(cell)
    var places: [Place] = []
    if let match = rest.prefixMatch(of: #/in the fragment, at `([^`]+)`: /#) {
      places = [Place(line: nil, column: nil, text: String(match.1))]
      rest = rest[match.range.upperBound...]
    }
    while let match = rest.prefixMatch(of: #/(\d+):(\d+)(?: (?:`` (.+?) ``|`([^`]+)`))?(, |: |$)/#) {
      let text = match.3 ?? match.4
      places.append(Place(line: Int(match.1), column: Int(match.2), text: text.map { String($0) }))
      rest = rest[match.range.upperBound...]
      if match.5 != ", " { break }
    }
    var told: [String] = []
    var unsaid: [String] = []
    for match in rest.matches(of: #/(?:(not) )?`([^`]+)`/#) {
      if match.1 == nil { told.append(String(match.2)) } else { unsaid.append(String(match.2)) }
    }
    return Row(name: name, places: places, told: told, unsaid: unsaid)
  }
}
