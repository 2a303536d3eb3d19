// Processes, read and remembered.

import TestSupport
import Testing

@testable import Metrics

private func line(
  _ name: String, ticks: UInt64 = 0, start: UInt64 = 100, state: String = "S", threads: Int = 1, number: Int = 1
) -> [UInt8] {
  Array(
    "\(number) (\(name)) \(state) 1 1 1 0 -1 0 0 0 0 0 \(ticks) 0 0 0 20 0 \(threads) 0 \(start) 99 7 0\n".utf8)
}

@Suite struct ProcessTableTests {
  @Test(arguments: [
    Row("1 (a) S 1 1 1 0 -1 0 0 0 0 0 5 7 0 0 20 0 3 0 85 99 15 18446744073709551615 1\n", "a 12 3 85 15"),
    Row("1 (a b) R 1 1 1 0 -1 0 0 0 0 0 5 7 0 0 -2 -20 3 0 85 99 15", "a b 12 3 85 15"),
    Row("1 (x) R 1 (\n)y) S 1 1 1 0 -1 0 0 0 0 0 0 0 -1 -1 20 0 1 0 0 0 0\n", "x) R 1 (\n)y 0 1 0 0"),
    Row("1 () S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 0 0 0\n", " 0 1 0 0"),
    Row("1 (a) Z 1 1 1 0 -1 0 0 0 0 0 5 7 0 0 20 0 1 0 85 99 0\n", "a 12 1 85 0 zombie"),
    Row("1 (a) Z 1 1 1 0 -1 0 0 0 0 0 5 7 0 0 20 0 4 0 85 99 0\n", "a 12 4 85 0"),
    Row("1 (a) S 1 1 1 0 -1 0 0 0 0 0 5 7 0 0 20 0 3 0 85 99\n", "-"),
    Row("1 (a) S 1 1 1 0 -1 0 0 0 0 0 5 x 0 0 20 0 3 0 85 99 15\n", "-"),
    Row("1 (a) SS 1 1 1 0 -1 0 0 0 0 0 5 7 0 0 20 0 3 0 85 99 15\n", "-"),
    Row("1 a S 1\n", "-"), Row(")(", "-"), Row("1 (", "-"), Row("", "-"), Row("\n", "-"),
  ])
  func statistics(row: Row) {
    let text = Array(row.text.utf8)
    let found = ProcessStatistics(text.span).map { one in
      let name = String(decoding: text[one.name], as: UTF8.self)
      return "\(name) \(one.ticks) \(one.threads) \(one.start) \(one.residentPages)\(one.isZombie ? " zombie" : "")"
    }
    #expect(found ?? "-" == row.meaning)
  }

  @Test(
    arguments: [
      ("Limit  Soft\nMax open files            1024                 524288               files     \n", 1024),
      ("Max open files            unlimited            unlimited            files     \n", .max),
      ("Max open files\n", nil), ("Max cpu time  5 5 s\n", nil), ("", nil),
    ] as [(String, UInt64?)])
  func limits(text: String, limit: UInt64?) {
    let bytes = Array(text.utf8)
    #expect(ProcessLimits.openFiles(in: bytes.span) == limit)
  }

  @Test(
    arguments: [
      ("1234\n", 1234), ("1234", 1234), (" 7\t\n", 7), ("99\n/var/lib/pgsql\n5432\n", 99), ("4194304\n", 4_194_304),
      ("", nil), ("\n1\n", nil), ("0\n", nil), ("-1\n", nil), ("4194305\n", nil), ("12x\n", nil), ("1.5\n", nil),
      ("12:\n", nil), ("pid 5\n", nil), ("99999999999999999999999\n", nil),
    ] as [(String, Int?)])
  func numbersInFiles(text: String, number: Int?) {
    let bytes = Array(text.utf8)
    #expect(ProcessIdentifierFile.number(in: bytes.span) == number)
  }

  @Test(arguments: [
    ("Name:\tx\nTgid:\t12\nPid:\t12\n", true), ("Name:\tx\nTgid:\t11\nPid:\t12\n", false), ("Name:\tx\n", true),
  ])
  func threadsAreNoProcesses(text: String, isProcess: Bool) {
    let bytes = Array(text.utf8)
    #expect(ProcessIdentifierFile.isProcess(12, status: bytes.span) == isProcess)
  }

  /// A host whose processes a test writes down.
  private struct Host {
    var table: ProcessTable
    var time = 1000.0
    var reads = 0

    init(_ names: [String]) { table = ProcessTable(names.map { Array($0.utf8) }, identity: 9) }

    /// A look at these processes: number, file, statistics, arguments. Says what it found: count, ticks.
    mutating func look(_ processes: [(number: Int, file: UInt64, line: [UInt8], arguments: String)]) -> [String] {
      time += 1
      reads = 0
      table.begin(uptime: .seconds(time))
      for process in processes {
        guard case .statistics = table.see(process.number, file: process.file) else { continue }
        reads += 1
        guard let statistics = ProcessStatistics(process.line.span) else { continue }
        if table.take(statistics, in: process.line.span) {
          let arguments = Array(process.arguments.utf8)
          table.take(arguments: arguments.span)
        }
        table.settle(statistics) { _, _ in }
      }
      table.finish(at: .seconds(time))
      return table.facts.map { $0.identity == 9 ? "\($0.count) \($0.ticks)" : "later" }
    }
  }

  @Test func namesAreThoseOfTheCommandOrTheFirstArgument() {
    var host = Host(["nginx", "a-name-of-more-than-15-bytes", "run me", "(sd-pam)", "java", "-g daemon off;"])
    let found = host.look([
      (10, 1, line("nginx"), "nginx: worker process\0"), (11, 1, line("renamed"), "/usr/sbin/nginx\0-g\0daemon off;\0"),
      (12, 1, line("nginx"), "/usr/sbin/nginx\0"), (13, 1, line("nginx", state: "Z"), ""),
      (14, 1, line("a-name-of-more-"), "/opt/a-name-of-more-than-15-bytes"), (15, 1, line("sh"), "/my dir/run me\0"),
      (16, 1, line("(sd-pam)"), "(sd-pam)\0"), (17, 1, line("java"), "/usr/bin/java/\0"),
      (18, 1, line("nginx2"), "\0nginx\0"),
      (19, 1, line("x"), ""), (20, 1, line("y"), "nginx/"), (21, 1, line("ngin"), "ngin\0"),
    ])
    #expect(found == ["3 0", "1 0", "1 0", "1 0", "1 0", "0 0"])
  }

  @Test func processorTimeIsThatSinceTheLookBefore() {
    var host = Host(["a", "b"])
    #expect(host.look([(1, 1, line("a", ticks: 1000), ""), (2, 2, line("b", ticks: 5), "")]) == ["1 0", "1 0"])
    #expect(host.look([(1, 1, line("a", ticks: 1030), ""), (2, 2, line("b", ticks: 5), "")]) == ["1 30", "1 0"])
    // One ends, one has started since: all of its time counts. One was there and gets the name now: none of it.
    let start = UInt64(host.time * 100) + 10
    #expect(
      host.look([
        (2, 2, line("a", ticks: 900), ""), (3, 3, line("a", ticks: 7, start: start), ""),
        (4, 4, line("a", ticks: 50, start: 20), ""),
      ]) == ["3 37", "0 0"])
    // The number is that of another process now, whether or not the file's number says so.
    #expect(
      host.look([
        (2, 99, line("a", ticks: 901, start: start + 100), ""), (3, 3, line("a", ticks: 3, start: start + 110), ""),
        (4, 4, line("a", ticks: 60, start: 20), ""),
      ]) == ["3 951", "0 0"])
    // A counter that runs backwards uses nothing.
    #expect(host.look([(4, 4, line("a", ticks: 10, start: 20), "")]) == ["1 951", "0 0"])
    #expect(host.look([]) == ["0 951", "0 0"])
  }

  @Test func whatHasNoNameIsReadSeldom() {
    var host = Host(["nginx"])
    var processes = (1...400).map { (number: $0, file: UInt64($0), line: line("other"), arguments: "other\0") }
    processes[7].line = line("nginx")
    #expect(host.look(processes) == ["1 0"] && host.reads == 400)
    #expect(host.look(processes) == ["1 0"] && host.reads >= 100 && host.reads <= 101)
    // Another one executes nginx: it is found in at most so many looks.
    processes[200].line = line("nginx")
    var looks = 0
    while host.look(processes) != ["2 0"], looks < 10 { looks += 1 }
    #expect(looks < ProcessTable.turns)
    // What is new is found at once, and what executes something else has the name no more.
    processes.append((number: 500, file: 500, line: line("nginx"), arguments: ""))
    processes[7].line = line("sh")
    #expect(host.look(processes).first?.hasPrefix("2 ") == true)
  }

  @Test(arguments: [0, 1])
  func oneLookHasALimit(beyond: Int) {
    var host = Host(["nginx"])
    let processes = (1...ProcessTable.mostNew + beyond).map {
      (number: $0, file: UInt64($0), line: line("nginx"), arguments: "")
    }
    let all = "\(ProcessTable.mostNew + beyond) 0"
    #expect(host.look(processes) == [beyond == 0 ? all : "later"] && host.reads == ProcessTable.mostNew)
    #expect(host.look(processes) == [all])
  }

  @Test func moreThanFitIntoOneLookTakeSeveral() {
    var host = Host(["nginx"])
    let processes = (1...25_000).map { (number: $0, file: UInt64($0), line: line("nginx", ticks: 5), arguments: "") }
    #expect(host.look(processes) == ["later"] && host.reads == ProcessTable.mostNew)
    #expect(host.look(processes) == ["later"])
    #expect(host.look(processes) == ["25000 0"])
    #expect(host.look(processes) == ["25000 0"])
    // In whatever order they come.
    #expect(host.look(processes.reversed()) == ["25000 0"] && host.reads == 25_000)
    #expect(host.look(processes) == ["25000 0"])
  }

  @Test func whatTheAnswersAmountTo() {
    let readings = Readings(["process(\"a\").cpu", "process(\"a\").running"], stale: .zero)
    func answer(_ ticks: UInt64, identity: UInt64 = 9, at moment: Double, count: UInt64 = 1) -> [Double?] {
      var facts = ProcessFacts()
      (facts.count, facts.ticks, facts.identity, facts.moment) = (count, ticks, identity, .seconds(moment))
      readings.begin(at: .seconds(moment))
      readings.accept(0, facts)
      readings.finish()
      return readings.values
    }
    #expect(answer(100, at: 1) == [nil, 1])
    #expect(answer(300, at: 2) == [2, 1])
    #expect(answer(300, at: 4) == [0, 1])
    #expect(answer(500, identity: 8, at: 5) == [nil, 1])
    #expect(readings.reason(0) == "process(\"a\"): a counter started again")
    #expect(answer(450, identity: 8, at: 6) == [nil, 1])
    #expect(answer(0, identity: 0, at: 7) == [nil, nil])
    #expect(readings.reason(1) == "process(\"a\"): not all processes have been looked at yet")
    #expect(answer(0, identity: 8, at: 8, count: 0) == [0, 0])
  }
}
