import TestSupport
import Testing

@testable import Text

@Suite struct EditDistanceTests {
  @Test(arguments: [
    ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("idle", "idle", 0), ("idel", "idle", 1), ("idl", "idle", 1),
    ("idlee", "idle", 1), ("idke", "idle", 1), ("IDLE", "idle", 2), ("Idle", "idle", 1), ("abcd", "badc", 2),
    ("kitten", "sitting", 3), ("ca", "abc", 3),
  ]) func distances(one: String, other: String, expected: Int) {
    #expect(editDistance(one, other) == expected)
    #expect(editDistance(other, one) == expected)
  }

  @Test(
    arguments: [
      ("cpu.idel", ["cpu.iowait", "cpu.idle"], "cpu.idle"), ("CPU.Idle", ["cpu.idle"], "cpu.idle"),
      ("banana", ["cpu.idle"], nil), ("", ["a"], nil), ("", [""], ""), ("a", [], nil), ("a", ["b"], "b"),
      ("a", ["bc"], nil), ("when", ["when"], "when"), ("whne", ["where", "when", "wine"], "when"),
      // The first of equally near ones.
      ("bat", ["cat", "hat"], "cat"), ("bat", ["hat", "cat"], "hat"),
      // One step for every three letters begun: one of three, two of four.
      ("abc", ["xyc"], nil), ("abcd", ["xycd"], "xycd"),
    ] as [(String, [String], String?)]) func theNearestWord(word: String, candidates: [String], expected: String?)
  {
    #expect(closest(to: word, among: candidates) == expected)
  }

  /// Swapping two neighbours is one step, so it is not a metric in general; these hold all the same.
  @Test func distancesAreSymmetricAndBounded() {
    var generator = SeededGenerator(seed: 9)
    let word = { (generator: inout SeededGenerator) in
      String((0..<Int.random(in: 0...8, using: &generator)).map { _ in "abAB.".randomElement(using: &generator)! })
    }
    for _ in 0..<2000 {
      let (one, other) = (word(&generator), word(&generator))
      let distance = editDistance(one, other)
      #expect(distance == editDistance(other, one))
      #expect(distance >= abs(one.utf8.count - other.utf8.count))
      #expect(distance <= max(one.utf8.count, other.utf8.count))
      #expect((distance == 0) == (one == other))
    }
  }
}
