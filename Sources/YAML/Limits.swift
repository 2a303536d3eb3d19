// How much a file may ask for. A rule file is written by people; whatever is far beyond that is a mistake or an attack.

/// The limits of `parse`.
public enum Limits {
  /// How large a file may be, in bytes: 1 MiB holds more than 10,000 rules of common length.
  public static let fileBytes = 1 << 20
  /// How deep lists and mappings may nest. A rule file needs five levels; more than 64 nobody can read.
  public static let levels = 64
  /// How many values a file may have, keys and what aliases repeat included: 10,000 rules with each key in use are
  /// 250,000. Bounds what the few lines of an alias bomb (every line an alias of the one above, ten times) can fill.
  public static let values = 300_000
}
