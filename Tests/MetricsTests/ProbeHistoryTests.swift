import Language
import Testing

@testable import Metrics

/// What rules see of a probe over time.
@Suite struct ProbeHistoryTests {
  private static func probe(_ name: String = "q", stale: Duration = .seconds(30)) throws -> Probe {
    Probe(
      name, .http(try HTTPAddress("http://127.0.0.1/")), every: .seconds(10), timeout: .seconds(1), stale: stale)
  }

  /// value, ok, status, duration
  private static func readings(_ probe: Probe, after earlier: Readings? = nil) -> Readings {
    let source = Catalogue.host.sources.count
    return Readings(
      references: (0..<4).map { MetricReference(source: source, arguments: [], metric: $0, inPercent: false) },
      probes: [probe], stale: .zero, pageSize: 4096, inheriting: earlier)
  }

  private func sample(_ readings: Readings, at seconds: Int) -> [Double?] {
    readings.begin(at: .seconds(seconds))
    readings.finish()
    return readings.values
  }

  @Test func aValueIsKeptUntilItIsStale() throws {
    let probe = try Self.probe()
    let readings = Self.readings(probe)
    #expect(sample(readings, at: 1) == [nil, nil, nil, nil])
    #expect(readings.settled == [false, false, false, false])
    readings.accept(
      probe, ProbeFacts(isFine: true, value: 5, status: 200, duration: .milliseconds(20)), at: .seconds(2))
    #expect(sample(readings, at: 3) == [5, 1, 200, 0.02])
    #expect(readings.settled == [true, true, true, true])
    // Between attempts nothing grows old.
    #expect(sample(readings, at: 60) == [5, 1, 200, 0.02])
    readings.accept(
      probe, ProbeFacts(isFine: true, value: 6, status: 200, duration: .milliseconds(20)), at: .seconds(60))
    readings.accept(probe, ProbeFacts(isFine: false, reason: "timed out", duration: .seconds(1)), at: .seconds(70))
    #expect(sample(readings, at: 71) == [6, 0, 200, 1])
    #expect(readings.absence(of: 0)?.absence == .missing("timed out"))
    // Why it is not in order is said of `.ok` alone, and only while it is not.
    #expect((0..<4).map { readings.failure(of: $0)?.reason } == [nil, "timed out", nil, nil])
    #expect(sample(readings, at: 89) == [6, 0, 200, 1])
    #expect(sample(readings, at: 90) == [nil, 0, nil, 1])
    // The server is there and says no number: the status is news, the value is not.
    readings.accept(probe, ProbeFacts(isFine: false, status: 500, reason: "no", duration: .zero), at: .seconds(91))
    #expect(sample(readings, at: 91) == [nil, 0, 500, 0])
  }

  @Test func withoutStaleItIsUnknownAtOnce() throws {
    let probe = try Self.probe(stale: .zero)
    let readings = Self.readings(probe)
    readings.accept(probe, ProbeFacts(isFine: true, value: 5, status: 200, duration: .zero), at: .seconds(2))
    #expect(sample(readings, at: 3) == [5, 1, 200, 0])
    readings.accept(probe, ProbeFacts(isFine: false, reason: "no", duration: .zero), at: .seconds(4))
    #expect(sample(readings, at: 4) == [nil, 0, nil, 0])
  }

  @Test func aReloadHandsOnWhatWasHeard() throws {
    let probe = try Self.probe()
    let readings = Self.readings(probe)
    readings.accept(probe, ProbeFacts(isFine: true, value: 5, status: 200, duration: .zero), at: .seconds(2))
    // Another name for the same.
    let renamed = Self.readings(try Self.probe("r"), after: readings)
    #expect(sample(renamed, at: 3) == [5, 1, 200, 0])
    let changed = Self.readings(try Self.probe(stale: .seconds(1)), after: readings)
    #expect(sample(changed, at: 3) == [nil, nil, nil, nil])
  }
}
