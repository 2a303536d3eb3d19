// Sockets as the tests need them: blocking, on loopback, closed with their owner.

import Foundation
import Synchronization

/// A socket. Every call on it returns within its patience.
final class Socket: @unchecked Sendable {
  let descriptor: Int32

  private init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Listens on a port of 127.0.0.1.
  static func listening(on port: Int) throws -> Socket {
    let listener = try tcp()
    listener.reuseAddress()
    guard listener.call(bind, loopback(port)) == 0, listen(listener.descriptor, 128) == 0 else {
      throw Failure("listen on port \(port): \(reason())")
    }
    return listener
  }

  /// The port that it listens on.
  var port: Int {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &size) }
    }
    return Int(in_port_t(bigEndian: address.sin_port))
  }

  /// Connects to a port of 127.0.0.1, from 127.0.0.`host` if one is given; absent if nobody listens there, or nobody
  /// takes the connection in time.
  static func connected(to port: Int, from host: UInt8? = nil, patience: Duration) throws -> Socket? {
    let socket = try tcp()
    socket.setPatience(patience)
    if let host {
      guard socket.call(bind, loopback(0, host: host)) == 0 else { throw Failure("127.0.0.\(host): \(reason())") }
    }
    return socket.call(connect, loopback(port)) == 0 ? socket : nil
  }

  /// Connects to a unix socket.
  static func connected(toPath path: String, patience: Duration = .seconds(5)) throws -> Socket {
    let unix = Socket(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
    unix.setPatience(patience)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    guard unix.call(connect, address) == 0 else { throw Failure("connect to \(path): \(reason())") }
    return unix
  }

  /// The next connection; absent if none comes in time.
  func accepted(within patience: Duration) -> Socket? {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, Int32(patience / .milliseconds(1))) == 1 else { return nil }
    let connection = inheritance.withLock { _ in
      let connection = accept(descriptor, nil, nil)
      if connection >= 0 { _ = fcntl(connection, F_SETFD, FD_CLOEXEC) }
      return connection
    }
    return connection < 0 ? nil : Socket(connection)
  }

  /// How reading ended.
  enum End: Equatable, Sendable { case ended, reset, patienceGone }

  /// Everything up to the end of the input.
  func readToEnd() -> (bytes: [UInt8], end: End) {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count == 0 { return (bytes, .ended) }
      if count < 0 { return (bytes, errno == EAGAIN ? .patienceGone : .reset) }
      bytes += buffer[..<count]
    }
  }

  /// What has come, without waiting for more than the first of it.
  func readSome() -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return count > 0 ? Array(buffer[..<count]) : []
  }

  /// Whether all of it could be handed to the kernel.
  @discardableResult func send(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }

  /// Says that nothing more will be sent.
  func shutDownSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Closing will send a reset instead of an end.
  func resetOnClose() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  /// How long each call may take from now on.
  func setPatience(_ patience: Duration) {
    let microseconds = Int(patience / .microseconds(1))
    var time = timeval(tv_sec: microseconds / 1_000_000, tv_usec: microseconds % 1_000_000)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
    }
  }

  /// A port that nobody listens on, and that no other test of this run gets. Below the range from which the kernel takes
  /// ports for outgoing connections, so that it stays free until it is used.
  static func freePort() throws -> Int {
    for _ in 0..<10_000 {
      let port = 20_000 + Int(nextPort.wrappingAdd(1, ordering: .relaxed).oldValue % 12_000)
      let candidate = try tcp()
      // A child that is just being made may hold a copy for a moment; with this it is in nobody's way.
      candidate.reuseAddress()
      if candidate.call(bind, loopback(port)) == 0 { return port }
    }
    throw Failure("no free port")
  }

  /// Runs of this test program side by side begin at different ports.
  private static let nextPort = Atomic<UInt>(UInt(getpid()) &* 97)

  private func reuseAddress() {
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
  }

  private static func tcp() throws -> Socket {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Failure("socket: \(reason())") }
    return Socket(descriptor)
  }

  private static func loopback(_ port: Int, host: UInt8 = 1) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = (0x7F00_0000 + UInt32(host)).bigEndian
    return address
  }

  private func call<Address>(
    _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ address: Address
  ) -> Int32 {
    withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        function(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
      }
    }
  }
}
