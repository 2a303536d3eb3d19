// A moment as it stands in a record: by the wall clock of its time and place, with its distance from universal time, so that
// it can be read where neither the clock nor the zone is the same any more (RFC 3339):
//
//     2026-11-23T14:02:11.532+01:00

/// A moment of the wall clock in a time zone.
public struct CalendarTime: Equatable, Sendable {
  /// Milliseconds since 1970, in universal time.
  public let milliseconds: Int
  /// How far the local clocks are ahead of universal time, in seconds.
  public let secondsEast: Int

  /// A moment, in milliseconds since 1970, and how far local clocks are ahead, less than a day.
  public init(milliseconds: Int, secondsEast: Int) {
    self.milliseconds = milliseconds
    self.secondsEast = secondsEast
  }

  /// Years that can be written with four digits are those that can be read.
  private static let years = 1...9999

  private var localSeconds: Int { floorDivide(milliseconds, 1000) + secondsEast }

  /// `2026-11-23`
  public var date: String {
    let (year, month, day) = civil(fromDays: floorDivide(localSeconds, 86_400))
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }

  /// `14:02:11`
  public var clock: String {
    let second = localSeconds - floorDivide(localSeconds, 86_400) * 86_400
    return "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
  }

  /// `.532`
  public var fraction: String { ".\(padded(milliseconds - floorDivide(milliseconds, 1000) * 1000, 3))" }

  /// `+01:00`
  public var zone: String {
    let minutes = abs(secondsEast) / 60
    return "\(secondsEast < 0 ? "-" : "+")\(padded(minutes / 60, 2)):\(padded(minutes % 60, 2))"
  }

  /// `Mon`
  public var weekday: String {
    let days = floorDivide(localSeconds, 86_400)
    // 1970 began on a Thursday.
    let place = days + 3 - floorDivide(days + 3, 7) * 7
    return ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][place]
  }

  /// Reads what `description` writes, and nothing else.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 29 else { return nil }
    func number(_ range: Range<Int>) -> Int? {
      var value = 0
      for index in range {
        guard bytes[index].isDigit else { return nil }
        value = value * 10 + Int(bytes[index] - 0x30)
      }
      return value
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
      let minute = number(14..<16), let second = number(17..<19), let thousandths = number(20..<23),
      let zoneHour = number(24..<26), let zoneMinute = number(27..<29), Self.years.contains(year)
    else { return nil }
    let east = (zoneHour * 60 + zoneMinute) * 60 * (bytes[23] == .of("-") ? -1 : 1)
    let local = ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second
    self.init(milliseconds: (local - east) * 1000 + thousandths, secondsEast: east)
    // Whatever is no such moment, as the 30th of February, is written in another way.
    guard description == text else { return nil }
  }
}

extension CalendarTime: CustomStringConvertible {
  /// `2026-11-23T14:02:11.532+01:00`
  public var description: String { "\(date)T\(clock)\(fraction)\(zone)" }
}

private func padded(_ number: Int, _ width: Int) -> String {
  let digits = "\(number)"
  return String(repeating: "0", count: max(width - digits.utf8.count, 0)) + digits
}

private func floorDivide(_ number: Int, _ divisor: Int) -> Int {
  let quotient = number / divisor
  return number % divisor < 0 ? quotient - 1 : quotient
}

// The proleptic Gregorian calendar, in eras of 400 years that begin in March, so that the leap day is the last of its year.

private func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
  let shifted = month <= 2 ? year - 1 : year
  let era = floorDivide(shifted, 400)
  let yearOfEra = shifted - era * 400
  let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
  return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
}

private func civil(fromDays days: Int) -> (year: Int, month: Int, day: Int) {
  let shifted = days + 719_468
  let era = floorDivide(shifted, 146_097)
  let dayOfEra = shifted - era * 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let month = (5 * dayOfYear + 2) / 153
  let isLate = month >= 10
  return (
    yearOfEra + era * 400 + (isLate ? 1 : 0), isLate ? month - 9 : month + 3, dayOfYear - (153 * month + 2) / 5 + 1
  )
}
