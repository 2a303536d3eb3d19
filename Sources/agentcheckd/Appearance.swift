// What a stream can show, found in the environment as other programs find it.

import Kernel

/// What can be shown.
struct Appearance: Equatable, Sendable {
  /// Bold and dim text.
  var isColoured = false
  /// Anything beyond ASCII.
  var isUnicode = false

  /// Nothing but ASCII.
  static let plain = Appearance()

  /// What a stream shows whose environment is this. Colours only for a person at a terminal who has not asked for
  /// plain text (no-color.org).
  init(isTerminal: Bool, environment: (String) -> String?) {
    isColoured = isTerminal && (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb"
    // setlocale(3): the first of these that is not empty decides, even if it is one without UTF-8.
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment($0) }.first { !$0.isEmpty } ?? ""
    let name = locale.lowercased()
    isUnicode = name.hasSuffix(".utf-8") || name.hasSuffix(".utf8")
  }

  init(isColoured: Bool = false, isUnicode: Bool = false) {
    self.isColoured = isColoured
    self.isUnicode = isUnicode
  }

  /// What a stream of this process shows.
  static func of(_ stream: StandardStream) -> Appearance {
    Appearance(isTerminal: stream.isTerminal, environment: ThisProcess.environment)
  }
}
