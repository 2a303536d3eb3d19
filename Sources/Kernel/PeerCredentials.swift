// Who is at the other end of a unix socket, as the kernel has it: nobody can say that he is somebody else.

internal import CLinux

/// The rights of a process at the moment at which it connected.
public struct PeerCredentials: Equatable, Sendable {
  /// Its number; 0 where it is in a namespace that we do not see.
  public let process: Int
  /// Its effective user.
  public let user: Int
  /// Its effective group.
  public let group: Int
  /// Its other groups.
  public let otherGroups: [Int]

  /// Rights that are known from elsewhere.
  public init(process: Int, user: Int, group: Int, otherGroups: [Int] = []) {
    self.process = process
    self.user = user
    self.group = group
    self.otherGroups = otherGroups
  }

  /// Whether it is a user whom this process does not see, since it has users of its own (user_namespaces(7), PrivateUsers= of
  /// systemd): the kernel's `overflowuid`.
  public var isUnseen: Bool { user == 65534 }

  /// Whether it has the rights of a group.
  public func isMember(of group: Int) -> Bool { self.group == group || otherGroups.contains(group) }

  /// Those of whoever has connected. getsockopt SO_PEERCRED, SO_PEERGROUPS
  public init(of connection: borrowing Descriptor) throws(SystemError) {
    let number = connection.number
    var peer = clinux_peer()
    var size = socklen_t(MemoryLayout<clinux_peer>.size)
    try check("getsockopt") { getsockopt(number, SOL_SOCKET, SO_PEERCRED, &peer, &size) }
    process = Int(peer.process)
    user = Int(peer.user)
    group = Int(peer.group)
    otherGroups = try Self.groups(number)
  }

  private static func groups(_ number: Int32) throws(SystemError) -> [Int] {
    // Few users have more; where there are more, the kernel says how many bytes they take.
    var groups = [gid_t](repeating: 0, count: 32)
    while true {
      let room = groups.count * MemoryLayout<gid_t>.size
      var size = socklen_t(room)
      let result = groups.withUnsafeMutableBytes { bytes in
        getsockopt(number, SOL_SOCKET, SO_PEERGROUPS, bytes.baseAddress, &size)
      }
      if result == 0 { return groups.prefix(Int(size) / MemoryLayout<gid_t>.size).map { Int($0) } }
      guard clinux_errno() == ERANGE, Int(size) > room else { throw SystemError("getsockopt") }
      groups = [gid_t](repeating: 0, count: Int(size) / MemoryLayout<gid_t>.size)
    }
  }
}
