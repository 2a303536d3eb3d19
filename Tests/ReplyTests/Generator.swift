// Random values that are the same in every run.

import Reply

/// A seeded generator (SplitMix64).
struct Generator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

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
