// File names by pattern.

internal import CLinux

extension File {
  /// The names that match a pattern of glob(7), sorted bytewise; none where nothing can be read. glob
  public static func glob(_ pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    // The order is ours: the process never leaves the C locale, and neither may the order of a rule file's parts.
    guard pattern.withCString({ CLinux.glob($0, 0, nil, &found) }) == 0 else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
  }
}
