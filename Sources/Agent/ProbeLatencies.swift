// How long probers wait: from the instant at which this process was told that they are there to the one at which their
// line was handed to the kernel. Where a service is picked by `agent-send`, the wait for that line is part of it.

/// Counts of durations between fixed bounds. Adding one costs a few comparisons and no memory.
struct ProbeLatencies {
  /// Upper bounds, in seconds for whoever reads the metrics. Half of all probes are within the first one or two; HAProxy
  /// loses its patience after the last but one.
  static let bounds: [Double] = [
    0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 2.5,
  ]

  private let limits = bounds.map { Duration.nanoseconds(Int64($0 * 1e9)) }
  private var counts = [Int](repeating: 0, count: bounds.count)
  /// How many durations there were.
  private(set) var count = 0
  /// All of them together.
  private(set) var sum = Duration.zero

  /// Adds a duration.
  mutating func add(_ duration: Duration) {
    count += 1
    sum += duration
    var index = 0
    while index < limits.count, duration > limits[index] { index += 1 }
    if index < counts.count { counts[index] += 1 }
  }

  /// Of each bound, how many durations were not longer.
  var buckets: [(bound: Double, count: Int)] {
    var below = 0
    return Self.bounds.indices.map { index in
      below += counts[index]
      return (Self.bounds[index], below)
    }
  }
}
