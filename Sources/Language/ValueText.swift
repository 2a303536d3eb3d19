// Values as people read them: a unit that suits the size, and about three digits.

import Text

/// A value in a unit that suits its size: `93.1%`, `1.5G`, `2m30s`, `10MB/s`, `12.5`, `yes`, `unknown`. In powers of 1000.
public func valueText(_ value: Double?, kind: Kind) -> String {
  guard let value, value.isFinite else { return "unknown" }
  if value < 0, kind != .yesNo {
    let text = valueText(-value, kind: kind)
    return text.utf8.first == .of("0") && Double(text.prefix { $0.isNumber || $0 == "." }) == 0 ? text : "-" + text
  }
  switch kind {
  case .number: return shortText(value)
  case .percent: return shortText(value) + "%"
  case .bytes: return bytesText(value)
  case .seconds: return secondsText(value)
  case .bytesPerSecond:
    let text = bytesText(value)
    return text.utf8.last == .of("B") ? text + "/s" : text + "B/s"
  case .perSecond: return shortText(value) + "/s"
  case .yesNo: return value == 0 ? "no" : "yes"
  }
}

/// Decimals for about three digits, and no zeros at their end.
private func shortText(_ value: Double) -> String {
  let text = decimalText(value, decimals: value >= 10 ? 1 : value >= 1 ? 2 : 3)
  guard text.utf8.contains(.of(".")) else { return text }
  var bytes = Array(text.utf8)
  while bytes.last == .of("0") { bytes.removeLast() }
  if bytes.last == .of(".") { bytes.removeLast() }
  return String(decoding: bytes, as: UTF8.self)
}

private func bytesText(_ value: Double) -> String {
  var unit = "B"
  var scale = 1.0
  // 999.96 and more would be shown as 1000.
  for entry in units where entry.kind == .bytes && entry.symbol.utf8.count == 1 && value >= entry.scale * 0.99996 {
    (unit, scale) = (entry.symbol, entry.scale)
  }
  return shortText(value / scale) + unit
}

/// The two largest units that are not zero, in whole numbers from a minute on.
private func secondsText(_ value: Double) -> String {
  if value > 0, value < 0.9995 { return shortText(value * 1000) + "ms" }
  guard value >= 59.95, value < 1e15 else { return shortText(value) + "s" }
  var rest = Int(value.rounded())
  if rest >= 86400 { rest = (rest + 1800) / 3600 * 3600 } else if rest >= 3600 { rest = (rest + 30) / 60 * 60 }
  var text = ""
  for entry in units.reversed() where entry.kind == .seconds && entry.scale >= 1 {
    let (count, remainder) = rest.quotientAndRemainder(dividingBy: Int(entry.scale))
    if count > 0 { text += "\(count)\(entry.symbol)" }
    rest = remainder
  }
  return text
}
