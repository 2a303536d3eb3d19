// Why there is no value. An absent value is never zero.

/// Why a metric has no value in the latest sample.
public enum Absence: Equatable, Sendable {
  /// Not answered yet, or a rate of which there is only one sample so far.
  case pending
  /// The system call failed with this `errno`.
  case system(code: Int32)
  /// The helper process did not answer in time.
  case timedOut
  /// The text is not what this kernel file holds: empty, cut short, garbage.
  case malformed
  /// The text is fine, but what was looked for is not in it; says what: `no such device`.
  case missing(String)
  /// A counter ran backwards, because something started again; the next sample has a value.
  case restarted

  /// The reason in words, without the name of what was read. `systemError` puts an `errno` into words: strerror(3).
  public func text(systemError: (Int32) -> String) -> String {
    switch self {
    case .pending: "not measured yet"
    case .system(let code): systemError(code)
    case .timedOut: "no answer in time"
    case .malformed: "cannot be understood"
    case .missing(let what): what
    case .restarted: "a counter started again"
    }
  }
}

/// Error numbers that say something about the kernel rather than about an accident. They are part of its interface, and
/// the same on every architecture that Swift runs on.
enum SystemCode: Int32 {
  /// ENOENT
  case noSuchFile = 2
  /// EACCES
  case permissionDenied = 13
  /// ENOTDIR: what should be a folder on the way to it is a file.
  case notDirectory = 20
  /// EINVAL
  case invalidArgument = 22
  /// EBADMSG: what a helper says of a file that holds something else.
  case badMessage = 74
  /// EOPNOTSUPP
  case notSupported = 95
}

/// Why a formula has no value. Thrown, caught in `Readings`, never shown.
enum Gap: Error {
  /// Not a tick has passed since the sample before: what was computed then still holds.
  case unchanged
  /// No value, and what is to blame.
  case absent(Absence, Input)
}
