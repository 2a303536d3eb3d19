// From when on: so long ago, or a time as the history shows it.

import Kernel
import Language
import Text

/// Reads `--since`: `2h`, `14:00`, `14:00:30`, `2026-11-23`, `2026-11-23 14:00`, or a time with its zone as `--json` writes it. Returns
/// milliseconds since 1970; absent for anything else. A time of day is the last one that has been.
func since(_ text: String, now: Duration) -> Int? {
  if let duration = try? parseDuration(text) { return (now - duration).wholeMilliseconds }
  if let time = CalendarTime(text) { return time.milliseconds }
  let parts = text.split { $0 == " " || $0 == "T" }.map { Array($0.utf8) }
  let today = LocalTime(now)
  switch parts.count {
  case 1:
    if let date = numbers(parts[0], between: .of("-")), date.count == 3 { return wall(date, [0, 0, 0]) }
    guard let clock = clockNumbers(parts[0]), let time = wall([today.year, today.month, today.day], clock) else {
      return nil
    }
    guard time > now.wholeMilliseconds else { return time }
    let yesterday = LocalTime(now - .seconds(86_400))
    return wall([yesterday.year, yesterday.month, yesterday.day], clock)
  case 2:
    guard let date = numbers(parts[0], between: .of("-")), date.count == 3, let clock = clockNumbers(parts[1]) else {
      return nil
    }
    return wall(date, clock)
  default: return nil
  }
}

private func clockNumbers(_ text: [UInt8]) -> [Int]? {
  guard let clock = numbers(text, between: .of(":")), clock.count == 2 || clock.count == 3 else { return nil }
  return clock.count == 2 ? clock + [0] : clock
}

private func wall(_ date: [Int], _ clock: [Int]) -> Int? {
  Clock.wall(year: date[0], month: date[1], day: date[2], hour: clock[0], minute: clock[1], second: clock[2])
    .map { $0.wholeMilliseconds }
}

/// Numbers of at most four digits with this between them.
private func numbers(_ text: [UInt8], between separator: UInt8) -> [Int]? {
  var numbers: [Int] = []
  for part in text.split(separator: separator, omittingEmptySubsequences: false) {
    guard 1...4 ~= part.count, part.allSatisfy({ $0.isDigit }) else { return nil }
    numbers.append(part.reduce(0) { $0 * 10 + Int($1 - 0x30) })
  }
  return numbers
}

extension Duration {
  fileprivate var wholeMilliseconds: Int {
    Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
  }
}
