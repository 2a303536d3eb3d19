// The user's text within a sentence.

import Text

/// How much of a user's text a sentence repeats, in characters.
let longestQuote = 60

/// A text short enough for a sentence.
func shortened(_ text: String) -> String {
  text.count <= longestQuote ? text : text.prefix(longestQuote) + "..."
}

/// A text as it can be written in a YAML file whatever it contains: in double quotes, or in single ones where that
/// saves escapes. The text is one line of a file.
func quoted(_ text: String) -> String {
  let text = shortened(text)
  var needsEscapes = false
  for byte in text.utf8 where byte == .of("\"") || byte == .of("\\") { needsEscapes = true }
  guard needsEscapes else { return "\"\(text)\"" }
  var quoted: [UInt8] = [.of("'")]
  for byte in text.utf8 {
    quoted.append(byte)
    if byte == .of("'") { quoted.append(byte) }
  }
  quoted.append(.of("'"))
  return String(decoding: quoted, as: UTF8.self)
}

/// Hexadecimal digits, upper case.
func hexadecimal(_ value: UInt32, digits: Int) -> String {
  let text = String(value, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}

/// The one character of a code point.
func character(_ value: UInt32) -> Character { Character(Unicode.Scalar(value) ?? "\u{FFFD}") }
