// Asking the kernel for the sockets of this host: sock_diag(7). The answer is bytes, which whoever asks can read better
// than this room. The kernel answers within the calls themselves, and looks at all connections for each question about
// some: on a host with a million of them a call takes long.

internal import CLinux

/// A socket over which the kernel tells of other sockets, those of this process's network name space.
public struct SocketDiagnosis: ~Copyable {
  private let socket: Descriptor

  /// Enough for any datagram: the kernel makes them no longer than what it can send at once, 32 KiB.
  public static let largestDatagram = 32_768

  /// Which sockets to tell of.
  public enum Question: Sendable {
    /// TCP sockets of IPv4 that have this port at this side: those that listen and, if asked for, those established.
    case tcpV4(port: UInt16, withEstablished: Bool)
    /// The same of IPv6.
    case tcpV6(port: UInt16, withEstablished: Bool)
    /// All unix sockets that listen or are established, with name and queue.
    case unix
  }

  /// A socket of its own. Fails with EAFNOSUPPORT where there is no netlink, or a service manager forbids it. socket
  public init() throws(SystemError) {
    let kind = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
    socket = Descriptor(owning: try check("socket") { CLinux.socket(AF_NETLINK, kind, NETLINK_SOCK_DIAG) })
  }

  /// Asks; the answer carries this number. send
  public borrowing func ask(_ question: Question, sequence: UInt32) throws(SystemError) {
    let request = question.request(sequence)
    guard case .done(request.count) = try socket.send(request.span) else { throw SystemError(code: EIO, call: "send") }
  }

  /// Takes the next datagram of the answer. recv
  public borrowing func recv(into bytes: inout [UInt8]) throws(SystemError) -> Transfer {
    precondition(bytes.count >= Self.largestDatagram, "a datagram that does not fit is cut")
    return try socket.recv(into: &bytes)
  }
}

extension SocketDiagnosis.Question {
  /// SOCK_DIAG_BY_FAMILY
  private static let typeByFamily: UInt16 = 20
  /// NLM_F_REQUEST, NLM_F_DUMP
  private static let flags: UInt16 = 0x301
  /// TCP_ESTABLISHED and TCP_LISTEN, which unix sockets use as well
  private static let established: UInt32 = 1 << 1
  private static let listening: UInt32 = 1 << 10
  /// UDIAG_SHOW_NAME, UDIAG_SHOW_RQLEN
  private static let nameAndQueue: UInt32 = 0x11

  /// The message:
  ///
  ///     struct nlmsghdr           length 4   type 2   flags 2   sequence 4   sender 4
  ///     struct inet_diag_req_v2   family 1   protocol 1   extensions 1   padding 1   states 4
  ///                               source port 2, in the network's order   46 more of the connection, zeros
  ///     struct unix_diag_req      family 1   protocol 1   padding 2   states 4   inode 4   show 4   cookie 8
  fileprivate func request(_ sequence: UInt32) -> [UInt8] {
    var bytes: [UInt8] = []
    func append<Integer: FixedWidthInteger>(_ value: Integer) {
      withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
    }
    func internet(_ family: Int32, _ port: UInt16, _ withEstablished: Bool) {
      append(UInt32(16 + 56))
      append(Self.typeByFamily)
      append(Self.flags)
      append(sequence)
      append(UInt32(0))
      bytes += [UInt8(family), UInt8(IPPROTO_TCP), 0, 0]
      append(withEstablished ? Self.listening | Self.established : Self.listening)
      append(port.bigEndian)
      bytes += [UInt8](repeating: 0, count: 46)
    }
    switch self {
    case .tcpV4(let port, let withEstablished): internet(AF_INET, port, withEstablished)
    case .tcpV6(let port, let withEstablished): internet(AF_INET6, port, withEstablished)
    case .unix:
      append(UInt32(16 + 24))
      append(Self.typeByFamily)
      append(Self.flags)
      append(sequence)
      append(UInt32(0))
      bytes += [UInt8(AF_UNIX), 0, 0, 0]
      append(Self.listening | Self.established)
      append(UInt32(0))
      append(Self.nameAndQueue)
      append(UInt64(0))
    }
    return bytes
  }
}
