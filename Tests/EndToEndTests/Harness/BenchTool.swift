// The small C programs of Tests/Bench, which also serve the tests, and those of Tests/Tools.

import Foundation

/// A tool that has been built.
struct BenchTool: Sendable {
  let path: String
  private let folder: TemporaryFolder

  /// Builds `NAME.c`, with these further arguments for the compiler.
  init(_ name: String, in source: String = "Tests/Bench", _ options: [String]) throws {
    folder = try TemporaryFolder()
    path = "\(folder.path)/\(name)"
    let arguments = ["-std=gnu11", "-O2"] + options + ["-o", path, "\(repository)/\(source)/\(name).c"]
    let compiler = try ChildProcess("/usr/bin/env", ["cc"] + arguments)
    guard try compiler.exit(within: .seconds(60)) == .code(0) else {
      throw Failure("\(name) cannot be built:\n" + compiler.lines.joined(separator: "\n"))
    }
  }

  /// Probes a port so often, four at a time; each must get a whole line and no reset. Looks again and again meanwhile.
  static func probe(port: Int, saying text: String? = nil, times number: Int, look: () throws -> Void = {}) throws {
    let said = text.map { ["--send", $0] } ?? []
    let arguments = ["--probes", "\(number)", "--at-once", "4", "--limit", "60"] + said + ["\(port)"]
    let load = try ChildProcess(loader.get().path, arguments)
    try wait(for: "the end of \(number) probes", within: .seconds(90), every: .milliseconds(1)) {
      try look()
      return load.isRunning ? nil : ()
    }
    guard try load.exit() == .code(0) else {
      throw Failure("probes were lost: " + load.lines.joined(separator: "\n"))
    }
  }

  private static let loader = Result { try BenchTool("probeload", ["-pthread"]) }
}

/// Counts what a process asks the heap for, from outside.
final class AllocationCounter: Sendable {
  private let library: BenchTool
  private let counts: TemporaryFolder

  init() throws {
    library = try BenchTool("allocations", ["-shared", "-fPIC"])
    counts = try TemporaryFolder()
  }

  /// What makes a process countable.
  var environment: [String: String?] { ["LD_PRELOAD": library.path, "ALLOCATIONS": counts.path] }

  /// The number of requests so far.
  func count(of process: ChildProcess) throws -> UInt64 {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(counts.path)/\(process.pid)"))
    guard bytes.count == 8 else { throw Failure("allocations are not counted") }
    let count = bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    guard count > 0 else { throw Failure("allocations are not counted: a start without any is not to be believed") }
    return count
  }
}

/// A wall clock that a test sets, for the processes that are given its environment.
final class WallClock: Sendable {
  private let library: BenchTool
  private let folder: TemporaryFolder
  private var file: URL { URL(fileURLWithPath: "\(folder.path)/ahead") }

  init() throws {
    library = try BenchTool("wallclock", in: "Tests/Tools", ["-shared", "-fPIC"])
    folder = try TemporaryFolder()
    try Data(count: 8).write(to: file)
  }

  /// What makes a process look at it.
  var environment: [String: String?] { ["LD_PRELOAD": library.path, "WALL_CLOCK": file.path] }

  /// Sets it: so many seconds ahead of the true time, or behind it.
  func set(ahead seconds: Int64) throws {
    let handle = try FileHandle(forWritingTo: file)
    // In place: the other process has it mapped.
    try handle.write(contentsOf: withUnsafeBytes(of: seconds) { Data($0) })
    try handle.close()
  }
}
