import Foundation
import Testing

@testable import Kernel

/// A small program in C that crashes on purpose, built once for all tests of this file.
private enum CrashingProgram {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
    .standardized.path

  static let path: String = {
    let path = "\(root)/.build/crash"
    let linux = "\(root)/Sources/CLinux"
    _ = run(
      "/usr/bin/env",
      [
        "cc", "-g", "-O0", "-fno-omit-frame-pointer", "-Wno-infinite-recursion", "-I", "\(linux)/include", "-o", path,
        "\(root)/Tests/Tools/crash.c", "\(linux)/crash.c", "\(linux)/shim.c",
      ])
    return path
  }()

  static func run(_ program: String, _ arguments: [String]) -> (status: Int32, signalled: Bool, output: String) {
    let process = Process()
    let output = Foundation.Pipe()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardError = output
    process.standardOutput = output
    do { try process.run() } catch { return (-1, false, "\(error)") }
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, process.terminationReason == .uncaughtSignal, said)
  }
}

@Suite struct CrashTests {
  #if arch(arm64)
    static let signalOfTraps = SIGTRAP
  #else
    static let signalOfTraps = SIGILL
  #endif

  @Test(arguments: [
    ("trap", signalOfTraps, "illegal instruction: a check in the code failed", "deepest deep main"),
    ("null", SIGSEGV, "invalid memory address", "deepest deep main"),
    ("leaf", SIGSEGV, "invalid memory address", "leaf deep main"),
    ("abort", SIGABRT, "abort", "deep main"),
    ("sent", SIGSEGV, "invalid memory address", "deep main"),
    ("stack", SIGSEGV, "invalid memory address", "endless endless endless"),
  ])
  func aCrashSaysWhereAndKeepsItsSignal(_ how: String, _ signal: Int32, _ reason: String, _ calls: String) throws {
    let run = CrashingProgram.run(CrashingProgram.path, [how])
    #expect(run.signalled)
    #expect(run.status == signal)
    let start = "<2>agentcheckd: crashed (\(reason)), llvm-symbolizer --obj=agentcheckd.debug 0x"
    #expect(run.output.hasPrefix(start))
    #expect(run.output.hasSuffix("\n"))
    #expect(run.output.split(separator: "\n").count == 1)
    let addresses = run.output.split(separator: " ").filter { $0.hasPrefix("0x") }.map(String.init)
    let names = CrashingProgram.run("/usr/bin/env", ["addr2line", "-f", "-s", "-e", CrashingProgram.path] + addresses)
    let functions = names.output.split(separator: "\n").enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    // From inside libc the innermost function of ours is the first whose frame is found on the stack.
    #expect(functions.joined(separator: " ").contains(calls), "\(names.output)")
  }
}
