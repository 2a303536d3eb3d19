// The names in a directory, one after the other. Nothing is kept of them, so that a directory may have any number.

internal import CLinux

/// An open directory and a place in it.
public struct Directory: ~Copyable {
  private let stream: OpaquePointer
  private var entry: UnsafeMutablePointer<dirent>?

  /// Opens a directory, before its first name. opendir
  public init(_ path: String) throws(SystemError) {
    guard let stream = path.withCString({ opendir($0) }) else { throw SystemError("opendir") }
    self.stream = stream
  }

  deinit { _ = closedir(stream) }

  /// Goes to the next name; `.` and `..` are left out. False at the end. readdir
  public mutating func next() throws(SystemError) -> Bool {
    while true {
      var error: Int32 = 0
      entry = clinux_readdir(stream, &error)
      guard error == 0 else { throw SystemError(code: error, call: "readdir") }
      guard let entry else { return false }
      if !isDots(clinux_entry_name(entry)) { return true }
    }
  }

  /// Looks at what has the present name; at a symbolic link itself. fstatat
  public borrowing func stat() throws(SystemError) -> FileStatus {
    guard let entry else { throw SystemError(code: ENOENT, call: "fstatat") }
    var status = CLinux.stat()
    try check("fstatat") { fstatat(dirfd(stream), clinux_entry_name(entry), &status, AT_SYMLINK_NOFOLLOW) }
    return FileStatus(status)
  }

  private func isDots(_ name: UnsafePointer<CChar>) -> Bool {
    let dot = CChar(bitPattern: UInt8(ascii: "."))
    return name[0] == dot && (name[1] == 0 || name[1] == dot && name[2] == 0)
  }
}
