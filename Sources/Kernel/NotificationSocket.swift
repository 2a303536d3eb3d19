// How a program talks to its service manager: datagrams to a local socket, as in sd_notify(3).

internal import CLinux

/// A way to the datagram socket of a service manager.
public struct NotificationSocket: ~Copyable {
  private let datagrams: Descriptor
  private let receiver: String

  /// To a receiver by its path, or by its abstract name behind an `@`. Nothing is asked of it yet, and it is looked up for
  /// each message: a manager that starts anew is found again. socket
  public init(to receiver: String) throws(SystemError) {
    let kind = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
    datagrams = Descriptor(owning: try check("socket") { socket(AF_UNIX, kind, 0) })
    self.receiver = receiver
  }

  /// Sends a message whole, or throws: EAGAIN where the receiver has no room at this moment. Never waits. sendmsg
  public borrowing func send(_ message: Span<UInt8>) throws(SystemError) { try send(message, -1) }

  /// Sends a message together with a copy of a descriptor. sendmsg with SCM_RIGHTS
  public borrowing func send(_ message: Span<UInt8>, with descriptor: borrowing Descriptor) throws(SystemError) {
    try send(message, descriptor.number)
  }

  private borrowing func send(_ message: Span<UInt8>, _ descriptor: Int32) throws(SystemError) {
    let (datagrams, receiver) = (datagrams.number, receiver)
    let count = message.withUnsafeBytes { bytes in
      receiver.withCString { receiver in
        uninterrupted { clinux_notify(datagrams, receiver, bytes.baseAddress, bytes.count, descriptor) }
      }
    }
    guard count >= 0 else { throw SystemError("sendmsg") }
  }
}
