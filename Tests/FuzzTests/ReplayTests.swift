// Every target with its examples, with what was found before, and with a few thousand changes of both.

import FuzzTargets
import TestSupport
import Testing

@Suite struct ReplayTests {
  private static let changes = 1500

  @Test(arguments: FuzzTarget.all) func examples(of target: FuzzTarget) {
    let seeds = target.seeds()
    #expect(!seeds.isEmpty)
    // A broken promise is a trap: whoever comes to the end has kept them all.
    for input in seeds + target.found() { target.run(input) }
  }

  @Test(arguments: FuzzTarget.all) func changedExamples(of target: FuzzTarget) {
    var random = SeededGenerator(seed: 7)
    let inputs = target.seeds() + target.found()
    for _ in 0..<Self.changes {
      var bytes = inputs.randomElement(using: &random)!
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.insert(.random(in: .min ... .max, using: &random), at: place)
        case 1 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2 where place < bytes.count: bytes.removeSubrange(place..<min(place + 5, bytes.count))
        default:
          let other = inputs.randomElement(using: &random)!
          let start = Int.random(in: 0...other.count, using: &random)
          bytes.insert(contentsOf: other[start..<min(start + 20, other.count)], at: place)
        }
      }
      target.run(Array(bytes.prefix(target.largest)))
    }
  }
}
