// The page of metrics, written as far as somebody takes it: with ten thousand rules it is some megabytes, which neither the
// loop nor the memory should have to bear at once.

import Web

/// A metric of ours: its samples are counted, and written one element (a rule, a service) at a time.
struct MetricFamilySource: Sendable {
  let family: MetricFamily
  let count: @Sendable (Observed) -> Int
  let write: @Sendable (Observed, Int, inout Exposition) -> Void

  /// A family with an element for each of `count` things.
  init(
    _ name: String, _ kind: MetricFamily.Kind, unit: String = "", _ help: String,
    count: @escaping @Sendable (Observed) -> Int = { _ in 1 },
    write: @escaping @Sendable (Observed, Int, inout Exposition) -> Void
  ) {
    family = MetricFamily(name, kind, unit: unit, help)
    self.count = count
    self.write = write
  }

  /// A family with one sample and no labels.
  init(
    _ name: String, _ kind: MetricFamily.Kind, unit: String = "", _ help: String,
    value: @escaping @Sendable (Observed) -> Double
  ) {
    self.init(name, kind, unit: unit, help) { observed, _, page in page.sample(value(observed)) }
  }
}

/// A page of metrics that is being written.
struct MetricsWriter {
  private let observed: Observed
  private var page: Exposition
  private var family = 0
  /// The next element of the family, and how many it has; absent before its head is written.
  private var elements: Range<Int>?
  private var isWhole = false

  /// A page of which nothing has been written.
  init(_ observed: Observed, _ format: ExpositionFormat) {
    self.observed = observed
    page = Exposition(format)
  }

  /// Writes until there are so many bytes to take, or until the end. Returns whether the end is written.
  mutating func write(_ wanted: Int) -> Bool {
    while page.bytes.count < wanted, !isWhole { writeNext() }
    return isWhole
  }

  private mutating func writeNext() {
    guard family < MetricFamilySource.all.count else {
      page.end()
      isWhole = true
      return
    }
    let source = MetricFamilySource.all[family]
    let left = elements ?? 0..<source.count(observed)
    guard let next = left.first else {
      family += 1
      elements = nil
      return
    }
    if elements == nil { page.begin(source.family) }
    source.write(observed, next, &page)
    elements = next + 1..<left.upperBound
  }

  /// Takes what is written.
  mutating func takeBytes() -> [UInt8] {
    let bytes = page.bytes
    page.bytes = []
    return bytes
  }
}
