// A process that we have started. It is known by a descriptor, not by its number, which the kernel may give away again.

internal import CLinux

/// How a process ended.
public enum ProcessEnd: Equatable, Sendable {
  /// By itself, with this status: 0 to 255.
  case exited(Int)
  /// By a signal of this number.
  case killed(Int)
}

/// The descriptors that a new process will have; those that are not given are the null device.
public struct Inheritance: ~Copyable {
  private var input: Descriptor?
  private var output: Descriptor?
  private var error: Descriptor?
  private var extra: Descriptor?

  /// What the new process will call a descriptor.
  public enum Place: Sendable {
    /// 0, standard input.
    case input
    /// 1, standard output.
    case output
    /// 2, standard error.
    case error
    /// 3.
    case extra
  }

  /// Nothing but the null device.
  public init() {}

  /// Gives the new process a copy of this descriptor. fcntl F_DUPFD_CLOEXEC
  public mutating func give(_ descriptor: borrowing Descriptor, as place: Place) throws(SystemError) {
    // Behind all places, so that none is overwritten before it has been copied.
    let copy = Descriptor(owning: try check("fcntl") { clinux_dup_cloexec(descriptor.number, 4) })
    switch place {
    case .input: input = consume copy
    case .output: output = consume copy
    case .error: error = consume copy
    case .extra: extra = consume copy
    }
  }

  fileprivate var numbers: [Int32] {
    var numbers = [Self.number(input), Self.number(output), Self.number(error), Self.number(extra)]
    if numbers[3] < 0 { numbers.removeLast() }
    return numbers
  }

  private static func number(_ descriptor: borrowing Descriptor?) -> Int32 {
    switch descriptor {
    case .some(let descriptor): descriptor.number
    case .none: -1
    }
  }
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
      CLinux.kill(process, SIGKILL)
      waitpid(process, nil, 0)
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
private struct CStrings: ~Copyable {
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
