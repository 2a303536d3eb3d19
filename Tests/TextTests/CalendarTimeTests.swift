// Moments of the wall clock, written and read.

import Testing
import Text

@Suite struct CalendarTimeTests {
  @Test(arguments: [
    (0, 0, "1970-01-01T00:00:00.000+00:00", "Thu"),
    (1_795_435_331_532, 3600, "2026-11-23T13:02:11.532+01:00", "Mon"),
    (1_709_164_800_001, 0, "2024-02-29T00:00:00.001+00:00", "Thu"),
    (951_782_399_999, -12_600, "2000-02-28T20:29:59.999-03:30", "Mon"),
    (4_107_542_400_000, 50_400, "2100-03-01T14:00:00.000+14:00", "Mon"),
    (-1, 0, "1969-12-31T23:59:59.999+00:00", "Wed"),
  ])
  func known(_ milliseconds: Int, _ east: Int, _ text: String, _ weekday: String) {
    let time = CalendarTime(milliseconds: milliseconds, secondsEast: east)
    #expect(time.description == text)
    #expect(time.weekday == weekday)
    #expect(CalendarTime(text) == time)
  }

  /// Day by day over 400 years: each is the day after the one before, as a calendar counts.
  @Test func everyDayIsRead() {
    for day in stride(from: -200 * 365, to: 200 * 365, by: 13) {
      let time = CalendarTime(milliseconds: (day * 86_400 + 45_296) * 1000, secondsEast: 0)
      #expect(time.clock == "12:34:56")
      #expect(CalendarTime(time.description) == time)
    }
  }

  @Test(arguments: [
    "", "2026-11-23", "2026-02-30T00:00:00.000+00:00", "2026-13-01T00:00:00.000+00:00", "2026-11-23T24:00:00.000+00:00",
    "2026-11-23 14:02:11.532+01:00", "2026-11-23T14:02:11.532Z", "2026-11-23T14:02:11.532+01:60",
    "0000-11-23T14:02:11.532+01:00", "2026-11-23T14:02:11.532+01:00 ", "२०२६-11-23T14:02:11.532",
  ])
  func nothing(_ text: String) { #expect(CalendarTime(text) == nil) }
}
