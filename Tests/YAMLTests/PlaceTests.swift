import Diagnostics
import TestSupport
import Testing

@testable import YAML

@Suite struct PlaceTests {
  struct Row: Sendable, CustomTestStringConvertible {
    /// A document with one value, under `a`.
    let document: String
    /// A part of the value.
    let part: String
    /// What the document has in its place.
    let written: String
    var testDescription: String { document }
    init(_ document: String, _ part: String, _ written: String) {
      (self.document, self.part, self.written) = (document, part, written)
    }
  }

  static let rows = [
    Row("a: one two three", "two", "two"),
    Row("a: größer als ß", "als", "als"),
    Row("a: one\n  two\n\n\n  three", "two", "two"),
    Row("a: one\n  two\n\n\n  three", "three", "three"),
    Row("a: one\r\n  two\r\n  three", "three", "three"),
    Row("a: one\n  two", "one two", "one\n  two"),
    Row("a: 'one two'", "two", "two"),
    Row("a: 'it''s what''s two'", "two", "two"),
    Row("a: 'it''s'", "'", "''"),
    Row("a: 'it''s\n  \n  two'", "two", "two"),
    Row("a: \"one \\\"two\\\" three\"", "three", "three"),
    Row("a: \"one \\\"two\\\" three\"", "\"two\"", "\\\"two\\\""),
    Row("a: \"\\u00e9\\xe9\\U0001F600 two\"", "two", "two"),
    Row("a: \"\\u00e9\\xe9\\U0001F600 two\"", "😀", "\\U0001F600"),
    Row("a: \"one \\\n    two\\n\\\n  three\"", "three", "three"),
    Row("a: \"one\n\n  two\"", "two", "two"),
    Row("a: |\n  one\n    two\n\n  three\n", "two", "two"),
    Row("a: |\n  one\n    two\n\n  three\n", "three", "three"),
    Row("a: |-  # why\n\n  one\n", "one", "one"),
    Row("a: |2+\n    one\n\n", "one", "one"),
    Row("a: >\n  one\n  two\n\n  three\n    four\n  five\n", "two", "two"),
    Row("a: >\n  one\n  two\n\n  three\n    four\n  five\n", "three", "three"),
    Row("a: >\n  one\n  two\n\n  three\n    four\n  five\n", "four", "four"),
    Row("a: >\n  one\n  two\n\n  three\n    four\n  five\n", "five", "five"),
    Row("a: >-\r\n  one\r\n  two\r\n", "two", "two"),
    Row("a: &x  one two", "two", "two"),
    Row("a: {b: min(one,\n   two)}", "two", "two"),
  ]

  static func scalar(_ document: String) -> Scalar {
    var last: Scalar?
    for node in nodes(parse(source(document)).root) {
      if case .scalar(let scalar) = node.content { last = scalar }
    }
    return last!
  }

  static func range(of part: String, in text: String) -> Range<Int> {
    let (bytes, wanted) = (Array(text.utf8), Array(part.utf8))
    let start = bytes.indices.first { bytes[$0...].starts(with: wanted) }!
    return start..<start + wanted.count
  }

  @Test(arguments: rows) func partsAreFound(_ row: Row) {
    let scalar = Self.scalar(row.document)
    let place = scalar.place(Self.range(of: row.part, in: scalar.text))
    #expect(scalar.source.text(place) == row.written)
  }

  @Test func emptyPartsAreFound() {
    let plain = Self.scalar("a: one\n  two")
    #expect(plain.place(0..<0) == 3..<3)
    #expect(plain.place(4..<4) == 9..<9)
    #expect(plain.place(7..<7) == 12..<12)
    let quoted = Self.scalar("a: \"\"")
    #expect(quoted.place(0..<0) == 4..<4)
    #expect(Self.scalar("a:").place(0..<0) == 2..<2)
    #expect(Self.scalar("a: |\n  one\n").place(4..<4) == 10..<10)
  }

  @Test func whatCannotBeKnownIsTheStart() {
    #expect(Self.scalar("a: one").place(90..<99) == 3..<3)
    // A blank that is an escape, beside a line break.
    #expect(Self.scalar("a: \"one\n \\ two\"").place(5..<8) == 3..<3)
  }

  @Test func partsOfAnAliasAreTheAlias() {
    #expect(Self.scalar("a: &x one two\nb: *x").place(4..<7) == 17..<19)
  }

  /// Each byte of a text that is written without escapes stands where the walk says, in every style.
  @Test func everyVisibleByteIsFoundInRandomTexts() {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<500 {
      let words = (0..<Int.random(in: 1...8, using: &generator)).map { _ in
        ["a", "bc", "é", "déf", "😀", "x'y", "z"].randomElement(using: &generator)!
      }
      let breaks = ["\n  ", " ", "  ", "\n\n  ", " \n  "]
      let style = ["", "'", "\"", "|\n  ", ">\n  "].randomElement(using: &generator)!
      var body = ""
      for word in words {
        body += (body.isEmpty ? "" : breaks.randomElement(using: &generator)!)
        body += style == "'" ? word.split(separator: "'").joined(separator: "''") : word
      }
      let scalar = Self.scalar("a: " + style + body + (style.count == 1 ? style : "\n"))
      let text = Array(scalar.text.utf8)
      var offset = 0
      for character in scalar.text.unicodeScalars {
        let length = UTF8.width(character)
        if character != " ", character != "\n" {
          let place = scalar.place(offset..<offset + length)
          let expected = style == "'" && character == "'" ? "''" : String(character)
          #expect(scalar.source.text(place) == expected)
        }
        offset += length
      }
      #expect(offset == text.count)
    }
  }
}
