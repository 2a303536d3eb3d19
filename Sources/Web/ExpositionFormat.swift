// The two ways to write metrics, and which of them a client prefers.

import Text

/// A way to write metrics.
public enum ExpositionFormat: Sendable {
  /// Prometheus' text format 0.0.4.
  case text
  /// OpenMetrics 1.0.
  case openMetrics

  /// What it is called in HTTP.
  public var contentType: String {
    switch self {
    case .text: "text/plain; version=0.0.4; charset=utf-8"
    case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
    }
  }

  /// The format to answer with, by the values of `Accept`: OpenMetrics for who names it and likes it as much as text; text
  /// for everybody else, also for who takes neither and will see from it what went wrong. Prometheus 2.42 says
  ///
  ///     application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1
  public init(accept: Span<UInt8>) {
    var openMetrics = 0
    var text = (quality: 0, precision: 0)
    var start = 0
    for index in 0...accept.count where index == accept.count || accept[index] == .of(",") {
      let range = MediaRange(accept.extracting(start..<index))
      start = index + 1
      switch range.kind {
      case .openMetrics: openMetrics = max(openMetrics, range.quality)
      case .text, .anyText, .anything:
        if range.kind.precision > text.precision { text = (range.quality, range.kind.precision) }
      case .other: continue
      }
    }
    self = openMetrics > 0 && openMetrics >= text.quality ? .openMetrics : .text
  }
}

/// One element of `Accept`.
private struct MediaRange {
  enum Kind {
    case other, anything, anyText, text, openMetrics

    var precision: Int {
      switch self {
      case .other: 0
      case .anything: 1
      case .anyText: 2
      case .text, .openMetrics: 3
      }
    }
  }

  var kind = Kind.other
  /// In thousandths.
  var quality = 1000

  /// Reads `text/plain;version=0.0.4;q=0.5`.
  init(_ text: Span<UInt8>) {
    var start = 0
    for index in 0...text.count where index == text.count || text[index] == .of(";") {
      var part = start..<index
      while let first = part.first, text[first].isBlank { part = first + 1..<part.upperBound }
      while let last = part.last, text[last].isBlank { part = part.lowerBound..<last }
      if start == 0 { kind = Self.kind(text, part) } else { take(text, part) }
      start = index + 1
    }
  }

  private static func kind(_ text: Span<UInt8>, _ part: Range<Int>) -> Kind {
    if text.isCaseless("application/openmetrics-text", in: part) { return .openMetrics }
    if text.isCaseless("text/plain", in: part) { return .text }
    if text.isCaseless("text/*", in: part) { return .anyText }
    return text.isCaseless("*/*", in: part) ? .anything : .other
  }

  /// A parameter: its weight, or the version, of which we have one of each.
  private mutating func take(_ text: Span<UInt8>, _ part: Range<Int>) {
    var cursor = Cursor(at: part.lowerBound)
    if cursor.take("q=", in: text) || cursor.take("Q=", in: text) {
      let value = cursor.decimal(in: text.extracting(0..<part.upperBound)) ?? 0
      quality = Int(min(max(value, 0), 1) * 1000)
    } else if cursor.take("version=", in: text) {
      let version = cursor.offset..<part.upperBound
      let known: StaticString = kind == .openMetrics ? "1.0.0" : "0.0.4"
      let inQuotes: StaticString = kind == .openMetrics ? "\"1.0.0\"" : "\"0.0.4\""
      if !text.equals(known, in: version), !text.equals(inQuotes, in: version) { kind = .other }
    }
  }
}
