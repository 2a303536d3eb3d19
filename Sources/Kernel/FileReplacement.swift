// New contents for a file, so that nobody ever finds half of them; and a claim on the folder in which it lies.

internal import CLinux
import Text

extension File {
  /// What stands behind a file's name while its next contents are being written.
  public static let unfinishedSuffix = ".new"

  /// Replaces a file's contents, or makes the file. Whoever reads it finds the old contents or the new ones, whole, also
  /// after the power has failed in the midst; when this returns, the new ones are on the disk. A write that fails leaves
  /// the old ones. Two at a time may not replace the same file. Can take long: fsync waits for the disk. Not `durably`, it
  /// is left to the kernel when they get to the disk.
  /// open, write, fsync, rename
  public static func replace(
    _ path: String, with contents: Span<UInt8>, mode: UInt32, durably: Bool = true
  ) throws(SystemError) {
    let unfinished = path + unfinishedSuffix
    // What a writer left that was interrupted. A file of our own making: whoever still writes to that one, because the
    // kernel holds it there, does not write into this one; and a link that somebody put there is not followed.
    try? unlink(unfinished)
    do throws(SystemError) {
      let file = try open(unfinished, for: .creating(mode: mode))
      try file.writeWhole(contents)
      if durably { try file.fsync() }
      try rename(unfinished, to: path)
    } catch {
      // It takes room on a disk that may be full.
      try? unlink(unfinished)
      throw error
    }
    guard durably else { return }
    // The name is on the disk only when its folder is.
    try open(directory(of: path), for: .directory).fsync()
  }

  /// What stands behind a file's name when a newer one has taken its place.
  public static let olderSuffix = ".old"

  /// Appends to a file, or makes it. When this returns, all of it is on the disk; a call that fails leaves the file as long
  /// as it was. What an interrupted call has left at its end is ended by a line feed, so that it spoils no line but its own.
  /// Two at a time may not append to the same file. Can take long. open, write, fdatasync
  public static func append(_ contents: Span<UInt8>, to path: String, mode: UInt32) throws(SystemError) {
    let file = try open(path, for: .appending(mode: mode))
    let size = try file.stat().size
    do throws(SystemError) {
      if size > 0 {
        var last: [UInt8] = [0]
        _ = try open(path, for: .reading).pread(into: &last, at: 0, from: size - 1)
        let lineEnd: [UInt8] = [.of("\n")]
        if last != lineEnd { try file.writeWhole(lineEnd.span) }
      }
      try file.writeWhole(contents)
      try file.fdatasync()
    } catch {
      try? file.truncate(to: size)
      throw error
    }
  }

  /// The folder in which a file lies, as far as its path tells: `.` where there is only a name.
  public static func directory(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: .of("/")) else { return "." }
    return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
  }

  /// Fails where this user may not make files in a folder, or nobody may. faccessat
  public static func checkWritable(directory: String) throws(SystemError) {
    try check("faccessat") { directory.withCString { faccessat(AT_FDCWD, $0, W_OK | X_OK, AT_EACCESS) } }
  }
}

extension Descriptor {
  /// Writes all of these bytes, however long it takes. write
  public borrowing func writeWhole(_ bytes: Span<UInt8>) throws(SystemError) {
    var offset = 0
    while offset < bytes.count {
      guard case .done(let count) = try write(bytes.extracting(offset..<bytes.count)) else {
        throw SystemError(code: EIO, call: "write")
      }
      offset += count
    }
  }

  /// Cuts a file to its first `size` bytes. ftruncate
  public borrowing func truncate(to size: Int) throws(SystemError) {
    let number = number
    try check("ftruncate") { ftruncate(number, size) }
  }

  /// Returns when the file's contents are on the disk, and what is needed to find them. Can take long. fdatasync
  public borrowing func fdatasync() throws(SystemError) {
    let number = number
    try check("fdatasync") { CLinux.fdatasync(number) }
  }

  /// Claims the open file or folder for this process, until it closes it or ends. False where another process has
  /// claimed it. flock LOCK_EX
  public borrowing func claim() throws(SystemError) -> Bool {
    let number = number
    do throws(SystemError) {
      try check("flock") { clinux_lock(number) }
      return true
    } catch {
      guard error.code == EWOULDBLOCK else { throw error }
      return false
    }
  }
}
