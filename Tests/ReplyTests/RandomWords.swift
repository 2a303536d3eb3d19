// Random words.

import Reply
import TestSupport

extension SeededGenerator {
  /// Words about some things, small numbers as often as great ones.
  mutating func words() -> Words {
    func some<T>(_ value: T) -> T? { Bool.random(using: &self) ? value : nil }
    return Words(
      weightPercent: some(Int.random(in: Words.weightRange, using: &self)),
      maxconn: some(
        Int.random(in: Bool.random(using: &self) ? 1...3 : Words.maxconnRange, using: &self)),
      administrative: some([.ready, .drain, .maint].randomElement(using: &self)!),
      health: some([.up, .stopped, .fail, .down].randomElement(using: &self)!))
  }
}
