// What hangs on the board for one service: a whole reply, ready to be sent. It is written when the verdict changes, not
// when somebody asks, so that a probe never causes work and cannot be slow because the host is.

public import Text

/// The reply of one service, complete with its LF.
public final class Notice {
  /// The owner's number for the service, handed back with every probe.
  public let service: Int
  /// What everybody is told. An empty line, which changes nothing, until the service has its first verdict.
  public private(set) var line: [UInt8] = [.of("\n")]
  /// What those are told to whom this agent owes a `ready`; only while `distinguishesPeers`.
  public private(set) var lineWithReady: [UInt8] = [.of("\n")]
  /// Whether it matters who asks.
  public private(set) var distinguishesPeers = false

  /// An empty line for a service.
  public init(service: Int) { self.service = service }

  /// Hangs up a line for everybody. It ends with its only LF. Allocates nothing once lines as long have hung here.
  public func hang(_ line: [UInt8]) {
    Self.copy(line, to: &self.line)
    distinguishesPeers = false
  }

  /// Hangs up a line, and another one for those to whom this agent owes a `ready`.
  public func hang(_ line: [UInt8], withReady other: [UInt8]) {
    Self.copy(line, to: &self.line)
    Self.copy(other, to: &lineWithReady)
    distinguishesPeers = true
  }

  private static func copy(_ line: [UInt8], to place: inout [UInt8]) {
    precondition(line.last == .of("\n"), "a reply without its end is ignored by HAProxy")
    place.removeAll(keepingCapacity: true)
    place.append(contentsOf: line)
  }
}

/// Who wants to know about probes, and decides what depends on who asks.
public protocol ProbeObserver: AnyObject {
  /// Whether this peer, which probes this service, is owed a `ready`. Asked only where the notice distinguishes peers.
  func owesReady(_ service: Int, to peer: IPAddress, now: Duration) -> Bool
  /// This peer has been told the reply of this service, with the `ready` that it is owed or without.
  func told(_ service: Int, to peer: IPAddress, withReady: Bool, now: Duration)
}
