// What stands above the rules of a service at an instant. An operator's overrides become one, and so do the words that
// are said before the daemon ends. The verdict knows nothing else of either.

import Reply

/// Words in place of the rules', thing by thing, and why.
public struct Direction: Equatable, Sendable {
  /// What is said; about a thing that is absent here, the rules are asked.
  public let words: Words
  /// Why, for HAProxy; the first matters most.
  public let reasons: [String]

  /// Words about one thing at least.
  public init(_ words: Words, reasons: [String]) {
    self.words = words
    self.reasons = reasons
  }

  /// The last words of a daemon that is about to end, `on-stop:`. They replace the rules', too. Where an operator has said
  /// something about the same thing, the more restrictive word holds: neither does a server that somebody took out come
  /// back because its host is shut down, nor does one keep its traffic that is about to be gone.
  public static func leaving(_ words: Words, over forced: Direction?) -> Direction {
    Direction(words.combined(with: forced?.words ?? Words()), reasons: ["leaving"] + (forced?.reasons ?? []))
  }
}
