import Testing

@testable import Language

/// What the metrics of the test catalogue are, by name. What is not in it is unknown; a percent of a whole has `in percent` behind
/// its name.
private let world: [String: Double] = [
  "cpu.idle": 40, "cpu.busy": 60, "cpu.count": 8, "load.1m": 4, "load.1m in percent": 50,
  "memory.available": 2e9, "memory.available in percent": 25, "memory.used": 6e9, "memory.used in percent": 75,
  "memory.total": 8e9, "memory.oom_kills": 0.5, "swap.in": 1e6, "queue": 7, "queue.ok": 1, "queue.status": 0, "lag": 30,
  "lag.ok": 0, "host.uptime": 1e308,
]

/// The value of each reference of an assembly.
private func sample(of assembly: Assembly, in world: [String: Double]) -> [Double?] {
  assembly.references.map { reference in
    let source = testCatalogue.sources[reference.source]
    let name = source.metrics[reference.metric].name
    let text = source.name + (name.isEmpty ? "" : ".\(name)") + (reference.inPercent ? " in percent" : "")
    return world[text]
  }
}

/// An expression, its value in the world above (nil: unknown), and how a person is shown it.
private let rows: [(text: String, value: Double?, shown: String)] = [
  ("5", 5, "5"),
  ("-5", -5, "-5"),
  ("10%", 10, "10%"),
  ("500M", 5e8, "500M"),
  ("1Ki", 1024, "1.02k"),
  ("1m30s", 90, "1m30s"),
  ("1d2h3m4s5ms", 93784.005, "1d2h"),
  ("cpu.idle", 40, "40%"),
  ("-cpu.idle", -40, "-40%"),
  ("queue", 7, "7"),
  ("queue.ok", 1, "yes"),
  ("not queue.ok", 0, "no"),
  ("cpu.iowait", nil, "unknown"),
  ("-cpu.iowait", nil, "unknown"),

  ("1 + 2 - 3 - 4", -4, "-4"),
  ("1 - (2 - 3)", 2, "2"),
  ("2 + 3 * 4", 14, "14"),
  ("(2 + 3) * 4", 20, "20"),
  ("100 / 10 / 5", 2, "2"),
  ("100 / (10 / 5)", 50, "50"),
  ("cpu.idle + 5", 45, "45%"),
  ("memory.available + memory.used", 8e9, "8G"),
  ("memory.available + 10% ", 35, "35%"),
  ("10% * memory.total", 8e8, "800M"),
  ("memory.total * 10%", 8e8, "800M"),
  ("memory.total * 0.1", 8e8, "800M"),
  ("50% * 50%", 25, "25%"),
  ("50% * 50% * memory.total", 2e9, "2G"),
  ("2 * cpu.idle", 80, "80%"),
  ("load.1m / cpu.count", 0.5, "0.5"),
  ("load.1m / cpu.count * 100%", 50, "50%"),
  ("cpu.idle / 100% * 200", 80, "80"),
  ("memory.used / memory.total", 0.75, "0.75"),
  ("memory.used / 10s", 6e8, "600MB/s"),
  ("swap.in * 1m", 6e7, "60M"),
  ("memory.oom_kills * 1h", 1800, "1800"),
  ("queue / 10s", 0.7, "0.7/s"),
  ("queue / queue.status", nil, "unknown"),
  ("queue.status / queue.status", nil, "unknown"),
  ("host.uptime * 100", nil, "unknown"),
  ("host.uptime + host.uptime", nil, "unknown"),
  ("host.uptime + host.uptime - host.uptime", nil, "unknown"),
  ("known(host.uptime * 100)", 0, "no"),

  ("cpu.idle < 40%", 0, "no"),
  ("cpu.idle <= 40%", 1, "yes"),
  ("cpu.idle > 40%", 0, "no"),
  ("cpu.idle >= 40%", 1, "yes"),
  ("cpu.idle == 40%", 1, "yes"),
  ("cpu.idle != 40%", 0, "no"),
  ("cpu.iowait < 40%", nil, "unknown"),
  ("cpu.iowait == cpu.iowait", nil, "unknown"),
  ("queue.ok == lag.ok", 0, "no"),
  ("queue.ok != lag.ok", 1, "yes"),
  ("load.1m > 3", 1, "yes"),
  ("load.1m > 3%", 1, "yes"),
  ("load.1m > 45%", 1, "yes"),
  ("load.1m > 55%", 0, "no"),
  ("memory.available < 3G", 1, "yes"),
  ("memory.available < 20%", 0, "no"),

  // Three values: yes, no, unknown
  ("queue.ok and queue.ok", 1, "yes"),
  ("queue.ok and lag.ok", 0, "no"),
  ("queue.ok and cpu.iowait > 5", nil, "unknown"),
  ("lag.ok and cpu.iowait > 5", 0, "no"),
  ("cpu.iowait > 5 and lag.ok", 0, "no"),
  ("cpu.iowait > 5 and queue.ok", nil, "unknown"),
  ("cpu.iowait > 5 and cpu.iowait < 5", nil, "unknown"),
  ("queue.ok or cpu.iowait > 5", 1, "yes"),
  ("cpu.iowait > 5 or queue.ok", 1, "yes"),
  ("lag.ok or cpu.iowait > 5", nil, "unknown"),
  ("lag.ok or lag.ok", 0, "no"),
  ("lag.ok or queue.ok and cpu.iowait > 5 or queue.ok", 1, "yes"),
  ("not cpu.iowait > 5", nil, "unknown"),
  ("not not queue.ok", 1, "yes"),
  ("known(cpu.iowait)", 0, "no"),
  ("known(cpu.idle)", 1, "yes"),
  ("known(cpu.iowait > 5 or queue.ok)", 1, "yes"),
  ("not known(cpu.iowait)", 1, "yes"),

  // A choice ignores what it does not take
  ("if(queue.ok, 1, 2)", 1, "1"),
  ("if(lag.ok, 1, 2)", 2, "2"),
  ("if(queue.ok, cpu.idle, cpu.iowait)", 40, "40%"),
  ("if(lag.ok, cpu.idle, cpu.iowait)", nil, "unknown"),
  ("if(cpu.iowait > 5, 1, 2)", nil, "unknown"),
  ("if(cpu.iowait > 5, 1, 1)", nil, "unknown"),
  ("if(known(cpu.iowait), cpu.iowait, 0)", 0, "0%"),

  ("min(3, 1, 2)", 1, "1"),
  ("max(3, 1, 2)", 3, "3"),
  ("max(-3, -1, -2)", -1, "-1"),
  ("min(cpu.idle, 50)", 40, "40%"),
  ("min(cpu.idle, cpu.iowait)", nil, "unknown"),
  ("max(cpu.iowait, cpu.idle)", nil, "unknown"),
  ("clamp(cpu.idle, 50, 60)", 50, "50%"),
  ("clamp(cpu.idle, 10, 20)", 20, "20%"),
  ("clamp(cpu.idle, 10, 60)", 40, "40%"),
  ("clamp(cpu.idle, 10, cpu.iowait)", nil, "unknown"),
  ("clamp(5, queue, queue.status)", 0, "0"),

  ("curve(cpu.idle, 0% -> 10%, 40% -> 100%)", 100, "100%"),
  ("curve(cpu.idle, 0% -> 10%, 80% -> 90%)", 50, "50%"),
  ("curve(cpu.idle, 50% -> 10%, 80% -> 90%)", 10, "10%"),
  ("curve(cpu.idle, 0% -> 10%, 20% -> 90%)", 90, "90%"),
  ("curve(cpu.idle, 0% -> 0%, 20% -> 100%, 60% -> 20%)", 60, "60%"),
  ("curve(cpu.idle, 40% -> 3, 50% -> 5)", 3, "3"),
  ("curve(cpu.idle, 30% -> 3, 40% -> 5)", 5, "5"),
  ("curve(cpu.iowait, 30% -> 3, 40% -> 5)", nil, "unknown"),
  ("curve(memory.available, 1G -> 1, 3G -> 2)", 1.5, "1.5"),
  ("curve(memory.available, 0% -> 0, 50% -> 2)", 1, "1"),
]

@Suite struct EvaluationTests {
  @Test(arguments: rows) func values(_ row: (text: String, value: Double?, shown: String)) throws {
    let form = try checked(row.text)
    var assembly = Assembly()
    let program = assembly.add(form)
    let machine = Machine(assembly)
    let values = sample(of: assembly, in: world)
    #expect(machine.run(program, values) == row.value)
    #expect(machine.value(of: form.term, values) == row.value)
    #expect(valueText(row.value, kind: form.kind) == row.shown)
  }

  @Test func whatIsEqualIsShared() throws {
    var assembly = Assembly()
    let first = assembly.add(try checked("idle < 10% and load.1m > 100%"))
    let second = assembly.add(try checked("avg(cpu.idle over 10s) < 10 and load.1m > 100%"))
    let third = assembly.add(try checked("avg(cpu.idle over 10s) < 20 and load.1m > 4 and load.1m > 50%"))
    #expect(first == second)
    #expect(first != third)
    #expect(assembly.windows.count == 1)
    // cpu.idle, load.1m in percent, load.1m
    #expect(assembly.references.count == 3)
    #expect(assembly.references.map { $0.inPercent } == [false, true, false])
    #expect(assembly.references.map { assembly.slot(of: $0) } == [0, 1, 2])
  }

  @Test func whatAnExpressionAsksFor() throws {
    let form = try checked(
      "if(idle < 10, not sick, curve(queue, 0 -> 0, 9 -> 2) > 1 or known(-lag))"
        + " and clamp(load.1m, min(load.1m, 1), max(load.1m, queue)) / cpu.count > rate(queue over 5s) * 1s")
    #expect(form.metrics.map { $0.text } == ["cpu.idle", "queue.ok", "queue", "lag", "load.1m", "cpu.count"])
  }

  @Test func valuesThatAreNoNumbersAreUnknown() throws {
    var assembly = Assembly()
    let program = assembly.add(try checked("queue + 1"))
    let machine = Machine(assembly)
    #expect(machine.run(program, [.infinity]) == nil)
    #expect(machine.run(program, [.nan]) == nil)
    #expect(machine.run(program, [nil]) == nil)
    #expect(machine.run(program, [1]) == 2)
  }

  @Test func valuesAsPeopleReadThem() {
    let rows: [(Double?, Kind, String)] = [
      (93.06, .percent, "93.1%"), (100, .percent, "100%"), (0.04, .percent, "0.04%"), (9.96, .percent, "9.96%"),
      (0, .percent, "0%"), (-0.0, .percent, "0%"), (-12.34, .number, "-12.3"), (-0.0001, .number, "0"),
      (12.5, .number, "12.5"), (1234567, .number, "1234567"), (0.053, .number, "0.053"), (1.005, .number, "1"),
      (0, .bytes, "0B"), (512, .bytes, "512B"), (1000, .bytes, "1k"), (999_999, .bytes, "1M"), (1.5e9, .bytes, "1.5G"),
      (512e6, .bytes, "512M"), (15.34e9, .bytes, "15.3G"), (3e15, .bytes, "3000T"), (-1.5e9, .bytes, "-1.5G"),
      (10e6, .bytesPerSecond, "10MB/s"), (500, .bytesPerSecond, "500B/s"), (100, .perSecond, "100/s"),
      (0, .seconds, "0s"), (0.25, .seconds, "250ms"), (0.0005, .seconds, "0.5ms"), (0.9996, .seconds, "1s"),
      (2.5, .seconds, "2.5s"), (59.9, .seconds, "59.9s"), (59.96, .seconds, "1m"), (90, .seconds, "1m30s"),
      (150.4, .seconds, "2m30s"), (3600, .seconds, "1h"), (3929, .seconds, "1h5m"), (86400, .seconds, "1d"),
      (273_600, .seconds, "3d4h"), (86399, .seconds, "1d"),
      (nil, .bytes, "unknown"), (.nan, .bytes, "unknown"), (.infinity, .percent, "unknown"),
      (1, .yesNo, "yes"), (0, .yesNo, "no"), (nil, .yesNo, "unknown"),
    ]
    for (value, kind, text) in rows { #expect(valueText(value, kind: kind) == text) }
  }

  @Test func numbersInPlainDigits() {
    let rows: [(Double, String)] = [
      (0, "0"), (5, "5"), (-5, "-5"), (0.1, "0.1"), (12.5, "12.5"), (1e-5, "0.00001"), (1.5e-7, "0.00000015"),
      (1e16, "10000000000000000"), (1.25e20, "125000000000000000000"), (123_456_789.125, "123456789.125"),
    ]
    for (value, text) in rows { #expect(plainText(value) == text) }
  }

  @Test func reasons() throws {
    let scope = try makeScope([
      ("idle", "cpu.idle"), ("work", "load.1m"), ("io", "cpu.iowait"), ("need", "memory.used + 1G"),
      ("sick", "not lag.ok"),
    ])
    let rows = [
      ("idle < 10%", "idle 40% is not < 10%"),
      ("idle > 10", "idle 40% is > 10%"),
      ("10% < idle", "10% is < idle 40%"),
      ("memory.available < 5G", "memory.available 2G is < 5G"),
      ("memory.available < 10%", "memory.available 25% is not < 10%"),
      ("need > memory.available", "need 7G is > memory.available 2G"),
      ("memory.used + 1G > 500M", "(memory.used + 1G) 7G is > 500M"),
      ("idle < 10% and work > 100%", "idle 40% is not < 10% and work 50% is not > 100%"),
      ("idle < 50% and work > 100%", "work 50% is not > 100%"),
      ("idle < 50% and work > 10%", "idle 40% is < 50% and work 50% is > 10%"),
      ("idle < 10% or work > 10%", "work 50% is > 10%"),
      ("idle < 10% or work > 100%", "idle 40% is not < 10% and work 50% is not > 100%"),
      ("not (idle < 10% or work > 10%)", "work 50% is > 10%"),
      ("queue.ok", "queue.ok is yes"),
      ("not queue.ok", "queue.ok is yes"),
      ("sick", "lag.ok is no"),
      ("lag.ok == queue.ok", "lag.ok no is not == queue.ok yes"),
      ("io > 5%", "io is unknown"),
      ("io > cpu.iowait + 1", "io is unknown and (cpu.iowait + 1%) is unknown"),
      ("idle < 50% and io > 5%", "io is unknown"),
      ("idle < 10% and io > 5%", "idle 40% is not < 10%"),
      ("known(io)", "io is unknown"),
      ("not known(idle)", "idle is known"),
      ("if(queue.ok, idle < 10%, lag > 1m)", "queue.ok is yes and idle 40% is not < 10%"),
      ("idle < 10% or idle < 10%", "idle 40% is not < 10%"),
      ("cpu.count < 8.0001", "cpu.count 8 is < 8.0001"),
      ("cpu.idle < 40.001%", "cpu.idle 40% is < 40.001%"),
    ]
    for (text, reason) in rows {
      let form = try checked(text, .condition, in: scope)
      var assembly = Assembly()
      _ = assembly.add(form)
      let machine = Machine(assembly)
      #expect(explanation(of: form, in: machine, sample(of: assembly, in: world)) == reason)
    }
    // What would look alike is shown exactly.
    let form = try checked("cpu.idle < 10%", .condition)
    var assembly = Assembly()
    _ = assembly.add(form)
    #expect(explanation(of: form, in: Machine(assembly), [9.9999]) == "cpu.idle 9.9999% is < 10%")
  }
}
