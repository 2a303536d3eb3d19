// The processes of a recorded host: folders with numbers for names, as in /proc, of which `fds` says how many files are
// open, or `errno 13`; a process with a file `gone` in `proc.5s` has ended by then.

import Foundation

@testable import Metrics

extension FixtureHost {
  private func text(_ number: Int, _ name: String, later: Bool) -> [UInt8]? {
    contents(of: .file(root: .proc, path: "\(number)/\(name)"), later: later)
  }

  private func numbers(later: Bool) -> [Int] {
    let trees = later ? ["proc", "proc.5s"] : ["proc"]
    let names = trees.flatMap { (try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/\($0)")) ?? [] }
    return Set(names.compactMap { Int($0) }).sorted().filter { text($0, "gone", later: later) == nil }
  }

  private var uptime: Duration {
    let text = contents(of: Uptime.input, later: false) ?? []
    return .seconds(Double(String(decoding: text.prefix { $0 != 0x20 }, as: UTF8.self)) ?? 0)
  }

  /// What a helper would find out about processes of these names.
  func processes(_ questions: [ProcessQuestion], later: Bool, at now: Duration) -> [ProcessFacts] {
    var table = ProcessTable(questions.map { $0.name }, identity: 7)
    look(&table, questions, later: false, at: later ? now - .seconds(5) : now)
    if later { look(&table, questions, later: true, at: now) }
    return table.facts
  }

  private func look(_ table: inout ProcessTable, _ questions: [ProcessQuestion], later: Bool, at now: Duration) {
    table.begin(uptime: uptime)
    for number in numbers(later: later) {
      guard case .statistics = table.see(number, file: UInt64(number) + 4_026_531_840),
        let text = text(number, "stat", later: later), let statistics = ProcessStatistics(text.span)
      else { continue }
      if table.take(statistics, in: text.span) {
        let arguments = self.text(number, "cmdline", later: later) ?? []
        table.take(arguments: arguments.span)
      }
      table.settle(statistics) { name, facts in
        if questions[name].wantsFiles { addFiles(of: number, later: later, to: &facts) }
      }
    }
    table.finish(at: now)
  }

  private func addFiles(of number: Int, later: Bool, to facts: inout ProcessFacts) {
    let files = String(decoding: text(number, "fds", later: later) ?? [], as: UTF8.self).split(separator: "\n")[0]
    if files.hasPrefix("errno ") {
      facts.openFilesError = Int32(files.dropFirst(6))!
    } else {
      let limits = text(number, "limits", later: later) ?? []
      facts.add(openFiles: UInt64(files)!, limit: ProcessLimits.openFiles(in: limits.span))
    }
  }

  /// What a helper would find out about the process of this number.
  func process(_ number: Int, wantsFiles: Bool, later: Bool, at now: Duration) -> ProcessFacts {
    var facts = ProcessFacts()
    facts.identity = 1
    facts.moment = now
    guard numbers(later: later).contains(number), let text = text(number, "stat", later: later),
      let statistics = ProcessStatistics(text.span), !statistics.isZombie
    else { return facts }
    facts.identity = UInt64(number) << 40 | statistics.start
    facts.add(statistics, uptime: uptime)
    facts.ticks = statistics.ticks
    if wantsFiles { addFiles(of: number, later: later, to: &facts) }
    return facts
  }
}
