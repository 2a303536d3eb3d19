import Foundation
import Testing

@testable import Kernel

@Suite struct ChildTests {
  private func end(of child: borrowing Child) throws -> ProcessEnd? {
    #expect(waitReadable(child.descriptor) == true)
    return try child.reap()
  }

  @Test func exitStatusAndSignalAreToldApart() throws {
    let exiting = try Child(program: "/bin/sh", arguments: ["sh", "-c", "exit 7"])
    #expect(try end(of: exiting) == .exited(7))
    let sleeping = try Child(program: "/bin/sleep", arguments: ["sleep", "1000"])
    #expect(try sleeping.reap() == nil)
    sleeping.send(.kill)
    #expect(try end(of: sleeping) == .killed(9))
    // It is forgotten now; a signal to it goes nowhere.
    sleeping.send(.terminate)
    #expect(throws: SystemError.self) { try sleeping.reap() }
  }

  @Test func aMissingProgramIsAnError() {
    let error = #expect(throws: SystemError.self) { _ = try Child(program: "/nonexistent", arguments: ["x"]) }
    #expect(error?.isNoSuchFile == true)
    #expect(error.map { "\($0)" } == "posix_spawn: No such file or directory")
  }

  @Test func theChildHasOnlyWhatItWasGiven() throws {
    let pipe = try Kernel.Pipe()
    // A descriptor that somebody forgot to mark, at a high number.
    let leak = dup2(0, 200)
    #expect(leak == 200)
    defer { close(200) }
    let script = """
      for d in /proc/self/fd/*; do echo "${d##*/} $(readlink $d | sed 's/:.*//')"; done; env | sort
      """
    var inheritance = Inheritance()
    try inheritance.give(pipe.writing, as: .output)
    try inheritance.give(pipe.writing, as: .extra)
    let child = try Child(
      program: "/bin/bash", arguments: ["bash", "-c", script], environment: ["PATH=/usr/bin:/bin", "A=b"],
      inheritance: inheritance)
    #expect(try end(of: child) == .exited(0))
    var buffer = [UInt8](repeating: 0, count: 4096)
    guard case .done(let count) = try pipe.reading.read(into: &buffer) else {
      Issue.record("the child said nothing")
      return
    }
    // bash adds some variables by itself, 255 is its own, and the directory that it lists is closed when it is asked.
    let known = ["255 ", "PWD=", "SHLVL=", "_="]
    let lines = text(buffer[..<count]).split(separator: "\n").map(String.init)
    #expect(
      lines.filter { line in !line.hasSuffix(" ") && !known.contains { line.hasPrefix($0) } }
        == ["0 /dev/null", "1 pipe", "2 /dev/null", "3 pipe", "A=b", "PATH=/usr/bin:/bin"])
  }

  @Test func descriptorsMayTradePlaces() throws {
    // The one that becomes 1 has a number above the one that becomes 3, whatever numbers the pipes have got.
    let one = try Kernel.Pipe()
    let three = try Kernel.Pipe()
    var inheritance = Inheritance()
    try inheritance.give(three.writing, as: .extra)
    try inheritance.give(one.writing, as: .output)
    let child = try Child(
      program: "/bin/sh", arguments: ["sh", "-c", "echo one; echo three >&3"], environment: [],
      inheritance: inheritance)
    #expect(try end(of: child) == .exited(0))
    var buffer = [UInt8](repeating: 0, count: 64)
    #expect(try one.reading.read(into: &buffer) == .done(4))
    #expect(text(buffer[..<4]) == "one\n")
    #expect(try three.reading.read(into: &buffer) == .done(6))
    #expect(text(buffer[..<6]) == "three\n")
  }

  @Test func signalsAreAsTheyWereBorn() throws {
    SignalDescriptor.ignoreFailedWrites()
    let pipe = try Kernel.Pipe()
    var inheritance = Inheritance()
    try inheritance.give(pipe.writing, as: .output)
    let child = try Child(
      program: "/bin/grep", arguments: ["grep", "^Sig[BI]", "/proc/self/status"], inheritance: inheritance)
    #expect(try end(of: child) == .exited(0))
    var buffer = [UInt8](repeating: 0, count: 256)
    guard case .done(let count) = try pipe.reading.read(into: &buffer) else { return }
    let sets = text(buffer[..<count]).split(separator: "\n").map { UInt64($0.dropFirst(8), radix: 16) }
    // 32 and 33 belong to libc, which passes them on as it got them.
    #expect(sets.map { $0.map { $0 & ~(3 << 31) } } == [0, 0])
  }

  @Test func aGroupDiesTogether() throws {
    let pipe = try Kernel.Pipe()
    var inheritance = Inheritance()
    try inheritance.give(pipe.writing, as: .output)
    let child = try Child(
      program: "/bin/sh", arguments: ["sh", "-c", "sleep 1000 & echo started; wait"], inheritance: inheritance,
      ownGroup: true)
    #expect(waitReadable(pipe.reading) == true)
    #expect(getpgid(pid_t(child.identifier)) == pid_t(child.identifier))
    child.sendToGroup(.kill)
    #expect(try end(of: child) == .killed(9))
    // Our own end is still open: that the pipe has no other writer left shows in this process's children only, so ask
    // for the group instead, which is gone once both have been reaped by whoever inherited them.
    let deadline = Clock.monotonic() + .seconds(10)
    while kill(-pid_t(child.identifier), 0) == 0, Clock.monotonic() < deadline { sched_yield() }
    #expect(kill(-pid_t(child.identifier), 0) == -1)
  }
}
