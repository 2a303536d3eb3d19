// What a disk did between two samples.

/// How much each counter of a device went up.
struct DiskUse {
  private var increases = InlineArray<11, Double?>(repeating: nil)

  /// Absent where any counter started again: the device was taken out and put back, and the others mean nothing either.
  init?(from before: DiskStatistics.Counters, to now: DiskStatistics.Counters) {
    for column in 0..<11 where column != DiskStatistics.Column.inFlight.rawValue {
      guard let old = before[column], let new = now[column] else { continue }
      guard let increase = new.increase(since: old) else { return nil }
      increases[column] = Double(increase)
    }
  }

  /// The increase of a counter; absent where the line is too short to have it.
  subscript(_ column: DiskStatistics.Column) -> Double? { increases[column.rawValue] }

  /// Seconds that a read or write took on average; 0 where none was finished.
  var latency: Double? {
    guard let reads = self[.reads], let writes = self[.writes],
      let reading = self[.readMilliseconds], let writing = self[.writeMilliseconds]
    else { return nil }
    return reads + writes > 0 ? (reading + writing) / (reads + writes) / 1000 : 0
  }
}
