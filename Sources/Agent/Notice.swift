// What hangs on the board for one service: a whole reply, ready to be sent. It is written when the verdict changes, not
// when somebody asks, so that a probe never causes work and cannot be slow because the host is.

import Reply
public import Text

/// How many probes were told the reply of a service: kept by the notices that follow each other across reloads.
final class ProbeTally {
  var count = 0
}

/// The reply of one service, complete with its LF.
public final class Notice {
  /// What everybody is told. An empty line, which changes nothing, until the service has its first verdict.
  public private(set) var line: [UInt8] = [.of("\n")]
  /// What those are told to whom this agent owes a `ready`; only while `distinguishesPeers`.
  public private(set) var lineWithReady: [UInt8] = [.of("\n")]
  /// Whether the line puts the server into a state that has to be taken back later: who is told it is remembered.
  public private(set) var isAdministrative = false
  /// Whether it matters who asks.
  public private(set) var distinguishesPeers = false
  /// What everybody is told, for those to whom it is said in another way; absent before the first verdict.
  var words: Words? { Words(ofLine: line) }
  /// The probes that were told.
  private(set) var tally = ProbeTally()

  /// An empty line.
  public init() {}

  /// Hangs up a line for everybody. It ends with its only LF. Allocates nothing once lines as long have hung here.
  public func hang(_ line: [UInt8], isAdministrative: Bool = false) {
    Self.copy(line, to: &self.line)
    self.isAdministrative = isAdministrative
    distinguishesPeers = false
  }

  /// Hangs up a line, and another one for those to whom this agent owes a `ready`.
  public func hang(_ line: [UInt8], withReady other: [UInt8]) {
    Self.copy(line, to: &self.line)
    Self.copy(other, to: &lineWithReady)
    isAdministrative = false
    distinguishesPeers = true
  }

  /// Becomes the successor of another notice of the same service: hangs up what it says.
  func hang(_ other: Notice) {
    tally = other.tally
    Self.copy(other.line, to: &line)
    Self.copy(other.lineWithReady, to: &lineWithReady)
    isAdministrative = other.isAdministrative
    distinguishesPeers = other.distinguishesPeers
  }

  private static func copy(_ line: [UInt8], to place: inout [UInt8]) {
    precondition(line.last == .of("\n"), "a reply without its end is ignored by HAProxy")
    place.removeAll(keepingCapacity: true)
    place.append(contentsOf: line)
  }
}

/// Who wants to know about probes, and decides what depends on who asks.
public protocol ProbeObserver: AnyObject {
  /// Whether this peer, which probes at this place, is owed a `ready`. Asked only where the notice distinguishes peers.
  func owesReady(_ place: Int, to peer: IPAddress, now: Duration) -> Bool
  /// This peer has been told a line at this place that has to be taken back later.
  func toldAdministrative(_ place: Int, to peer: IPAddress, now: Duration)
  /// This peer has been told this line at this place. Called for every probe.
  func told(_ place: Int, _ line: [UInt8], to peer: IPAddress, now: Duration)
  /// This peer has asked at this address, as the rule file spells it, and was told nothing.
  func turnedAway(_ peer: IPAddress, at address: InternetAddress, because denial: Denial, now: Duration)
  /// This peer, which was told something at this place, has said something afterwards.
  func heard(_ place: Int, from peer: IPAddress)
}
