// What can be known of a file or a directory of the user's. Both can be on a dead mount, so that a helper process looks.

/// What stat(2) says of a file.
public struct FileFacts: Equatable, Sendable {
  /// Bytes.
  public var size: UInt64
  /// How long ago its contents last changed, by the clock on the wall; not negative.
  public var age: Duration

  /// What is known of one file.
  public init(size: UInt64, age: Duration) {
    self.size = size
    self.age = age
  }
}

/// What can be found out by reading a directory. `.` and `..` are no entries.
public struct DirectoryFacts: Equatable, Sendable {
  /// The most entries that are looked at: so many take about 100 ms, and whoever has more has too many.
  public static let mostEntries = 100_000

  /// How many entries there are, up to the most that are looked at.
  public var entries: Int
  /// Whether all were looked at.
  public var isWhole: Bool
  /// How long ago the oldest entry's contents last changed, by the clock on the wall; zero where there is none.
  public var oldest: Duration

  /// What is known of one directory.
  public init(entries: Int, isWhole: Bool, oldest: Duration) {
    self.entries = entries
    self.isWhole = isWhole
    self.oldest = oldest
  }
}
