// What somebody types to pick metrics: a part of a name, or a pattern with `*` and `?` for the whole of it.

import Text

/// A pattern. Letters of either case are the same: names that differ in nothing else do not exist.
struct NamePattern {
  private let pattern: [UInt8]

  init(_ text: String) {
    let bytes = text.utf8.map { $0.lowercased }
    let isWhole = bytes.contains { $0 == .of("*") || $0 == .of("?") }
    pattern = isWhole ? bytes : [.of("*")] + bytes + [.of("*")]
  }

  /// Whether a name is picked.
  func matches(_ name: String) -> Bool {
    let name = name.utf8.map { $0.lowercased }
    var (place, next) = (0, 0)
    // Where to go on when a guess at how much the last `*` stands for was too small.
    var retry: (place: Int, next: Int)?
    while next < name.count {
      if place < pattern.count, pattern[place] == .of("*") {
        retry = (place, next)
        place += 1
      } else if place < pattern.count, pattern[place] == .of("?") || pattern[place] == name[next] {
        place += 1
        next += 1
      } else if let (star, start) = retry {
        retry = (star, start + 1)
        (place, next) = (star + 1, start + 1)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == .of("*") }
  }
}
