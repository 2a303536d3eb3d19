import Foundation
import TestSupport
import Testing

@testable import Text

private func read(_ text: String) throws -> JSON {
  let bytes = Array(text.utf8)
  return try JSON(bytes.span)
}

@Suite struct JSONTests {
  @Test(arguments: [
    "null", "true", "false", "0", "-12", "0.5", "-1.25", "\"\"", "[]", "{}", "[1,2,[]]",
    #"{"a":{"b":null},"c":[true]}"#,
    #""a\"b\\c\n\t""#, #""ü€😀""#, #""\u001b[2J\u009b\u202e""#, "9223372036854775807",
  ])
  func whatIsReadIsWrittenAgain(_ text: String) throws { #expect(try read(text).text(isPretty: false) == text) }

  @Test(arguments: [
    (" [ 1 ,\r\n\t2 ] ", "[1,2]"), (#""\u00fc\ud83d\ude00\/\b\f\r""#, #""ü😀/\u0008\u000c\u000d""#),
    (#""\ud800x""#, "\"\u{FFFD}x\""), (#""\ud800\u0041""#, "\"\u{FFFD}A\""), (#""\udc00""#, "\"\u{FFFD}\""),
    ("1e3", "1000"), ("1E+2", "100"), ("25e-1", "2.5"), ("1.0", "1"),
    ("18446744073709551616", "1.8446744073709552e+19"),
    (#"{"a":1,"a":2}"#, #"{"a":1,"a":2}"#),
  ])
  func otherSpellings(_ text: String, _ canonical: String) throws {
    #expect(try read(text).text(isPretty: false) == canonical)
  }

  @Test(arguments: [
    ("", 0), (" ", 1), ("nul", 3), ("nulll", 4), ("[1,]", 3), ("[1 2]", 3), ("{\"a\"}", 4), ("{a:1}", 1),
    ("{\"a\":1,}", 7),
    ("01", 1), ("+1", 0), (".5", 0), ("1.", 2), ("1e", 2), ("-", 1), ("\"a", 2), ("\"\n\"", 1), (#""\x""#, 2),
    (#""\u12g4""#, 5), ("[", 1), ("{", 1), ("true false", 5), ("'a'", 0),
  ])
  func whatIsNoJSON(_ text: String, _ offset: Int) {
    #expect(throws: JSONMistake(offset: offset)) { try read(text) }
  }

  @Test func bytesThatAreNoTextAreRefused() {
    let bytes: [UInt8] = [0x22, 0xC3, 0x28, 0x22]
    #expect(throws: JSONMistake(offset: 0)) { try JSON(bytes.span) }
  }

  @Test func nestingHasALimit() throws {
    let deep = { (count: Int) in String(repeating: "[", count: count) + String(repeating: "]", count: count) }
    _ = try read(deep(JSON.deepestNesting))
    #expect(throws: JSONMistake(offset: JSON.deepestNesting)) { try read(deep(JSON.deepestNesting + 1)) }
  }

  @Test func garbageIsSurvived() {
    var generator = SeededGenerator(seed: 8)
    let letters = Array(#"{}[]",:\u0123456789abcdefnulltrue.-+e "#.utf8) + [0, 0xC3, 0xFF]
    for _ in 0..<5000 {
      let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in letters.randomElement(using: &generator)! }
      guard let value = try? JSON(bytes.span) else { continue }
      let again = Array(value.text().utf8)
      #expect((try? JSON(again.span))?.text() == value.text())
    }
  }

  @Test func membersAreFound() throws {
    let value = try read(#"{"a":"x","b":[1,2.5],"c":false}"#)
    #expect(value["a"]?.text == "x" && value["a"]?.number == nil)
    #expect(value["b"]?.elements.compactMap(\.number) == [1, 2.5])
    #expect(value["c"]?.boolean == false && value["d"] == nil && value["a"]?["b"] == nil)
  }
}

@Suite struct HarmlessTests {
  @Test func linesKeepTheirEndsAndTabs() {
    #expect(harmlessLines("a\n\tb\u{1B}[2J\u{9B}1m\u{202E}\r\u{7F}ü") == "a\n\tb�[2J�1m���ü")
  }
}
