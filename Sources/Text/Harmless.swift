// Whatever stands in a file or in its name, is the name of a process or came over a network may reach a terminal, and must
// not be able to command it. What that means is decided here, for pages, diagnostics, the log and JSON.

/// Stands for what is not shown.
public let replacementCharacter = "\u{FFFD}"

/// Whether a code point only ever shows itself: no control character, which a terminal would obey, no line end, and
/// none of the marks that turn the direction of writing, by which a line can be made to look like another.
public func isHarmless(_ codePoint: UInt32) -> Bool {
  switch codePoint {
  case 0x00...0x1F, 0x7F...0x9F: false
  case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: false
  default: true
  }
}

/// Appends a text in which each code point that is not harmless is replaced; tabs and line feeds too, unless its lines are
/// kept.
public func appendHarmless(_ text: String, to output: inout [UInt8], keepingLines: Bool = false) {
  for scalar in text.unicodeScalars {
    if isHarmless(scalar.value) || keepingLines && (scalar == "\n" || scalar == "\t") {
      output.append(contentsOf: UTF8.encode(scalar)!)
    } else {
      output.append(replacementCharacter)
    }
  }
}

/// A text of several lines in which each code point that is not harmless is replaced, but for line feeds and tabs.
public func harmlessLines(_ text: String) -> String {
  var output: [UInt8] = []
  appendHarmless(text, to: &output, keepingLines: true)
  return String(decoding: output, as: UTF8.self)
}

extension [UInt8] {
  /// Appends `\x1b` or `\u202e` for a code point that is not harmless: those are below U+10000.
  public mutating func append(visible codePoint: UInt32) {
    append(codePoint <= 0xFF ? "\\x" : "\\u")
    append(hexadecimal: codePoint, digits: codePoint <= 0xFF ? 2 : 4)
  }
}
