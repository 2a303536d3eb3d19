import TestSupport
import Testing

@testable import Diagnostics

@Suite struct LineTableTests {
  @Test func everyKindOfLineEndEndsALine() {
    let lines = LineTable(Array("a\nb\r\nc\rd\r\r\n\ne".utf8))
    #expect((1...lines.count).map { lines.range(ofLine: $0) } == [0..<1, 2..<3, 5..<6, 7..<8, 9..<9, 11..<11, 12..<13])
    #expect((0...13).map { lines.line(at: $0) } == [1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 7])
  }

  @Test(arguments: ["", "a", "a\n", "a\r\n", "a\r", "\u{FEFF}", "\u{FEFF}a\n"])
  func anEndOfLineAtTheEndBeginsNone(_ text: String) {
    #expect(LineTable(Array(text.utf8)).count == 1)
  }

  /// Against the simplest possible count, on texts with and without errors, across many checkpoints.
  @Test func codePointsAreCountedAlikeFromEverywhere() {
    var generator = SeededGenerator(seed: 7)
    let pieces: [[UInt8]] = [
      [0x61], [0x0A], [0xC3, 0xA9], [0xE2, 0x82, 0xAC], [0xF0, 0x9F, 0x98, 0x80], [0xFF], [0xE2, 0x82],
    ]
    for _ in 0..<20 {
      var bytes: [UInt8] = []
      var begins: [Int] = []
      for _ in 0..<3000 {
        let piece = pieces[Int(generator.next() % 7)]
        for index in piece.indices where index == 0 || piece == [0xE2, 0x82] { begins.append(bytes.count + index) }
        bytes += piece
      }
      let lines = LineTable(bytes)
      for (number, offset) in begins.enumerated() {
        #expect(lines.codePoints(before: offset) == number)
        #expect(lines.offset(ofCodePoint: number) == offset)
      }
      #expect(lines.codePoints(before: bytes.count) == begins.count)
      #expect(lines.offset(ofCodePoint: begins.count + 5) == bytes.count)
    }
  }
}
