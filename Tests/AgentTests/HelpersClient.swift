import Foundation
import Kernel
import Testing

@testable import Agent

/// Asks, and writes down what it is told.
final class HelpersClient: HelperClient {
  let loop: EventLoop
  let helpers: Helpers
  let reader: LogReader
  var told: [String] = []
  var afterwards: (String) -> Void = { _ in }

  init(program: String = agentcheckdProgram) throws {
    loop = try EventLoop()
    reader = try LogReader()
    helpers = Helpers(loop: loop, log: reader.log, program: program)
    helpers.client = self
  }

  func answered(
    _ operation: HelperOperation, _ path: String, _ result: HelperResult, generation: UInt32, now: Duration
  ) {
    switch result {
    case .fileSystem(let status): told.append("\(generation) \(path) \(status.blocks > 0 ? "full" : "empty")")
    case .failed(let error): told.append("\(generation) \(path) \(error)")
    case .replaced: told.append("\(generation) \(path) replaced")
    case .contents(let bytes): told.append("\(bytes.count) bytes: \(String(decoding: bytes.prefix(20), as: UTF8.self))")
    case .file(let facts): told.append("\(facts.size) bytes, \(facts.age.components.seconds) s")
    case .directory(let facts):
      told.append("\(facts.entries)\(facts.isWhole ? "" : "+") entries, \(facts.oldest.components.seconds) s")
    case .processes(let record): told.append("\(record.count) bytes of processes")
    case .listeners(let record): told.append("\(record.count) bytes of listeners")
    case .notRegular: told.append("not regular")
    case .ruleFile(let contents): told.append("\(generation) \(path) \(contents)")
    case .ruleFiles(let names): told.append("\(generation) \(path) \(names)")
    case .group(let number): told.append("\(generation) \(path) \(number)")
    case .timedOut: told.append("\(generation) \(path) timed out")
    case .lost: told.append("\(generation) \(path) lost")
    }
    afterwards(path)
  }

  func ask(_ path: String, generation: UInt32 = 1) -> Helpers.Asking {
    helpers.ask(.statvfs, path, generation: generation, now: loop.now)
  }

  /// Takes turns until something holds, at most 10 s.
  func run(until condition: () -> Bool, at location: SourceLocation = #_sourceLocation) throws {
    let deadline = Clock.monotonic() + .seconds(10)
    while !condition() {
      guard Clock.monotonic() < deadline else {
        Issue.record("waited in vain, told \(told)", sourceLocation: location)
        return
      }
      try loop.turn(waitingAtMost: .milliseconds(5))
    }
  }
}
