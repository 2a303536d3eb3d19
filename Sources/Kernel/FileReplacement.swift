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

  private static func directory(of path: String) -> String {
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
