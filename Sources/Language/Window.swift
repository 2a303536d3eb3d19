// The samples of the last while, and what they amount to. Adding a sample costs the same on average whatever the length
// of the window, nothing is ever subtracted from a sum (so that nothing drifts, and one huge sample does not spoil the others
// for longer than it stays), and there are never more than 1,024 entries.
//
// The entries are a queue that is made of two stacks. Those before `fold` know what they and the entries between them and
// `fold` amount to; what those behind `fold` amount to is kept aside. Both together are the answer. When the front is used up,
// one walk from the back makes a front of everything: each entry is walked over once in its life.

/// The most entries that a window keeps: more samples than this are merged with their neighbours.
public let mostWindowEntries = 1024

/// One window of one machine.
struct Window: Sendable {
  /// A sample, or several that have been merged.
  private struct Entry: Sendable {
    /// When the youngest of its samples was taken, in nanoseconds.
    var time: Int64
    /// Their sum, the least or the greatest of them; for a rate, the youngest.
    var value: Double
    /// What the entries from this one up to `fold` amount to. Without meaning behind `fold`.
    var folded: Double
    /// How many samples it stands for.
    var weight: Int
  }

  private let function: WindowFunction
  /// In nanoseconds.
  private let length: Int64
  /// A ring; its size is a power of two.
  private var ring: [Entry]
  /// Where the oldest entry is.
  private var head = 0
  /// How many entries there are.
  private(set) var count = 0
  /// How many entries, from the oldest, have `folded` set.
  private var fold = 0
  /// What the entries behind them amount to; nothing, if there are none.
  private var back: Double?
  /// How many samples all entries stand for.
  private var weight = 0
  /// Where the oldest entry begins: at the youngest sample of the one before it, which is gone.
  private var begin: Int64 = 0

  /// An empty window with room for the samples that will come at this interval.
  init(_ function: WindowFunction, length: Duration, interval: Duration) {
    self.function = function
    self.length = length.inNanoseconds
    let expected = self.length / max(interval.inNanoseconds, 1) + 2
    var size = 4
    while size < mostWindowEntries, size < expected { size *= 2 }
    ring = Array(repeating: Entry(time: 0, value: 0, folded: 0, weight: 0), count: size)
  }

  /// What the samples amount to; NaN when there are none, or for a rate fewer than two.
  var value: Double {
    guard count > 0 else { return .nan }
    switch function {
    case .rate:
      let first = ring[head]
      let last = ring[index(count - 1)]
      let seconds = Double(last.time - first.time) / 1e9
      return seconds > 0 ? (last.value - first.value) / seconds : .nan
    case .average:
      return total / Double(weight)
    case .least, .greatest:
      return total
    }
  }

  /// Forgets what is older than the window, and takes a sample in unless it is unknown (NaN).
  mutating func add(_ value: Double, at now: Duration) {
    let time = now.inNanoseconds
    while count > 0, time - ring[head].time > length { removeOldest() }
    guard value.isFinite else { return }
    if count == ring.count { makeRoom() }
    if count == 0 { begin = time }
    ring[index(count)] = Entry(time: time, value: value, folded: value, weight: 1)
    count += 1
    weight += 1
    back = back.map { combined($0, value) } ?? value
  }

  /// What all entries amount to. There is at least one.
  private var total: Double {
    guard fold > 0 else { return back ?? .nan }
    return back.map { combined(ring[head].folded, $0) } ?? ring[head].folded
  }

  private func combined(_ older: Double, _ younger: Double) -> Double {
    switch function {
    case .average: older + younger
    case .least: min(older, younger)
    case .greatest: max(older, younger)
    case .rate: younger
    }
  }

  private func index(_ place: Int) -> Int { (head + place) & (ring.count - 1) }

  private mutating func removeOldest() {
    if fold == 0 { foldAll() }
    weight -= ring[head].weight
    begin = ring[head].time
    head = index(1)
    count -= 1
    fold -= 1
  }

  /// Makes a front of everything.
  private mutating func foldAll() {
    guard count > 0 else { return }
    var sum = ring[index(count - 1)].value
    ring[index(count - 1)].folded = sum
    for place in stride(from: count - 2, through: 0, by: -1) {
      sum = combined(ring[index(place)].value, sum)
      ring[index(place)].folded = sum
    }
    fold = count
    back = nil
  }

  /// Doubles the ring, or merges neighbours once it has its full size.
  private mutating func makeRoom() {
    guard ring.count >= mostWindowEntries else {
      let entries = (0..<count).map { ring[index($0)] }
      ring = entries + entries  // the second half is only room
      head = 0
      return
    }
    merge()
    foldAll()
  }

  /// Merges neighbours as long as they lie within a 256th of the window. What is left are at most 514 entries, because any two
  /// neighbours span more than that; so this walk over 1,024 entries happens at most every 510 samples.
  private mutating func merge() {
    let span = length / 256
    var kept = 0
    var begin = begin
    for place in 1..<count {
      let entry = ring[index(place)]
      let current = index(kept)
      // The youngest stays by itself: a rate needs a first and a last.
      if entry.time - begin <= span, place < count - 1 {
        ring[current].value = combined(ring[current].value, entry.value)
        ring[current].weight += entry.weight
        ring[current].time = entry.time
      } else {
        begin = ring[current].time
        kept += 1
        ring[index(kept)] = entry
      }
    }
    count = kept + 1
  }
}

extension Duration {
  /// In nanoseconds, cut. Every instant since boot and every length of a window fits.
  fileprivate var inNanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
