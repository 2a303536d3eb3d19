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

  /// Goes back to before the first name, and sees what has changed meanwhile. rewinddir
  public mutating func rewind() {
    entry = nil
    rewinddir(stream)
  }

  /// The present name, where it is a decimal number without leading zeros, as those of processes are.
  public var number: Int? {
    guard let entry else { return nil }
    let name = clinux_entry_name(entry)!
    var number = 0
    var index = 0
    while name[index] != 0 {
      let byte = UInt8(bitPattern: name[index])
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), number > 0 || index == 0, index < 18 else {
        return nil
      }
      number = number * 10 + Int(byte - UInt8(ascii: "0"))
      index += 1
    }
    return number > 0 ? number : nil
  }

  /// The number that the file of the present name has on its device; 0 without a present name.
  public var fileNumber: UInt64 { entry.map { UInt64($0.pointee.d_ino) } ?? 0 }

  /// Opens a file below a directory that has a number for its name, for reading: `1234/stat`. Allocates nothing. openat
  public borrowing func open(_ name: StaticString, of number: Int) throws(SystemError) -> Descriptor {
    // 20 digits, a slash, a name, the end.
    let descriptor = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { path -> Int32 in
      precondition(number >= 0 && name.utf8CodeUnitCount < 40, "no room for such a name")
      var digits = 1
      var power = 10
      while power <= number, digits < 18 {
        power *= 10
        digits += 1
      }
      var rest = number
      for index in stride(from: digits - 1, through: 0, by: -1) {
        path[index] = CChar(UInt8(ascii: "0") + UInt8(rest % 10))
        rest /= 10
      }
      path[digits] = CChar(UInt8(ascii: "/"))
      for index in 0...name.utf8CodeUnitCount { path[digits + 1 + index] = CChar(bitPattern: name.utf8Start[index]) }
      return clinux_open_at(dirfd(stream), path.baseAddress, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    }
    guard descriptor >= 0 else { throw SystemError("openat") }
    return Descriptor(owning: descriptor)
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
