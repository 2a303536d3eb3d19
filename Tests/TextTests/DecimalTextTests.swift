import Foundation
import TestSupport
import Testing

@testable import Text

@Suite struct DecimalTextTests {
  @Test(
    arguments: [
      (93.06, 1, "93.1"), (-0.04, 1, "0.0"), (-0.05, 1, "-0.1"), (5, 0, "5"), (1.05, 2, "1.05"), (0.96, 1, "1.0"),
      (0, 3, "0.000"), (-0.0, 0, "0"), (99.999, 2, "100.00"), (0.000001, 6, "0.000001"), (0.0000004, 6, "0.000000"),
      (1e15, 1, "1000000000000000.0"), (-12.5, 0, "-13"), (12.5, 0, "13"), (1e300, 2, "1e+300"),
      (.infinity, 1, "inf"), (-.infinity, 1, "-inf"), (.nan, 1, "nan"),
    ] as [(Double, Int, String)]) func numbers(value: Double, decimals: Int, expected: String)
  {
    #expect(decimalText(value, decimals: decimals) == expected)
  }

  /// Against printf, which rounds the exact binary value: they may differ by one unit of the last place, and do so
  /// only where the value lies half-way.
  @Test func randomNumbersAreWrittenAsPrintfWritesThem() {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<5000 {
      let decimals = Int.random(in: 0...6, using: &generator)
      let value = Double.random(in: -1e6...1e6, using: &generator)
      let text = decimalText(value, decimals: decimals)
      let theirs = String(format: "%.\(decimals)f", value)
      #expect(decimalsOf(text) == decimalsOf(theirs))
      let unit = (0..<decimals).reduce(1.0) { unit, _ in unit / 10 }
      #expect(abs(Double(text)! - Double(theirs)!) < unit * 1.5)
      #expect(abs(Double(text)! - value) <= unit * 0.500001)
    }
  }

  /// How many bytes follow the point.
  private func decimalsOf(_ text: String) -> Int {
    text.utf8.firstIndex(of: .of(".")).map { text.utf8.distance(from: $0, to: text.utf8.endIndex) - 1 } ?? 0
  }

  @Test(arguments: [0, 7, -120, 1_000_000, Int.max, Int.min]) func integersAreAppended(_ value: Int) {
    var line = Array("x".utf8)
    line.append(decimal: value)
    #expect(String(decoding: line, as: UTF8.self) == "x\(value)")
  }

  @Test func textIsAppendedAsItIs() {
    var line: [UInt8] = []
    line.append("é\0")
    #expect(line == [0xC3, 0xA9, 0])
  }
}
