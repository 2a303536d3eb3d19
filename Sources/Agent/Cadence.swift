// How often somebody asks, from when it asked. HAProxy has a connection for each server line and process, so that one
// address may ask in several interleaved rows, each as regular as a clock and none in step with the others.
//
// With n rows of the same interval, each probe comes one interval after the n-th before it, however the rows lie to each
// other. So the smallest n is looked for with which these distances agree. One irregular row does not pass for several:
// the distances of its every second or third probe do not agree any better than those of its neighbours. What cannot be
// seen: two rows exactly half an interval apart look like one that is twice as fast.

/// The instants of the last probes of one load balancer.
struct ProbeTimes {
  /// So many instants are kept: enough to see four rows, few enough for thousands of load balancers.
  static let capacity = 16
  /// So many distances have to agree.
  static let fewestDistances = 6
  /// The most rows that are told apart. With more, two rows of 2 s and 3 s would be taken for five of 6 s; with four, the
  /// interval of rows that have different ones is that of the slowest.
  static let mostLines = 4

  /// In milliseconds, of which the upper bits are lost: only distances count.
  private var ring = InlineArray<16, UInt32>(repeating: 0)
  /// How many instants were ever noted.
  private(set) var count = 0

  /// Notes a probe.
  mutating func note(_ now: Duration) {
    ring[count % Self.capacity] = UInt32(truncatingIfNeeded: now.milliseconds)
    count += 1
  }

  /// The rhythm of these probes; absent where there is none, or where there are too few to tell.
  var cadence: Cadence? {
    guard let nearest = distances(1) else { return nil }
    for lines in 1...Self.mostLines {
      guard let found = lines == 1 ? nearest : distances(lines) else { return nil }
      // A busy host is late by milliseconds, HAProxy's `spread-checks` by a share of the interval: then several rows
      // cannot be told apart.
      let tolerance = lines == 1 ? found.median / 3 : found.median / 50
      guard found.spread <= tolerance + Self.jitterMilliseconds else { continue }
      if lines == 1 || found.spread * 4 < nearest.spread {
        return Cadence(interval: .milliseconds(Int64(found.median)), lines: lines)
      }
    }
    return nil
  }

  private static let jitterMilliseconds: UInt32 = 10

  /// The middle of the distances between each probe and the n-th before it, and how far they lie apart, the shortest and
  /// the longest left aside. Absent where there are too few.
  private func distances(_ lines: Int) -> (median: UInt32, spread: UInt32)? {
    let kept = min(count, Self.capacity)
    let number = kept - lines
    guard number >= Self.fewestDistances else { return nil }
    var sorted = InlineArray<16, UInt32>(repeating: 0)
    for index in 0..<number {
      let last = count - 1 - index
      let distance = ring[last % Self.capacity] &- ring[(last - lines) % Self.capacity]
      var place = index
      while place > 0, sorted[place - 1] > distance {
        sorted[place] = sorted[place - 1]
        place -= 1
      }
      sorted[place] = distance
    }
    return (sorted[number / 2], sorted[number - 2] - sorted[1])
  }
}

/// A rhythm of asking.
struct Cadence: Equatable {
  /// How long it is from one probe of a server line to the next.
  let interval: Duration
  /// How many server lines and processes ask at the least.
  let lines: Int
}

extension Duration {
  /// In whole milliseconds, rounded down.
  var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
