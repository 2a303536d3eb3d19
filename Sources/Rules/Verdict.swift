// What one service says at present: the words of its active rules put together, what stands above them, and who said it.

import Reply

/// The reply of one service.
public struct Verdict {
  /// The words, with the defaults filled in. `ready` is among them only where somebody wrote it: taking back a `drain`
  /// is the matter of whoever knows what each load balancer was told.
  public private(set) var words = Words()
  /// The rules whose words these are, as indices in `RuleSet.rules`, in the order of the file.
  public private(set) var speakers: [Int] = []
  /// What stands above the rules.
  public private(set) var direction: Direction?
  /// Whether the weight is held down because the server has just arrived.
  public private(set) var isArriving = false
  /// Whether every metric that the service uses has been read once or has failed once. Until then it says nothing.
  public private(set) var isMeasured = false
  /// Whether a weight was ever sent from where this service is: HAProxy keeps it until it is taken back.
  private(set) var hasSentWeight = false
  private var nextSpeakers: [Int] = []

  init(hasSentWeight: Bool, ruleCount: Int) {
    self.hasSentWeight = hasSentWeight
    speakers.reserveCapacity(ruleCount)
    nextSpeakers.reserveCapacity(ruleCount)
  }

  /// Whether the words put the server into an administrative state that has to be taken back later.
  public var isAdministrative: Bool {
    switch words.administrative {
    case .drain, .maint: true
    case .ready, nil: false
    }
  }

  /// Composes the words that the active rules say. `spoken` gives the words of a rule at present, nothing for a rule that
  /// does not speak. No weight is greater than `limit`, and of what `direction` speaks nobody else does. Returns whether
  /// anything has changed.
  mutating func compose(
    _ service: Service, isMeasured: Bool, limit: Int? = nil, direction: Direction? = nil, spoken: (Int) -> Words?
  ) -> Bool {
    guard isMeasured else {
      let changed = self.isMeasured
      self.isMeasured = false
      return changed
    }
    var combined = Words()
    for rule in service.rules {
      if let words = spoken(rule) { combined = combined.combined(with: words) }
    }
    let ruled = combined.filled(from: service.defaults)
    var complete = (direction?.words ?? Words()).filled(from: ruled)
    var isArriving = false
    if let limit, direction?.words.weightPercent == nil, let percent = complete.weightPercent, limit < percent {
      complete.weightPercent = limit
      isArriving = true
    }
    if complete.weightPercent == nil, hasSentWeight { complete.weightPercent = 100 }
    if complete.weightPercent != nil { hasSentWeight = true }
    let directed = direction?.words.things ?? []
    nextSpeakers.removeAll(keepingCapacity: true)
    for rule in service.rules {
      guard let words = spoken(rule) else { continue }
      // Whoever speaks has said the strictest word, and is heard unless somebody above the rules speaks of the same.
      let heard = words.things(agreeingWith: combined).intersection(words.things(agreeingWith: complete))
      if !heard.subtracting(directed).isEmpty { nextSpeakers.append(rule) }
    }
    let changed =
      !self.isMeasured || complete != words || nextSpeakers != speakers || isArriving != self.isArriving
      || direction != self.direction
    self.isMeasured = true
    self.isArriving = isArriving
    self.direction = direction
    words = complete
    swap(&speakers, &nextSpeakers)
    return changed
  }

  /// Writes the line for HAProxy: the empty one before anything was measured. `withReady` says `ready` where nothing
  /// else is said about the administrative state.
  public func write(_ ruleSet: RuleSet, withReady: Bool, into line: inout [UInt8]) {
    guard isMeasured else { return writeEmptyLine(into: &line) }
    let said = withReady ? words.filled(from: Words(administrative: .ready)) : words
    var reasons = direction?.reasons ?? []
    if isArriving { reasons.append("arriving") }
    for rule in speakers { reasons.append(ruleSet.rules[rule].reason) }
    writeLine(said, reasons: reasons, into: &line)
  }
}
