// Why somebody who asks is told nothing.

/// Why a probe is not answered. Texts are the prober's, 255 bytes at most.
public enum Denial: Equatable, Sendable {
  /// `allow` does not name the prober; with what it said, where that was heard.
  case notAllowed([UInt8]?)
  /// No service has this text.
  case unknown([UInt8])
  /// It said nothing, and every service has an `agent-send`.
  case silent

  /// To be read behind an address: `asks for 'wbe', which no service has`. With the prober's text as it came.
  var text: String {
    switch self {
    case .notAllowed(let said):
      guard let said, !said.isEmpty else { return "is refused: 'allow' does not name it" }
      return "is refused for '\(String(decoding: said, as: UTF8.self))': 'allow' does not name it"
    case .unknown(let said): return "asks for '\(String(decoding: said, as: UTF8.self))', which no service has"
    case .silent: return "says nothing, and every service has an 'agent-send'"
    }
  }

  /// Whether it can be what became of one that was answered where it asked so.
  func canMeet(_ asking: ProbePlace.Asking) -> Bool {
    guard case .notAllowed(let said?) = self else { return true }
    switch asking {
    case .anything: return true
    case .silence: return said.isEmpty
    case .line(let text): return said == Array(text.utf8)
    }
  }
}
