import Testing

@testable import Language

/// What an expression is, and how it is understood: text, kind, canonical text where it differs.
private let rows: [(text: String, kind: Kind, canonical: String?)] = [
  // Literals
  ("5", .number, nil),
  ("0", .number, nil),
  ("0.5", .number, nil),
  ("-5", .number, nil),
  ("- 5", .number, "-5"),
  ("007", .number, "7"),
  ("10%", .percent, nil),
  ("0%", .percent, nil),
  ("99.9%", .percent, nil),
  ("500B", .bytes, nil),
  ("500M", .bytes, nil),
  ("500MB", .bytes, "500M"),
  ("500000kB", .bytes, "500M"),
  ("1k", .bytes, nil),
  ("1.5G", .bytes, nil),
  ("2T", .bytes, nil),
  ("1Ki", .bytes, nil),
  ("1KiB", .bytes, "1Ki"),
  ("3Mi", .bytes, nil),
  ("4GiB", .bytes, "4Gi"),
  ("1Ti", .bytes, nil),
  ("90s", .seconds, nil),
  ("1m30s", .seconds, "90s"),
  ("1d2h3m4s5ms", .seconds, "93784.005s"),
  ("100ms", .seconds, "0.1s"),
  ("9ms", .seconds, nil),
  ("5m", .seconds, nil),
  ("2h", .seconds, nil),
  ("7d", .seconds, nil),
  ("100/s", .perSecond, nil),
  ("0.5/s", .perSecond, nil),
  ("10MB/s", .bytesPerSecond, nil),
  ("10M/s", .bytesPerSecond, "10MB/s"),
  ("500B/s", .bytesPerSecond, nil),

  // References
  ("cpu.idle", .percent, nil),
  ("cpu(3).idle", .percent, nil),
  ("cpu.count", .number, nil),
  ("load.1m", .number, nil),
  ("memory.available", .bytes, nil),
  ("memory.oom_kills", .perSecond, nil),
  ("swap.in", .bytesPerSecond, nil),
  ("pressure.cpu.some", .percent, nil),
  ("pressure.cpu.some.avg10", .percent, nil),
  ("filesystem(\"/var\").used", .bytes, nil),
  ("filesystem('/var').used", .bytes, "filesystem(\"/var\").used"),
  ("filesystem('/a\"b').used", .bytes, nil),
  ("filesystem( \"/\" ).used", .bytes, "filesystem(\"/\").used"),
  ("filesystem(\"/s\u{FC}d\").used", .bytes, nil),
  ("listener(443).queue", .number, nil),
  ("listener(\"/run/app.sock\").present", .yesNo, nil),
  ("core(0).idle", .percent, nil),
  ("time.between(\"22:30\", \"05:15\")", .yesNo, nil),
  ("queue", .number, nil),
  ("queue.ok", .yesNo, nil),
  ("queue.duration", .seconds, nil),
  ("lag", .seconds, nil),

  // Names
  ("idle", .percent, "avg(cpu.idle over 10s)"),
  ("root", .bytes, "filesystem(\"/\").used"),
  ("backlog", .number, "queue"),
  ("sick", .yesNo, "not queue.ok"),
  ("sick or queue.status > 2", .yesNo, "not queue.ok or queue.status > 2"),
  ("limit", .number, "10"),
  ("-limit", .number, "-(10)"),
  ("cpu.idle < limit", .yesNo, "cpu.idle < 10%"),
  ("root > 95%", .yesNo, "filesystem(\"/\").used > 95%"),
  ("root > 1G", .yesNo, "filesystem(\"/\").used > 1G"),

  // A whole can be asked either way
  ("memory.available < 500M", .yesNo, nil),
  ("memory.available < 10%", .yesNo, nil),
  ("load.1m > 4", .yesNo, nil),
  ("load.1m > 150%", .yesNo, nil),
  ("4 < load.1m", .yesNo, nil),
  ("memory.available < swap.used", .yesNo, nil),
  ("memory.available < load.1m", .yesNo, nil),
  ("avg(memory.available over 1m) < 10%", .yesNo, nil),
  ("avg(memory.available over 1m) < 10M", .yesNo, nil),
  ("max(memory.available, swap.used) < 10%", .yesNo, nil),
  ("-memory.used < -10%", .yesNo, nil),
  ("memory.used + swap.used > 90%", .yesNo, nil),
  ("memory.used + 500M > swap.used", .yesNo, nil),
  ("clamp(memory.used, 10%, 20%)", .percent, nil),
  ("if(queue.ok, memory.used, 10%)", .percent, nil),
  ("if(queue.ok, memory.used, swap.used)", .bytes, nil),

  // The literal 0
  ("memory.available > 0", .yesNo, "memory.available > 0B"),
  ("cpu.idle == 0", .yesNo, "cpu.idle == 0%"),
  ("lag > 0", .yesNo, "lag > 0s"),
  ("swap.in > 0", .yesNo, "swap.in > 0B/s"),
  ("memory.oom_kills > 0", .yesNo, "memory.oom_kills > 0/s"),
  ("-0 < lag", .yesNo, "0s < lag"),
  ("0 < 0", .yesNo, nil),
  ("max(0, memory.used - 10%)", .percent, "max(0%, memory.used - 10%)"),
  ("memory.used + 0 > 10%", .yesNo, "memory.used + 0% > 10%"),

  // A bare number beside a percent
  ("cpu.idle < 10", .yesNo, "cpu.idle < 10%"),
  ("10 > cpu.idle", .yesNo, "10% > cpu.idle"),
  ("cpu.idle < -10", .yesNo, "cpu.idle < -10%"),
  ("cpu.idle < (10)", .yesNo, "cpu.idle < 10%"),
  ("cpu.idle + 5 < 30", .yesNo, "cpu.idle + 5% < 30%"),
  ("max(cpu.idle, 5)", .percent, "max(cpu.idle, 5%)"),
  ("clamp(cpu.idle, 5, 95)", .percent, "clamp(cpu.idle, 5%, 95%)"),
  ("if(queue.ok, 50%, 20)", .percent, "if(queue.ok, 50%, 20%)"),
  ("idle < 10", .yesNo, "avg(cpu.idle over 10s) < 10%"),
  ("min(10, 20)", .number, nil),
  ("if(queue.ok, 10, 20)", .number, nil),

  // Products
  ("2 * 3", .number, nil),
  ("2 * cpu.idle", .percent, nil),
  ("cpu.idle * 2", .percent, nil),
  ("2 * memory.used", .bytes, nil),
  ("memory.total * 2", .bytes, nil),
  ("2 * lag", .seconds, nil),
  ("10% * memory.total", .bytes, nil),
  ("memory.total * 10%", .bytes, nil),
  ("10% * 50%", .percent, nil),
  ("10% * swap.in", .bytesPerSecond, nil),
  ("memory.total / 2", .bytes, nil),
  ("cpu.idle / 2", .percent, nil),
  ("lag / 2", .seconds, nil),
  ("memory.used / memory.total", .number, nil),
  ("cpu.idle / cpu.busy", .number, nil),
  ("lag / 1m", .number, nil),
  ("swap.in / 10MB/s", .number, nil),
  ("100M / 10s", .bytesPerSecond, nil),
  ("queue / 10s", .perSecond, nil),
  ("swap.in * 1m", .bytes, nil),
  ("1m * swap.in", .bytes, nil),
  ("memory.oom_kills * 1h", .number, nil),
  ("load.1m / cpu.count", .number, nil),
  ("load.1m / cpu.count * 100%", .percent, nil),
  ("load.1m / cpu.count * 100% > 80", .yesNo, "load.1m / cpu.count * 100% > 80%"),
  ("100MB/swap.used", .number, "100M / swap.used"),

  // Conditions
  ("cpu.idle < 10% and load.1m > 100%", .yesNo, nil),
  ("queue.ok", .yesNo, nil),
  ("not queue.ok", .yesNo, nil),
  ("not not queue.ok", .yesNo, nil),
  ("not lag > 1m", .yesNo, nil),
  ("not (lag > 1m and queue.ok)", .yesNo, nil),
  ("queue.ok == lag.ok", .yesNo, nil),
  ("queue.ok != (lag > 1m)", .yesNo, nil),
  ("queue.ok == (not lag.ok)", .yesNo, nil),
  ("if(queue.ok, lag.ok, lag > 1m)", .yesNo, nil),
  ("known(queue)", .yesNo, nil),
  ("known(queue.ok) and known(cpu.idle + 5)", .yesNo, "known(queue.ok) and known(cpu.idle + 5%)"),
  ("queue.ok or lag.ok and sick", .yesNo, "queue.ok or lag.ok and not queue.ok"),
  ("(queue.ok or lag.ok) and queue.ok", .yesNo, nil),

  // Structure
  ("1 + 2 - 3 + 4", .number, nil),
  ("1 - (2 - 3)", .number, nil),
  ("(1 - 2) - 3", .number, nil),
  ("(((5)))", .number, "5"),
  ("2 * (3 + 4)", .number, nil),
  ("(2 * 3) + 4", .number, "2 * 3 + 4"),
  ("8 / (4 / 2)", .number, nil),
  ("--queue", .number, nil),
  ("-(5)", .number, nil),
  ("-(-5)", .number, nil),
  ("--5", .number, "5"),
  ("5 - -5", .number, nil),
  ("5--5", .number, "5 - -5"),
  ("-queue * 2", .number, nil),
  ("-(queue * 2)", .number, nil),
  ("cpu.idle<10%", .yesNo, "cpu.idle < 10%"),
  ("  cpu.idle\n\t<\r\n 10% ", .yesNo, "cpu.idle < 10%"),

  // Functions
  ("min(queue)", .number, nil),
  ("min(1, 2, 3)", .number, nil),
  ("min(queue over 30s)", .number, nil),
  ("max(queue over 1m30s)", .number, "max(queue over 90s)"),
  ("avg(cpu.idle + cpu.iowait over 100ms)", .percent, "avg(cpu.idle + cpu.iowait over 0.1s)"),
  ("avg(max(cpu.idle over 5s) over 1m)", .percent, nil),
  ("rate(queue over 1m)", .perSecond, nil),
  ("rate(load.1m over 1m)", .perSecond, nil),
  ("rate(memory.used over 1m)", .bytesPerSecond, nil),
  ("rate(lag over 1m)", .number, nil),
  ("rate(memory.used over 1m) > 10MB/s", .yesNo, nil),
  ("clamp(queue, 1, 5)", .number, nil),
  ("curve(cpu.idle, 0% -> 10%, 40% -> 100%)", .percent, nil),
  ("curve(cpu.idle, 0 -> 10, 40 -> 100)", .number, "curve(cpu.idle, 0% -> 10, 40% -> 100)"),
  ("curve(cpu.idle, 0 -> 10%, 40 -> 100)", .percent, "curve(cpu.idle, 0% -> 10%, 40% -> 100%)"),
  ("curve(cpu.idle, 0 -> 0, 40 -> 100%)", .percent, "curve(cpu.idle, 0% -> 0%, 40% -> 100%)"),
  ("curve(memory.available, 10% -> 1, 20% -> 2)", .number, nil),
  ("curve(memory.available, 500M -> 1, 1G -> 2)", .number, nil),
  ("curve(queue, -10->-1,10->1)", .number, "curve(queue, -10 -> -1, 10 -> 1)"),
  ("curve(queue, 0 -> 0, 1 -> 0)", .number, nil),
]

@Suite struct KindTests {
  @Test(arguments: rows) func kindAndCanonicalText(_ row: (text: String, kind: Kind, canonical: String?)) throws {
    let scope = try makeScope()
    let form = try checked(row.text, in: scope)
    #expect(form.kind == row.kind)
    #expect(form.term.kind == row.kind)
    #expect(form.description == row.canonical ?? row.text)
    // What is printed means the same.
    #expect(try checked(form.description, in: scope) == form)
  }

  @Test func theTableIsLarge() { #expect(rows.count >= 150) }

  @Test func anOpenKindFollowsItsPlace() throws {
    for (text, place, kind) in [
      ("memory.available", Expectation.any, Kind.bytes), ("memory.available", .percent, .percent),
      ("0", .percent, .percent), ("0", .number, .number), ("load.1m", .number, .number),
      ("load.1m", .percent, .percent),
    ] {
      let form = try checked(text, place)
      #expect(form.kind == kind)
      #expect(form.term.kind == kind)
    }
    // The same text, and not the same thing to measure.
    #expect(try checked("memory.available") != checked("memory.available", .percent))
  }

  @Test func eachUseOfANameSettlesItAnew() throws {
    let both = try checked("root > 95% and root > 1G")
    guard case .and(let parts) = both.term.form, case .compare(_, let first, _) = parts[0].form,
      case .compare(_, let second, _) = parts[1].form
    else { return #expect(Bool(false)) }
    #expect(first.kind == .percent)
    #expect(second.kind == .bytes)
    #expect(first.name == "root")
  }

  @Test func namesAreNoPartOfTheIdentity() throws {
    #expect(try checked("idle < 10%") == checked("avg(cpu.idle over 10s) < 10"))
    #expect(try checked("idle < 10%").hashValue == checked("avg(cpu.idle over 10s) < 10").hashValue)
    #expect(try checked("idle < 10%").term.shortText == "idle < 10%")
    #expect(try checked("idle < 10%") != checked("idle < 11%"))
  }

  @Test func namesThatAreUsed() throws {
    let scope = try makeScope([("a", "b + queue"), ("b", "1"), ("c", "2")])
    func used(_ text: String) throws -> [String] {
      check(try Expression(parsing: text), expecting: .any, in: scope).usedNames
    }
    #expect(try used("a > 1 and lag > 1s") == ["a", "b", "queue", "lag"])
    #expect(try used("cpu.idle") == [])
    #expect(try used("broken + nowhere") == ["broken"])
    #expect(try used("queue.nothing") == ["queue"])
  }
}
