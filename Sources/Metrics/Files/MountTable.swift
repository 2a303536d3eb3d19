// /proc/self/mountinfo: what is mounted where, as this process sees it. `MountLine` shows a line.

import Text

/// What /proc/self/mountinfo says of the paths that are looked for.
struct MountTable: SoleKernelText {
  static var input: Input { .file(root: .proc, path: "self/mountinfo") }

  private struct Place {
    let path: [UInt8]
    var isMounted: Bool
  }

  private var places: [Place] = []

  /// Looks for a mount point from the next text on. Returns its place.
  mutating func watch(_ path: [UInt8]) -> Int {
    for (index, place) in places.enumerated() where place.path == path { return index }
    places.append(Place(path: path, isMounted: false))
    return places.count - 1
  }

  /// Whether something is mounted exactly there.
  func isMounted(at place: Int) -> Bool { places[place].isMounted }

  mutating func parse(_ lines: Span<UInt8>) -> Bool {
    for index in places.indices { places[index].isMounted = false }
    var cursor = Cursor()
    var isMounts = false
    while !cursor.isAtEnd(of: lines) {
      if let mount = MountLine(&cursor, in: lines) {
        isMounts = true
        for index in places.indices where lines.isEscaped(places[index].path, in: mount.point) {
          places[index].isMounted = true
        }
      }
      cursor.skipLine(in: lines)
    }
    return isMounts
  }
}
