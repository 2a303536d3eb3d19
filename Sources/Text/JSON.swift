// JSON, written.

/// A JSON value; the keys of an object keep their order.
public indirect enum JSON: Sendable {
  /// `null`
  case null
  /// `true` and `false`
  case boolean(Bool)
  /// A whole number.
  case integer(Int)
  /// Any other number; one that JSON has no words for (infinite, not a number) becomes `null`.
  case number(Double)
  /// A text.
  case string(String)
  /// A list.
  case array([JSON])
  /// Keys and values.
  case object([(key: String, value: JSON)])

  /// A text, or `null`.
  public static func string(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }

  /// A number, or `null`.
  public static func number(_ value: Double?) -> JSON { value.map { .number($0) } ?? .null }

  /// A list of texts.
  public static func strings(_ texts: [String]) -> JSON { .array(texts.map { .string($0) }) }

  /// The value on one line, or with two blanks of indentation for each level; without a line end behind it.
  public func text(isPretty: Bool = true) -> String {
    var bytes: [UInt8] = []
    write(into: &bytes, indentation: isPretty ? 0 : nil)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the value; `indentation` is absent for all on one line.
  private func write(into bytes: inout [UInt8], indentation: Int?) {
    switch self {
    case .null: bytes.append("null")
    case .boolean(let value): bytes.append(value ? "true" : "false")
    case .integer(let value): bytes.append(decimal: value)
    case .number(let value): bytes.append(value.isFinite ? Self.numberText(value) : "null")
    case .string(let text): Self.write(text, into: &bytes)
    case .array(let elements):
      Self.write(elements.count, between: "[", "]", into: &bytes, indentation) { index, bytes, inner in
        elements[index].write(into: &bytes, indentation: inner)
      }
    case .object(let entries):
      Self.write(entries.count, between: "{", "}", into: &bytes, indentation) { index, bytes, inner in
        Self.write(entries[index].key, into: &bytes)
        bytes.append(indentation == nil ? ":" : ": ")
        entries[index].value.write(into: &bytes, indentation: inner)
      }
    }
  }

  private static func write(
    _ count: Int, between open: String, _ close: String, into bytes: inout [UInt8], _ indentation: Int?,
    element: (Int, inout [UInt8], Int?) -> Void
  ) {
    bytes.append(open)
    for index in 0..<count {
      if index > 0 { bytes.append(",") }
      newLine(into: &bytes, indentation.map { $0 + 1 })
      element(index, &bytes, indentation.map { $0 + 1 })
    }
    if count > 0 { newLine(into: &bytes, indentation) }
    bytes.append(close)
  }

  private static func newLine(into bytes: inout [UInt8], _ indentation: Int?) {
    guard let indentation else { return }
    bytes.append("\n")
    bytes.append(contentsOf: repeatElement(.of(" "), count: indentation * 2))
  }

  /// A whole number without `.0`.
  private static func numberText(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : "\(value)"
  }

  /// What a terminal would obey is escaped, so that a document can be looked at.
  private static func write(_ text: String, into bytes: inout [UInt8]) {
    bytes.append(.of("\""))
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": bytes.append("\\\"")
      case "\\": bytes.append("\\\\")
      case "\n": bytes.append("\\n")
      case "\t": bytes.append("\\t")
      default:
        if isHarmless(scalar.value) {
          bytes.append(contentsOf: UTF8.encode(scalar)!)
        } else {
          bytes.append("\\u")
          bytes.append(hexadecimal: scalar.value, digits: 4)
        }
      }
    }
    bytes.append(.of("\""))
  }
}
