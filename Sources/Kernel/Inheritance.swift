// What a new process gets from the one that starts it.

internal import CLinux

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

    fileprivate var number: Int32 {
      switch self {
      case .input: STDIN_FILENO
      case .output: STDOUT_FILENO
      case .error: STDERR_FILENO
      case .extra: 3
      }
    }
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

  var numbers: [Int32] {
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

extension Descriptor {
  /// What this process has got from the one that has started it. To be taken once, and only where something was given.
  public init(inherited place: Inheritance.Place) { self.init(owning: place.number) }
}
