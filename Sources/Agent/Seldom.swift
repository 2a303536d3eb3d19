// Saying a thing seldom, though it happens often.

/// Remembers when something was last said about each of a few subjects: bounded, whoever thinks up the subjects.
struct Seldom<Subject: Equatable> {
  private var said: [(subject: Subject, when: Duration)] = []
  private let limit: Int
  private let pause: Duration?

  /// At most `limit` subjects; the same one again after `pause`, or never.
  init(limit: Int, pause: Duration?) {
    self.limit = limit
    self.pause = pause
  }

  /// Whether to say something about this subject now; if so, it counts as said. While there are more subjects than can
  /// be remembered, nothing is said about further ones.
  mutating func mayMention(_ subject: Subject, now: Duration) -> Bool {
    if let index = said.firstIndex(where: { $0.subject == subject }) {
      guard let pause, now - said[index].when >= pause else { return false }
      said[index].when = now
      return true
    }
    if said.count >= limit {
      guard let pause, let index = said.firstIndex(where: { now - $0.when >= pause }) else { return false }
      said.remove(at: index)
    }
    said.append((subject, now))
    return true
  }
}
