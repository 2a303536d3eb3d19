// What Nagios plugins say behind the bar, for machines:
//
//     OK - load average: 0.08, 0.03, 0.01|load1=0.080;15.000;30.000;0; load5=0.030;10.000;25.000;0;
//     DISK OK - free space: / 2643 MiB (43% inode=99%);| '/'=3497MiB;6146;6466;0;6467
//
// Behind a second bar, in the lines below the first, there may be more of it. Monitoring Plugins Development Guidelines,
// "Performance data": 'label'=value[unit];[warn];[crit];[min];[max]

import Language
import Text

/// The performance data of a plugin's output.
public struct PerformanceData {
  /// One value.
  public struct Entry: Equatable, Sendable {
    /// Its name, without quotes.
    public let label: String
    /// The number; absent for `U`, which means that the plugin could not tell.
    public let value: Double?
    /// What stands behind the number: `s`, `%`, `MiB`, `c`, or nothing.
    public let unit: String
  }

  /// All that could be understood, in their order. What could not is left out.
  public let entries: [Entry]

  /// More than any plugin says; what follows is not looked at.
  static let most = 1000

  /// Reads the output of a plugin.
  public init(_ output: Span<UInt8>) {
    var reader = Reader()
    var index = 0
    // The first line, and then all others together, have a text, a bar and data.
    while index < output.count, !output[index].isLineEnd, output[index] != .of("|") { index += 1 }
    var end = index
    while end < output.count, !output[end].isLineEnd { end += 1 }
    if index < end { reader.read(output, index + 1..<end) }
    index = end
    while index < output.count, output[index] != .of("|") { index += 1 }
    if index < output.count { reader.read(output, index + 1..<output.count) }
    entries = reader.entries
  }

  /// The value with this label in base units, as far as its unit can be turned into `kind`; or why there is none. Plugins
  /// that say MB or MiB mean powers of 1024. A number without a unit, or for a probe without one, is taken as it is.
  public func value(of label: String, as kind: Kind) throws(Lack) -> Double {
    guard let entry = entries.first(where: { $0.label == label }) else {
      if entries.isEmpty { throw Lack("no performance data '\(label)', and no other") }
      let labels = entries.prefix(Self.mostLabels).map { "'\($0.label)'" }.joined(separator: ", ")
      let more = entries.count > Self.mostLabels ? " and more" : ""
      throw Lack("no performance data '\(label)'; there is \(labels)\(more)")
    }
    guard let number = entry.value else { throw Lack("the performance data '\(label)' has no value") }
    guard kind != .number, !entry.unit.isEmpty else { return number }
    guard let unit = Self.units.first(where: { $0.symbol == entry.unit }), unit.kind == kind else {
      throw Lack("the performance data '\(label)' is in '\(entry.unit)', which is not \(kind)")
    }
    let value = unit.scale < 1 ? number / (1 / unit.scale) : number * unit.scale
    guard value.isFinite else { throw Lack("the performance data '\(label)' is too large a number") }
    return value
  }

  /// How many labels a reason shows.
  static let mostLabels = 6

  private static let units: [(symbol: String, kind: Kind, scale: Double)] = [
    ("s", .seconds, 1), ("ms", .seconds, 1e-3), ("us", .seconds, 1e-6), ("ns", .seconds, 1e-9), ("%", .percent, 1),
    ("B", .bytes, 1), ("KB", .bytes, 0x1p10), ("kB", .bytes, 0x1p10), ("KiB", .bytes, 0x1p10), ("MB", .bytes, 0x1p20),
    ("MiB", .bytes, 0x1p20), ("GB", .bytes, 0x1p30), ("GiB", .bytes, 0x1p30), ("TB", .bytes, 0x1p40),
    ("TiB", .bytes, 0x1p40),
  ]
}

/// Why there is no value, in words.
public struct Lack: Error, Equatable, Sendable {
  /// The words.
  public let reason: String
  /// A reason.
  public init(_ reason: String) { self.reason = reason }
}

/// Walks along performance data.
private struct Reader {
  var entries: [PerformanceData.Entry] = []

  mutating func read(_ text: Span<UInt8>, _ range: Range<Int>) {
    var index = range.lowerBound
    while index < range.upperBound, entries.count < PerformanceData.most {
      if text[index].isBlank || text[index].isLineEnd {
        index += 1
        continue
      }
      guard let label = Self.label(text, &index, range.upperBound) else { continue }
      entry(label, text, &index, range.upperBound)
      // Thresholds, or what could not be understood.
      while index < range.upperBound, !text[index].isBlank, !text[index].isLineEnd { index += 1 }
    }
  }

  /// Takes `label=` or `'a label'=`, in which two quotes mean one. Absent where there is no such thing up to the next
  /// blank, behind which the index then stands.
  private static func label(_ text: Span<UInt8>, _ index: inout Int, _ end: Int) -> String? {
    var label: [UInt8] = []
    let isQuoted = text[index] == .of("'")
    if isQuoted { index += 1 }
    while index < end {
      let byte = text[index]
      if byte.isLineEnd || (!isQuoted && byte.isBlank) { return nil }
      index += 1
      if isQuoted, byte == .of("'") {
        if index < end, text[index] == .of("'") {
          index += 1
        } else if index < end, text[index] == .of("=") {
          index += 1
          return String(decoding: label, as: UTF8.self)
        } else {
          return nil
        }
      } else if !isQuoted, byte == .of("=") {
        return label.isEmpty ? nil : String(decoding: label, as: UTF8.self)
      }
      label.append(byte)
    }
    return nil
  }

  private mutating func entry(_ label: String, _ text: Span<UInt8>, _ index: inout Int, _ end: Int) {
    let rest = text.extracting(0..<end)
    if index < end, text[index] == .of("U") {
      return entries.append(.init(label: label, value: nil, unit: ""))
    }
    guard index < end, !text[index].isBlank, let number = LeadingNumber(rest, from: index) else { return }
    index = number.end
    var unit: [UInt8] = []
    while index < end, text[index].isLetter || text[index] == .of("%") {
      unit.append(text[index])
      index += 1
    }
    // `3,5s`, with a decimal comma, is not 3.
    guard index == end || text[index] == .of(";") || text[index].isBlank || text[index].isLineEnd else { return }
    entries.append(.init(label: label, value: number.value, unit: String(decoding: unit, as: UTF8.self)))
  }
}
