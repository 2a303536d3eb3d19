// The two times: one that only moves forward, for deciding; one that people read, for showing.

internal import CLinux

/// The clock by which everything is decided.
public enum Clock {
  /// The time since the host started, without the time that it was suspended: setting the clock moves nothing, and an
  /// hour of sleep makes no deadline due. clock_gettime CLOCK_MONOTONIC
  public static func monotonic() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Duration(secondsComponent: Int64(time.tv_sec), attosecondsComponent: Int64(time.tv_nsec) * 1_000_000_000)
  }

  /// Returns at that instant of the monotonic clock: for commands that have nothing else to do. clock_nanosleep
  public static func sleep(until instant: Duration) {
    let (seconds, attoseconds) = instant.components
    var time = timespec(tv_sec: time_t(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
  }

  /// The time since 1970, which jumps when somebody sets the clock. clock_gettime CLOCK_REALTIME
  public static func wall() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Duration(secondsComponent: Int64(time.tv_sec), attosecondsComponent: Int64(time.tv_nsec) * 1_000_000_000)
  }
}

/// A moment as the host's wall clocks show it.
public struct LocalTime: Equatable, Sendable {
  /// The year, as in 2024.
  public let year: Int
  /// 1 to 12.
  public let month: Int
  /// 1 to 31.
  public let day: Int
  /// 0 to 23.
  public let hour: Int
  /// 0 to 59.
  public let minute: Int
  /// 0 to 60, in a leap second.
  public let second: Int
  /// 1, Monday, to 7, Sunday.
  public let weekday: Int
  /// How far local clocks are ahead of universal time then, in seconds.
  public let secondsEast: Int

  /// A moment since 1970 in the time zone of this host. localtime_r
  public init(_ wall: Duration) {
    var seconds = time_t(wall.components.seconds)
    var fields = tm()
    localtime_r(&seconds, &fields)
    year = Int(fields.tm_year) + 1900
    month = Int(fields.tm_mon) + 1
    day = Int(fields.tm_mday)
    hour = Int(fields.tm_hour)
    minute = Int(fields.tm_min)
    second = Int(fields.tm_sec)
    weekday = fields.tm_wday == 0 ? 7 : Int(fields.tm_wday)
    secondsEast = Int(fields.tm_gmtoff)
  }
}

extension Clock {
  /// The moment, since 1970, at which the clocks of this host show these numbers; the one that they show later, or the
  /// nearest, where daylight saving time makes it two or none. Absent for what is no date. mktime
  public static func wall(
    year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int
  ) -> Duration? {
    guard 1...9999 ~= year, 1...12 ~= month, 1...31 ~= day, 0...23 ~= hour, 0...59 ~= minute, 0...59 ~= second else {
      return nil
    }
    var fields = tm()
    fields.tm_year = Int32(year - 1900)
    fields.tm_mon = Int32(month - 1)
    fields.tm_mday = Int32(day)
    fields.tm_hour = Int32(hour)
    fields.tm_min = Int32(minute)
    fields.tm_sec = Int32(second)
    fields.tm_isdst = -1
    let seconds = mktime(&fields)
    // The 30th of February becomes the 2nd of March.
    guard fields.tm_mday == Int32(day) else { return nil }
    return .seconds(Int64(seconds))
  }
}
