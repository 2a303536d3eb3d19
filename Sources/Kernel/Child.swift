// A process that we have started. It is known by a descriptor, not by its number, which the kernel may give away again.

internal import CLinux

/// How a process ended.
public enum ProcessEnd: Equatable, Sendable {
  /// By itself, with this status: 0 to 255.
  case exited(Int)
  /// By a signal of this number.
  case killed(Int)
}

/// A child process. Dropping it neither ends nor reaps it: do both first.
public struct Child: ~Copyable {
  /// Readable when the process has ended.
  public let descriptor: Descriptor
  /// The process number, for people.
  public let identifier: Int
  private let ownGroup: Bool

  /// Starts a program: with these arguments (the first is its name), with these `NAME=value` and no other environment,
  /// with the descriptors of its inheritance and no other. With `ownGroup` the process leads a process group of its
  /// own, so that it can be ended together with what it has started.
  ///
  /// Returns once the program has been found and loaded. A program on a mount that hangs would hang us: whoever starts
  /// programs that a user names goes by way of this program's own file. posix_spawn, pidfd_open
  public init(
    program: String, arguments: [String], environment: [String] = [],
    inheritance: consuming Inheritance = Inheritance(), ownGroup: Bool = false
  ) throws(SystemError) {
    var process: pid_t = 0
    let arguments = CStrings(arguments)
    let environment = CStrings(environment)
    let numbers = inheritance.numbers
    let code = program.withCString { path in
      clinux_spawn(
        &process, path, arguments.pointer, environment.pointer, numbers, Int32(numbers.count), ownGroup ? 1 : 0)
    }
    guard code == 0 else { throw SystemError(code: code, call: "posix_spawn") }
    let number = clinux_pidfd_open(process)
    if number < 0 {
      // Nobody could wait for it: better none than one that is forgotten.
      let error = SystemError("pidfd_open")
      Self.endAndWait(process)
      throw error
    }
    descriptor = Descriptor(owning: number)
    identifier = Int(process)
    self.ownGroup = ownGroup
  }

  /// Sends a signal; to a process that has ended, nothing. pidfd_send_signal
  public func send(_ signal: Signal) { _ = clinux_pidfd_send_signal(descriptor.number, signal.number) }

  /// Sends a signal to the process and all that it started and that has not left its group. Only before the process
  /// has been reaped, as its number is free after that. kill
  public func sendToGroup(_ signal: Signal) {
    if ownGroup { _ = CLinux.kill(-pid_t(identifier), signal.number) } else { send(signal) }
  }

  /// Ends a process that is certain to end at once, as it hangs in no call, and forgets it. kill SIGKILL, waitpid
  public func endAndWait() { Self.endAndWait(pid_t(identifier)) }

  private static func endAndWait(_ process: pid_t) {
    _ = CLinux.kill(process, SIGKILL)
    _ = uninterrupted { Int(waitpid(process, nil, 0)) }
  }

  /// How the process ended, once; absent while it runs. Afterwards the kernel has forgotten it. waitid P_PIDFD
  public func reap() throws(SystemError) -> ProcessEnd? {
    var end = clinux_end()
    if clinux_wait(descriptor.number, &end) == 0 {
      return end.exited != 0 ? .exited(Int(end.status)) : .killed(Int(end.status))
    }
    if clinux_errno() == EAGAIN { return nil }
    throw SystemError("waitid")
  }
}

/// Texts as C wants them: a list of pointers, null at the end.
struct CStrings: ~Copyable {
  let pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let count: Int

  init(_ texts: [String]) {
    count = texts.count
    pointer = .allocate(capacity: count + 1)
    for index in 0..<count { (pointer + index).initialize(to: texts[index].withCString { strdup($0) }) }
    (pointer + count).initialize(to: nil)
  }

  deinit {
    for index in 0..<count { free(pointer[index]) }
    pointer.deallocate()
  }
}
