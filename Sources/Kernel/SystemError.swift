// The world failed: a system call said no.

internal import CLinux

/// A system call that failed, and why.
public struct SystemError: Error, Sendable {
  /// The error number, `errno`: positive.
  public let code: Int32
  /// The C function that failed, as in the manual: `accept4`.
  public let call: StaticString

  /// An error number of a call.
  public init(code: Int32, call: StaticString) {
    self.code = code
    self.call = call
  }

  /// What `errno` says after `call` has failed.
  init(_ call: StaticString) { self.init(code: clinux_errno(), call: call) }

  /// EBADMSG, of reading: there is something else than there should be.
  public static var badMessage: SystemError { SystemError(code: EBADMSG, call: "read") }

  /// The kernel's words for the number, without the call: `Address already in use`.
  public var message: String { Self.message(code) }

  /// The kernel's words for an error number; `Unknown error 4711` where it has none. strerror
  public static func message(_ code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
  }
}

extension SystemError: CustomStringConvertible {
  /// The call and its complaint: `bind: Address already in use`.
  public var description: String { "\(call): \(message)" }
}

extension SystemError {
  /// EACCES.
  public var isPermissionDenied: Bool { code == EACCES }
  /// EADDRINUSE.
  public var isAddressInUse: Bool { code == EADDRINUSE }
  /// EAFNOSUPPORT, EADDRNOTAVAIL: this host has no addresses of that family.
  public var isFamilyUnavailable: Bool { code == EAFNOSUPPORT || code == EADDRNOTAVAIL }
  /// ECONNREFUSED: nobody listens there.
  public var isConnectionRefused: Bool { code == ECONNREFUSED }
  /// EHOSTUNREACH, ENETUNREACH: there is no way to that host.
  public var isUnreachable: Bool { code == EHOSTUNREACH || code == ENETUNREACH }
  /// ETIMEDOUT: the other side does not answer, and the kernel has stopped asking.
  public var isTimeout: Bool { code == ETIMEDOUT }
  /// EFBIG: a file is larger than its reader wants.
  public var isTooLarge: Bool { code == EFBIG }
  /// ESRCH: it has ended.
  public var isNoSuchProcess: Bool { code == ESRCH }
  /// EAGAIN: not at this moment.
  public var isTryAgain: Bool { code == EAGAIN }
  /// ENOENT.
  public var isNoSuchFile: Bool { code == ENOENT }
}

/// Calls until the answer is not "interrupted by a signal"; -1 then means the error in `errno`.
@inline(__always)
func uninterrupted(_ call: () -> Int) -> Int {
  while true {
    let result = call()
    if result >= 0 || clinux_errno() != EINTR { return result }
  }
}

/// The result of a call that gives -1 for an error, or the error.
@inline(__always)
@discardableResult
func check(_ name: StaticString, _ call: () -> Int32) throws(SystemError) -> Int32 {
  let result = uninterrupted { Int(call()) }
  guard result >= 0 else { throw SystemError(name) }
  return Int32(result)
}
