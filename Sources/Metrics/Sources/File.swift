// file(PATH): a file of the user's, which some program keeps for others to see, or touches as a sign of life.

import Language

extension Definition {
  static let file = Definition(
    "file", .path(label: "PATH", example: "/run/app/lag"), help: "a file, through symbolic links",
    [
      Metric("exists", .yesNo, "there is something of that name, of whatever kind", exists),
      Metric(
        "age", .seconds, "since its contents last changed, by the clock on the wall", fact { $0.age / .seconds(1) }),
      Metric("size", .bytes, "its length", fact { Double($0.size) }),
      Metric("value", .number, "the number that it begins with; of regular files alone", value),
    ])

  private static let exists = Origin { arguments, inputs in
    let status = inputs.status(arguments.text)
    return { () throws(Gap) in try status.checkThere() ? 1 : 0 }
  }

  private static func fact(_ pick: @escaping @Sendable (FileFacts) -> Double) -> Origin {
    Origin { arguments, inputs in
      let status = inputs.status(arguments.text)
      return { () throws(Gap) in pick(try status.latest()) }
    }
  }

  private static let value = Origin { arguments, inputs in
    let file = inputs.number(in: arguments.text)
    return { () throws(Gap) in try file.latest() }
  }
}
