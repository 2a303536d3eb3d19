// Groups of users by their names. Who has which number may be known to a server far away: asking can hang.

internal import CLinux

/// A group of users.
public enum UserGroup {
  /// The number of the group of this name; ENOENT where there is none. getgrnam
  public static func getgrnam(_ name: String) throws(SystemError) -> UInt32 {
    while true {
      // It gives the same NULL for "no such group" and for "could not look": the difference is in `errno`.
      clinux_clear_errno()
      if let entry = name.withCString({ CLinux.getgrnam($0) }) { return entry.pointee.gr_gid }
      switch clinux_errno() {
      case EINTR: continue
      // Which of them stands for "no such group" is up to the libraries that were asked: getgrnam(3), ERRORS.
      case 0, ENOENT, ESRCH, EBADF, EPERM: throw SystemError(code: ENOENT, call: "getgrnam")
      default: throw SystemError("getgrnam")
      }
    }
  }
}

extension File {
  /// Gives a file to a group that its owner belongs to; root, to any. chown
  public static func chown(_ path: String, toGroup group: UInt32) throws(SystemError) {
    try check("chown") { path.withCString { CLinux.chown($0, uid_t.max, group) } }
  }
}
