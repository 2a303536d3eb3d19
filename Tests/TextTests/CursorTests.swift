import Testing

@testable import Text

/// A cursor with its bytes: a span cannot stand in an expectation.
private final class Reader {
  let bytes: [UInt8]
  var cursor = Cursor()

  init(_ text: String) { bytes = Array(text.utf8) }

  var offset: Int { cursor.offset }
  var isAtEnd: Bool {
    let bytes = bytes
    return cursor.isAtEnd(of: bytes.span)
  }
  var next: UInt8? {
    let bytes = bytes
    return cursor.peek(bytes.span)
  }
  func take(_ byte: UInt8) -> Bool {
    let bytes = bytes
    return cursor.take(byte, in: bytes.span)
  }
  func take(_ text: StaticString) -> Bool {
    let bytes = bytes
    return cursor.take(text, in: bytes.span)
  }
  func skipLine() {
    let bytes = bytes
    cursor.skipLine(in: bytes.span)
  }
  func word() -> Range<Int> {
    let bytes = bytes
    return cursor.word(in: bytes.span)
  }
  func unsigned() -> UInt64? {
    let bytes = bytes
    return cursor.unsigned(in: bytes.span)
  }
  func decimal() -> Double? {
    let bytes = bytes
    return cursor.decimal(in: bytes.span)
  }
  func equals(_ text: StaticString, _ range: Range<Int>) -> Bool {
    let bytes = bytes
    return bytes.span.equals(text, in: range)
  }
}

@Suite struct CursorTests {
  @Test func bytesAreTakenOnlyWhenTheyAreThere() {
    let reader = Reader("ab")
    #expect(reader.next == .of("a"))
    #expect(reader.take(.of("b")) == false)
    #expect(reader.take(.of("a")))
    #expect(reader.take("bc") == false)
    #expect(reader.offset == 1)
    #expect(reader.take("b"))
    #expect(reader.isAtEnd)
    #expect(reader.next == nil)
    #expect(reader.take(.of("b")) == false)
    #expect(reader.take(""))
  }

  @Test func linesAreSkippedToTheirEndOrTheTexts() {
    let reader = Reader("a\n\nb")
    var offsets: [Int] = []
    for _ in 0..<4 {
      reader.skipLine()
      offsets.append(reader.offset)
    }
    #expect(offsets == [2, 3, 4, 4])
  }

  @Test func wordsEndAtBlanksAndLines() {
    let reader = Reader(" \tone two\n three\r\n")
    #expect(reader.word() == 2..<5)
    #expect(reader.word() == 6..<9)
    #expect(reader.word().isEmpty)
    reader.skipLine()
    #expect(reader.word() == 11..<16)
    #expect(Cursor(at: 2).offset == 2)
  }

  struct Unsigned: Sendable {
    let text: String
    let value: UInt64?
    /// Where the cursor is afterwards.
    let offset: Int
    init(_ text: String, _ value: UInt64?, _ offset: Int) {
      (self.text, self.value, self.offset) = (text, value, offset)
    }
  }

  @Test(arguments: [
    Unsigned("0", 0, 1), Unsigned(" \t42 7", 42, 4), Unsigned("42\n", 42, 2), Unsigned("007", 7, 3),
    Unsigned("18446744073709551615", .max, 20), Unsigned("18446744073709551616", nil, 20),
    Unsigned("99999999999999999999999999", nil, 26), Unsigned("36893488147419103232", nil, 20),
    Unsigned("", nil, 0), Unsigned("  ", nil, 2), Unsigned("-1", nil, 0), Unsigned("x", nil, 0),
    Unsigned("12x", nil, 2), Unsigned("1.5", nil, 1), Unsigned("12:", 12, 2), Unsigned("12,", 12, 2),
    Unsigned("\n12", nil, 0),
  ]) func integers(_ row: Unsigned) {
    let reader = Reader(row.text)
    #expect(reader.unsigned() == row.value)
    #expect(reader.offset == row.offset)
  }

  @Test(
    arguments: [
      ("0.53", 0.53, 4), ("98", 98, 2), (" 0.00 1/2", 0, 5), ("0.05", 0.05, 4), ("1.", nil, 2), (".5", nil, 0),
      ("", nil, 0), ("x", nil, 0), ("-1", nil, 0), ("10.25/", 10.25, 5), ("0.125000", 0.125, 8),
      (String(repeating: "9", count: 400), nil, 400), ("0." + String(repeating: "0", count: 400) + "1", nil, 403),
    ] as [(String, Double?, Int)]) func decimals(text: String, value: Double?, offset: Int)
  {
    let reader = Reader(text)
    #expect(reader.decimal() == value)
    #expect(reader.offset == offset)
  }

  @Test func rangesAreComparedWhole() {
    let reader = Reader("cpu0 1")
    #expect(reader.equals("cpu0", 0..<4))
    #expect(reader.equals("cpu", 0..<4) == false)
    #expect(reader.equals("cpu0 ", 0..<4) == false)
    #expect(reader.equals("", 6..<6))
    #expect(reader.equals("12", 5..<6) == false)
  }
}
