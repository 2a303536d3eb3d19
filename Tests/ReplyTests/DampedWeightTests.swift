import Foundation
import TestSupport
import Testing

@testable import Reply

@Suite struct DampedWeightTests {
  /// Damping 10 s, a sample a second, computed by hand: 1 - e^-0.1 = 0.09516.
  @Test(
    arguments: [
      // The first value sets all; then y goes 100, 90.58, 82.06, 74.34, 67.37: s follows, each step is 5 or more.
      ([100, 1, 1, 1, 1], [100, 91, 82, 74, 67]),
      // From 256 down, y falls by 24 at first and s by its limit of 10.
      ([256, 1, 1, 1], [256, 246, 236, 226]),
      // Upwards s gains 2.5 a second: 3.5, 6 (5 away from 1), 8.5, 11.
      ([1, 256, 256, 256, 256], [1, 1, 6, 6, 11]),
      // A short dip does nothing: y 100, 95.24, 95.69, 96.10.
      ([100, 50, 100, 100], [100, 100, 100, 100]),
      // Values outside of 1...256 are limited: nothing is drained by accident, y is 10, 9.14.
      ([10, -1000], [10, 10]),
      ([-5], [1]), ([1e9], [256]),
      // Unknown says the last; unknown at first says nothing.
      ([nil, nil, 40, nil, 40], [nil, nil, 40, 40, 40]),
    ] as [([Double?], [Int?])])
  func aSampleASecond(_ raw: [Double?], _ sent: [Int?]) {
    var weight = DampedWeight(damping: .seconds(10))
    let got = raw.enumerated().map { weight.sample($1, at: .seconds($0), interval: .seconds(1)) }
    #expect(got == sent)
  }

  @Test func aSmallChangeIsSentAfterARest() {
    var weight = DampedWeight(damping: .seconds(10))
    _ = weight.sample(100, at: .zero, interval: .seconds(1))
    var changes: [Int: Int] = [:]
    for second in 1...200 {
      let before = weight.percent
      let sent = weight.sample(97, at: .seconds(second), interval: .seconds(1))
      if sent != before { changes[second] = sent }
    }
    // y is 97 + 3e^-0.1n: more than 1 away from 100 at n = 5 (98.82), more than 1 away from that at n = 13 (97.82), and
    // never again; so it has rested for 10 s at n = 23 (97.30).
    #expect(changes == [23: 97])
  }

  @Test func zeroDampingSendsEachValueRounded() {
    var weight = DampedWeight(damping: .zero)
    let raw: [Double?] = [10.4, 10.5, 99.6, nil, 0, 300]
    let got = raw.enumerated().map { weight.sample($1, at: .seconds($0), interval: .seconds(1)) }
    #expect(got == [10, 11, 100, 100, 1, 256])
  }

  @Test func dampingMayChangeOnReload() {
    var weight = DampedWeight(damping: .zero)
    _ = weight.sample(80, at: .seconds(0), interval: .seconds(1))
    weight.damping = .seconds(10)
    #expect(weight.sample(1, at: .seconds(1), interval: .seconds(1)) == 72, "80 - 79 · 0.09516 = 72.48")
    weight.damping = .zero
    #expect(weight.sample(30, at: .seconds(2), interval: .seconds(1)) == 30)
  }

  @Test func aLongGapCountsAsTwoIntervals() {
    var suspended = DampedWeight(damping: .seconds(10))
    var awake = DampedWeight(damping: .seconds(10))
    for time in [0, 1] {
      _ = suspended.sample(200, at: .seconds(time), interval: .seconds(1))
      _ = awake.sample(200, at: .seconds(time), interval: .seconds(1))
    }
    let hour = suspended.sample(1, at: .seconds(3601), interval: .seconds(1))
    #expect(hour == awake.sample(1, at: .seconds(3), interval: .seconds(1)))
    #expect(hour == 180, "at most 10 a second")
  }

  @Test func unknownFreezesEverything() {
    // The same values with an unknown stretch between them: what is sent afterwards is the same, later.
    var plain = DampedWeight(damping: .seconds(5))
    var interrupted = DampedWeight(damping: .seconds(5))
    var clock = 0
    for second in 0..<100 {
      let raw = second < 20 ? 90.0 : 87.0
      if second == 25 {
        for _ in 0..<1000 {
          let before = interrupted.percent
          #expect(interrupted.sample(nil, at: .seconds(clock), interval: .seconds(1)) == before)
          clock += 1
        }
      }
      let expected = plain.sample(raw, at: .seconds(second), interval: .seconds(1))
      #expect(interrupted.sample(raw, at: .seconds(clock), interval: .seconds(1)) == expected)
      clock += 1
    }
    #expect(plain.percent == 87)
  }

  /// Against the specification's sentences, written out plainly in seconds, over irregular samples.
  @Test func agreesWithAPlainModel() {
    var generator = SeededGenerator(seed: 5)
    for damping in [0.0, 0.25, 1, 10, 60, 3600] {
      var weight = DampedWeight(damping: .seconds(damping))
      var model = Model(damping: damping)
      var now = 1000.0
      var level = 50.0
      var changes = 0
      for _ in 0..<3000 {
        let interval = [0.1, 1, 5].randomElement(using: &generator)!
        now += interval * Double.random(in: 0.2...3, using: &generator)
        if Int.random(in: 0..<40, using: &generator) == 0 { level = Double.random(in: -50...300, using: &generator) }
        let unknown = Int.random(in: 0..<10, using: &generator) == 0
        let raw = unknown ? nil : level + Double.random(in: -3...3, using: &generator)
        let before = weight.percent
        let sent = weight.sample(raw, at: .seconds(now), interval: .seconds(interval))
        #expect(sent == model.sample(raw, now, interval))
        if sent != before { changes += 1 }
      }
      #expect(changes > 10)
    }
  }

  @Test func aFleetDoesNotFollowNoise() {
    var generator = SeededGenerator(seed: 6)
    var weight = DampedWeight(damping: .seconds(10))
    var lastChange: Int?
    for second in 0..<10_000 {
      let before = weight.percent
      let sent = weight.sample(
        60 + Double.random(in: -10...10, using: &generator), at: .seconds(second), interval: .seconds(1))
      guard let sent, let before, sent != before else { continue }
      #expect((55...65).contains(sent))
      if (sent - before).magnitude < 5, let lastChange { #expect(second - lastChange >= 10) }
      lastChange = second
    }
  }

  @Test(arguments: [1.0, 2, 37, 99, 100, 101, 256])
  func aConstantValueIsReached(_ value: Double) {
    for start in [1.0, 100, 256] {
      var weight = DampedWeight(damping: .seconds(10))
      _ = weight.sample(start, at: .zero, interval: .seconds(1))
      for second in 1...400 { _ = weight.sample(value, at: .seconds(second), interval: .seconds(1)) }
      #expect(weight.percent == Int(value))
    }
  }

  @Test func decayIsTheExponential() {
    for x in [0, 1e-18, 1e-9, 0.001, 0.1, 0.5, 0.69314, 0.6932, 1, 2, 10, 100, 600] {
      let exact = Foundation.exp(-x)
      #expect((decay(x) - exact).magnitude <= exact * 1e-15 * max(1, x), "\(x)")
    }
    #expect(decay(1e6) == 0)
  }
}

/// The specification, sentence by sentence.
private struct Model {
  let damping: Double
  var before: Double?
  var y = 0.0, s = 0.0
  var sent: Int?
  /// What s was at the samples since it was last sent, and the time that each of them stands for.
  var history: [(s: Double, delta: Double)] = []

  init(damping: Double) { self.damping = damping }

  mutating func sample(_ raw: Double?, _ now: Double, _ interval: Double) -> Int? {
    let delta = min(now - (before ?? now), 2 * interval)
    before = now
    guard let raw else { return sent }
    let r = raw < 1 ? 1 : raw > 256 ? 256 : raw
    if sent == nil || damping == 0 {
      y = r
      s = r
      sent = Int(r.rounded())
      history = [(s, 0)]
      return sent
    }
    y += (r - y) * (1 - exp(-delta / damping))
    if y < s { s = max(y, s - 10 * delta) } else { s = min(y, s + 2.5 * delta) }
    history.append((s, delta))
    // Rest begins at the first sample from which all later ones are within 1 of it, taken in order.
    var anchor = 0
    for index in history.indices where abs(history[index].s - history[anchor].s) > 1 { anchor = index }
    let rested = history[(anchor + 1)...].reduce(0) { $0 + $1.delta }
    if abs(s - Double(sent!)) >= 5 || rested >= damping - 1e-9 {
      sent = Int(s.rounded())
      history = [(s, 0)]
    } else {
      history.removeFirst(anchor)
    }
    return sent
  }
}
