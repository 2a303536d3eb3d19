// A program that a test has started: what it says, how it ends, and nobody else's.

import Foundation
import Synchronization

/// Held while a child is made, and while a descriptor is open that it must not inherit: pipe2 and accept4, which would do
/// without, are not to be had from Swift. An inherited end keeps a connection or a pipe open behind the back of its test.
let inheritance = Mutex(())

/// A child process. It is killed, if it still runs, when nobody holds it any more.
final class ChildProcess: Sendable {
  let pid: pid_t

  private struct State {
    var lines: [String] = []
    var status: Int32?
    var readers = 2
  }
  private let state = Mutex(State())
  private let name: String

  /// Starts a program with nothing to read. The variables are added to this process's own; an absent value takes one out.
  init(_ executable: String, _ arguments: [String], environment: [String: String?] = [:]) throws {
    name = executable.split(separator: "/").last.map(String.init) ?? executable
    var variables = ProcessInfo.processInfo.environment
    for (key, value) in environment { variables[key] = value }
    let outputs = [try Pipe(), try Pipe()]
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    for (number, output) in outputs.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, output.write, Int32(number) + 1)
    }
    // Threads of the test library block signals, and a child begins with the mask of the thread that makes it.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let argv = ([executable] + arguments).map { strdup($0) } + [nil]
    let envp = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    var pid: pid_t = 0
    let error = inheritance.withLock { _ in posix_spawn(&pid, executable, &actions, &attributes, argv, envp) }
    for output in outputs { close(output.write) }
    guard error == 0 else {
      for output in outputs { close(output.read) }
      throw Failure("\(executable): \(String(cString: strerror(error)))")
    }
    self.pid = pid
    for output in outputs {
      let descriptor = output.read
      Thread.detachNewThread { [weak self] in Self.collect(descriptor) { self?.heard($0) } }
    }
  }

  deinit {
    if state.withLock({ $0.status }) == nil {
      kill(pid, SIGKILL)
      var status: Int32 = 0
      waitpid(pid, &status, 0)
    }
  }

  /// What it has written so far to standard output and standard error, in lines.
  var lines: [String] { state.withLock { $0.lines } }

  /// The first line, from line `start` on, that is as wanted; waits for it.
  @discardableResult func line(
    from start: Int = 0, within deadline: Duration = .seconds(10), _ what: String, where isWanted: (String) -> Bool
  ) throws -> String {
    try wait(
      for: "a line '\(what)' of \(name)", within: deadline, every: .milliseconds(1),
      or: { "It said:\n" + lines.joined(separator: "\n") }
    ) {
      // Whether it is over is asked before the lines are: what it said last is then among them.
      let silent = state.withLock { $0.readers == 0 }
      if let line = lines.dropFirst(start).first(where: isWanted) { return line }
      if silent { throw Failure("\(name) ended without a line '\(what)'. It said:\n" + lines.joined(separator: "\n")) }
      return nil
    }
  }

  /// The same for a line that contains a text.
  @discardableResult func line(
    from start: Int = 0, within deadline: Duration = .seconds(10), containing text: String
  ) throws -> String {
    try line(from: start, within: deadline, text) { $0.contains(text) }
  }

  /// Sends a signal, if it still runs.
  func signal(_ number: Int32) {
    state.withLock { state in
      if state.status == nil { kill(pid, number) }
    }
  }

  /// Whether it runs.
  var isRunning: Bool { status() == nil }

  /// How a process ended.
  enum Exit: Equatable, CustomStringConvertible {
    case code(Int32)
    case signal(Int32)

    var description: String {
      switch self {
      case .code(let code): "exit \(code)"
      case .signal(let number): "signal \(number)"
      }
    }
  }

  /// Waits for the end, and for the last of what it had to say.
  func exit(within deadline: Duration = .seconds(10)) throws -> Exit {
    let ended = try wait(
      for: "the end of \(name)", within: deadline, or: { "It said:\n" + lines.joined(separator: "\n") }
    ) {
      status()
    }
    // A child of its own may hold the pipes open: no longer than this.
    _ = try? wait(for: "the last output", within: .seconds(1)) { state.withLock { $0.readers == 0 ? true : nil } }
    return ended & 0x7F == 0 ? .code(ended >> 8 & 0xFF) : .signal(ended & 0x7F)
  }

  private func status() -> Int32? {
    state.withLock { state in
      if state.status == nil {
        var status: Int32 = 0
        if waitpid(pid, &status, WNOHANG) == pid { state.status = status }
      }
      return state.status
    }
  }

  private func heard(_ line: String?) {
    state.withLock { state in
      if let line { state.lines.append(line) } else { state.readers -= 1 }
    }
  }

  /// Hands over line after line, and nothing at the end.
  private static func collect(_ descriptor: Int32, _ hear: (String?) -> Void) {
    var rest: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while case let count = read(descriptor, &buffer, buffer.count), count > 0 {
      rest += buffer[..<count]
      while let end = rest.firstIndex(of: 0x0A) {
        hear(String(decoding: rest[..<end], as: UTF8.self))
        rest.removeSubrange(...end)
      }
    }
    if !rest.isEmpty { hear(String(decoding: rest, as: UTF8.self)) }
    hear(nil)
    close(descriptor)
  }

  private struct Pipe {
    let read, write: Int32

    init() throws {
      var ends: [Int32] = [0, 0]
      let isOpen = inheritance.withLock { _ in
        pipe(&ends) == 0 && ends.allSatisfy { fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }
      }
      guard isOpen else { throw Failure("pipe: \(reason())") }
      (read, write) = (ends[0], ends[1])
    }
  }
}
