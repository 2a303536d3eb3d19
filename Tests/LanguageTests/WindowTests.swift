import TestSupport
import Testing

@testable import Language

/// A machine for one expression over one metric, fed by hand.
private struct Bench {
  let machine: Machine
  let program: Program

  init(_ text: String, inheriting previous: Machine? = nil) throws {
    var assembly = Assembly()
    program = assembly.add(try checked(text))
    machine = Machine(assembly, inheriting: previous)
  }

  /// Feeds a sample (seconds, value) and asks.
  func feed(_ seconds: Double, _ value: Double?) -> Double? {
    machine.feed([value], at: .nanoseconds(Int64((seconds * 1e9).rounded())))
    return machine.run(program, [value])
  }
}

@Suite struct WindowTests {
  /// (seconds, sample, what the window says then)
  typealias Story = [(Double, Double?, Double?)]

  static let stories: [(text: String, story: Story)] = [
    (
      "avg(queue over 3s)",
      [
        (100, 6, 6), (101, 2, 4), (102, 1, 3), (103, 3, 3),  // a sample of exactly 3 s ago is still in
        (104, 4, 2.5), (104.5, nil, 8.0 / 3), (106, nil, 3.5), (106.2, nil, 4), (107, nil, 4), (107.001, nil, nil),
        (200, 5, 5),
      ]
    ),
    (
      "min(queue over 3s)",
      [(0, 5, 5), (1, 7, 5), (2, 6, 5), (3, 8, 5), (4, 9, 6), (5, nil, 6), (5.5, nil, 8), (7, nil, 9), (7.5, nil, nil)]
    ),
    (
      "max(queue over 2s)",
      [(0, 5, 5), (1, 3, 5), (2, 4, 5), (3, 1, 4), (4, 1, 4), (5, 1, 1), (6, -1, 1), (8, -2, -1), (10, -3, -2)]
    ),
    (
      "rate(queue over 4s)",
      [
        (0, 10, nil), (1, 12, 2), (3, 13, 1), (4, 30, 5), (5, 31, 4.75), (6, nil, 9), (9, nil, nil), (10, 7, nil),
        (10, 9, nil),  // no time has passed
      ]
    ),
    ("rate(lag over 10s)", [(0, 0, nil), (2, 1, 0.5)]),
    ("avg(queue over 100ms)", [(0, 1, 1), (0.05, 3, 2), (0.1, 5, 3), (0.101, nil, 4)]),
    ("known(avg(queue over 1s))", [(0, nil, 0), (1, 5, 1), (2, nil, 1), (2.5, nil, 0)]),
    ("avg(queue + 1 over 2s)", [(0, 1, 2), (1, nil, 2), (2, 3, 3)]),
    // The inner window is fed first.
    ("avg(max(queue over 1s) over 2s)", [(0, 4, 4), (1, 2, 4), (2, 0, 10.0 / 3), (3, 0, 2), (5, 9, 4.5)]),
    ("max(queue over 2s) - min(queue over 2s)", [(0, 4, 0), (1, 9, 5), (2, 5, 5), (3, 5, 4), (4, 5, 0)]),
    // One huge sample does no harm for longer than it stays.
    ("avg(queue over 2s)", [(0, 0.5, 0.5), (1, 1e300, 5e299), (2, 0.5, 1e300 / 3), (4, 0.25, 0.375)]),
    ("avg(queue over 2s)", [(0, 1e308, 1e308), (1, 1e308, nil), (3, 4, 5e307), (3.5, 6, 5)]),
  ]

  @Test(arguments: WindowTests.stories) func tellsTheStory(_ row: (text: String, story: Story)) throws {
    let bench = try Bench(row.text)
    for (seconds, sample, expected) in row.story {
      let found = bench.feed(seconds, sample)
      guard let expected, let found else {
        #expect(found == expected, "at \(seconds)")
        continue
      }
      #expect(abs(found - expected) <= abs(expected) * 1e-12, "at \(seconds): \(found), not \(expected)")
    }
  }

  @Test func samplesOutliveAReload() throws {
    let old = try Bench("avg(queue over 10s) > 5 or avg(queue over 20s) > 5")
    _ = old.feed(0, 2)
    _ = old.feed(1, 4)
    // The same window at another place of another rule set, and one of another length.
    var assembly = Assembly()
    _ = assembly.add(try checked("max(lag over 5s) > 1s"))
    let same = assembly.add(try checked("avg(queue over 10s)"))
    let other = assembly.add(try checked("avg(queue over 11s)"))
    let maximum = assembly.add(try checked("max(queue over 10s)"))
    let new = Machine(assembly, inheriting: old.machine)
    #expect(new.run(same, [nil, nil]) == 3)
    #expect(new.run(other, [nil, nil]) == nil)
    new.feed([nil, 6], at: .seconds(2))
    #expect(new.run(same, [nil, 6]) == 4)
    #expect(new.run(other, [nil, 6]) == 6)
    #expect(new.run(maximum, [nil, 6]) == 6)
    // The old machine goes on by itself.
    #expect(old.machine.value(of: try checked("avg(queue over 10s)").term, [nil]) == 3)
  }

  @Test func samplesAreFoundAgainByNameAndNotByPlace() throws {
    // After a reload that adds a probe, every place in the catalogue behind it is another.
    func machine(_ probes: [String], inheriting previous: Machine?) throws -> (Machine, Program) {
      let shapes = probes.map {
        SourceShape(
          name: $0, argument: .none, metrics: [MetricShape(name: "", kind: .number, hasWhole: false, help: "")],
          help: "")
      }
      var scope = Scope(catalogue: Catalogue(shapes))
      for (index, name) in probes.enumerated() { scope.define(name, asSource: index) }
      var assembly = Assembly()
      let program = assembly.add(try checked("max(b over 1m)", in: scope))
      return (Machine(assembly, inheriting: previous), program)
    }
    let (old, _) = try machine(["b"], inheriting: nil)
    old.feed([42], at: .seconds(1))
    let (new, program) = try machine(["a", "b"], inheriting: old)
    #expect(new.run(program, [nil]) == 42)
  }

  /// The definition of a window, written down: all samples of the last while.
  private struct Model {
    let function: WindowFunction
    let length: Double
    var samples: [(time: Double, value: Double)] = []

    mutating func add(_ value: Double?, at time: Double) -> Double? {
      samples.removeAll { time - $0.time > length + 1e-9 }
      if let value { samples.append((time, value)) }
      guard let first = samples.first, let last = samples.last else { return nil }
      switch function {
      case .average: return samples.map { $0.value }.reduce(0, +) / Double(samples.count)
      case .least: return samples.map { $0.value }.min()
      case .greatest: return samples.map { $0.value }.max()
      case .rate: return last.time > first.time ? (last.value - first.value) / (last.time - first.time) : nil
      }
    }
  }

  @Test(arguments: WindowFunction.allCases, [1, 2, 3] as [UInt64])
  func likeTheModel(_ function: WindowFunction, _ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let length = Double.random(in: 1...200, using: &random).rounded()
    var window = Window(function, length: .seconds(Int64(length)), interval: .seconds(1))
    var model = Model(function: function, length: length)
    var milliseconds: Int64 = 1_000_000
    for _ in 0..<3000 {
      milliseconds += Bool.random(using: &random) ? 1000 : Int64.random(in: 1...3000, using: &random)
      if Int.random(in: 0..<200, using: &random) == 0 { milliseconds += Int64(length * 1500) }
      let value = Int.random(in: 0..<10, using: &random) == 0 ? nil : Double.random(in: -50...100, using: &random)
      window.add(value ?? .nan, at: .milliseconds(milliseconds))
      let expected = model.add(value, at: Double(milliseconds) / 1000)
      let found = window.value.isNaN ? nil : window.value
      guard let expected, let found else {
        #expect(found == expected)
        continue
      }
      #expect(abs(found - expected) < 1e-9)
    }
  }

  @Test(arguments: WindowFunction.allCases) func manySamplesAreMerged(_ function: WindowFunction) {
    // A sine of one turn in each window, 20,000 samples in it: a 256th of the window more or less is little of it.
    var window = Window(function, length: .seconds(200), interval: .milliseconds(10))
    var exact = 0.0
    var merged = 0.0
    var most = 0
    var model = Model(function: function, length: 200)
    for sample in 0..<60_000 {
      let time = Double(sample) / 100
      let value = 10 * (time * 2 * .pi / 200).sine
      window.add(value, at: .milliseconds(sample * 10))
      guard sample % 977 == 0 || sample < 1024 else {
        model.samples.append((time, value))
        continue
      }
      most = max(most, window.count)
      guard let expected = model.add(value, at: time) else { continue }
      let distance = abs(window.value - expected)
      if sample < mostWindowEntries { exact = max(exact, distance) } else { merged = max(merged, distance) }
    }
    // Up to the limit, nothing is merged.
    #expect(exact < 1e-9)
    #expect(merged < 0.2)
    #expect(most <= mostWindowEntries)
  }

  @Test func mergingBeginsBehindTheLimit() {
    var window = Window(.average, length: .seconds(100), interval: .milliseconds(10))
    for sample in 0..<mostWindowEntries { window.add(Double(sample), at: .milliseconds(sample)) }
    #expect(window.count == mostWindowEntries)
    #expect(window.value == Double(mostWindowEntries - 1) / 2)
    window.add(Double(mostWindowEntries), at: .milliseconds(mostWindowEntries))
    #expect(window.count < mostWindowEntries)
    #expect(window.value == Double(mostWindowEntries) / 2)
  }

  @Test func neighboursAreMergedEvenlyWhateverTheInterval() {
    // A rising value: the least one tells how old the oldest sample is. 240,000 samples, 120,000 of them in the window.
    var window = Window(.least, length: .seconds(600), interval: .milliseconds(5))
    var furthest = 0.0
    for sample in 0..<240_000 {
      let seconds = Double(sample) / 200
      window.add(seconds, at: .milliseconds(sample * 5))
      if seconds > 600 { furthest = max(furthest, abs(window.value - (seconds - 600))) }
    }
    #expect(furthest <= 600.0 / 256)
    #expect(window.count > 256)
  }
}

extension Double {
  /// Without Foundation: good to 1e-9 here.
  fileprivate var sine: Double {
    var rest = truncatingRemainder(dividingBy: 2 * .pi)
    if rest > .pi { rest -= 2 * .pi }
    var term = rest
    var sum = rest
    for place in 1..<15 {
      term *= -rest * rest / Double(2 * place * (2 * place + 1))
      sum += term
    }
    return sum
  }
}
