// The tables on HAProxy's stats socket: `show stat` (commas between the fields) and `show servers state` (blanks).

/// Rows by column. The first line names the columns, after `# `. `"` encloses a field that holds a separator, and is doubled
/// in it.
func table(_ text: String, separator: Character) throws -> [[String: String]] {
  var rows: [[String]] = []
  var row: [String] = []
  var field = ""
  var isQuoted = false
  var rest = text.drop { "# ".contains($0) }
  while let character = rest.popFirst() {
    switch character {
    case "\"" where isQuoted && rest.first == "\"": field.append(rest.removeFirst())
    case "\"": isQuoted.toggle()
    case separator where !isQuoted:
      row.append(field)
      field = ""
    case "\n" where !isQuoted:
      rows.append(row + [field])
      row = []
      field = ""
    default: field.append(character)
    }
  }
  if !row.isEmpty { rows.append(row + [field]) }
  guard let names = rows.first, names.count > 1 else { throw Failure("not a table: \(text)") }
  return rows.dropFirst().map { row in Dictionary(zip(names, row)) { first, _ in first } }
}
