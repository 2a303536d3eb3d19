// What a rule calls a listener, and what is known of it.

/// What listens: a TCP port, or a unix socket.
public enum ListenerName: Hashable, Sendable {
  /// All sockets of both families that listen at this port, whatever their addresses.
  case port(UInt16)
  /// The sockets with this path, as they were bound: from the root. `@` at the beginning stands for the zero byte of an
  /// abstract name.
  case path([UInt8])
}

/// Something to find out about a listener.
public struct ListenerQuestion: Hashable, Sendable {
  /// What listens.
  public let name: ListenerName
  /// Whether its connections are counted, for which the kernel looks at all connections of the host.
  public let wantsConnections: Bool

  /// A question.
  public init(_ name: ListenerName, wantsConnections: Bool) {
    self.name = name
    self.wantsConnections = wantsConnections
  }
}

/// What is known of a listener.
public struct ListenerFacts: Equatable, Sendable {
  /// How many sockets listen: several, where each process of a program has one of its own (SO_REUSEPORT).
  public var sockets: UInt64 = 0
  /// Connections that wait to be accepted, on all of them.
  public var queue: UInt64 = 0
  /// How many may wait, on all of them; absent where that is not told.
  public var backlog: UInt64?
  /// Connections that are established, those that wait included; 0 where they were not asked for.
  public var connections: UInt64 = 0

  /// Nothing listens, and the backlog is told or is not.
  public init(knowsBacklog: Bool) { backlog = knowsBacklog ? 0 : nil }
}
