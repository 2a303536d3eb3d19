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
  }
}
