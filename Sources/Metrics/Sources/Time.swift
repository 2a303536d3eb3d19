// time: what the clock on the wall shows. The only metrics that setting the clock changes.

import Language

extension Definition {
  static let time = Definition(
    "time", help: "local time, in the time zone of the host",
    [
      Metric("hour", .number, "0 to 23", clock { Double($0.hour) }),
      Metric("minute", .number, "0 to 59", clock { Double($0.minute) }),
      Metric("weekday", .number, "1, Monday, to 7, Sunday", clock { Double($0.weekday) }),
      Metric(
        "between", .yesNo, argument: .times,
        "from the first time of day up to the second, over midnight too; the same twice is the whole day", between),
    ])

  private static func clock(_ pick: @escaping @Sendable (ClockFacts) -> Double) -> Origin {
    Origin { _, inputs in
      let clock = inputs.clock()
      return { () throws(Gap) in try pick(clock.latest()) }
    }
  }

  private static let between = Origin { arguments, inputs in
    let clock = inputs.clock()
    let (from, to) = arguments.times
    return { () throws(Gap) in
      let facts = try clock.latest()
      let now = facts.hour * 60 + facts.minute
      let isBetween = from < to ? from <= now && now < to : from <= now || now < to
      return isBetween ? 1 : 0
    }
  }
}
