// directory(PATH): how much waits in a directory, and for how long: spools, queues of files, dropped dumps.

import Language

extension Definition {
  static let directory = Definition(
    "directory", .path(label: "PATH", example: "/var/spool/jobs"), help: "a directory's entries, hidden ones included",
    [
      Metric("entries", .number, "how many there are, counted up to 100000", entries),
      Metric("oldest", .seconds, "since the oldest one's contents last changed; 0 when there is none", oldest),
    ])

  private static let entries = Origin { arguments, inputs in
    let directory = inputs.directory(arguments.text, ages: false)
    return { () throws(Gap) in Double(try directory.latest().entries) }
  }

  private static let oldest = Origin { arguments, inputs in
    let directory = inputs.directory(arguments.text, ages: true)
    return { () throws(Gap) in
      let facts = try directory.latest()
      guard facts.isWhole else { throw directory.missing("more than \(DirectoryFacts.mostEntries) entries") }
      return facts.oldest / .seconds(1)
    }
  }
}
