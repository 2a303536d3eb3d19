// The connections that are still open: those that have not yet said whom they mean, and those that have their answer
// and only have to be closed. All of one kind get the same time, so that the oldest is always the first one due, and
// each kind is a queue.

import Kernel
import Text

/// A place for a connection, used again and again.
final class Connection {
  let slot: Int
  fileprivate(set) var stage = ConnectionTable.Stage.free
  fileprivate(set) var deadline = Duration.zero
  /// When it was accepted; only while a line is awaited.
  fileprivate(set) var begunAt = Duration.zero
  fileprivate var previous = -1
  fileprivate var next = -1

  fileprivate(set) var descriptor: Descriptor?
  /// The registration with the loop, once there is one.
  var watch: Watch?
  fileprivate(set) var peer = IPAddress.everyV4
  /// The owner's number of the place where it was answered.
  var place = -1
  /// Who may be meant; only while a line is awaited.
  fileprivate(set) var services: ServiceTable?
  /// The beginning of the awaited line, where it came in pieces.
  var text: [UInt8] = []

  fileprivate init(slot: Int) { self.slot = slot }
}

/// At most so many connections. Places are made when they are first needed, so that a quiet host pays for a few.
struct ConnectionTable {
  /// What a connection waits for.
  enum Stage {
    /// Nothing: the place is free.
    case free
    /// Its line.
    case awaiting
    /// Its end.
    case draining
  }

  private struct Queue {
    var head = -1
    var tail = -1

    mutating func append(_ connection: Connection, in places: [Connection]) {
      connection.previous = tail
      connection.next = -1
      if tail >= 0 { places[tail].next = connection.slot } else { head = connection.slot }
      tail = connection.slot
    }

    mutating func remove(_ connection: Connection, in places: [Connection]) {
      let (previous, next) = (connection.previous, connection.next)
      if previous >= 0 { places[previous].next = next } else { head = next }
      if next >= 0 { places[next].previous = previous } else { tail = previous }
    }
  }

  let limit: Int
  private(set) var count = 0
  private var places: [Connection] = []
  private var firstFree = -1
  private var awaiting = Queue()
  private var draining = Queue()

  init(limit: Int) { self.limit = limit }

  var isFull: Bool { count >= limit }

  subscript(slot: Int) -> Connection { places[slot] }

  /// Takes a place, which is in no queue yet. The table is not full.
  mutating func open(_ descriptor: consuming Descriptor, from peer: IPAddress) -> Connection {
    let connection: Connection
    if firstFree >= 0 {
      connection = places[firstFree]
      firstFree = connection.next
    } else {
      connection = Connection(slot: places.count)
      places.append(connection)
    }
    connection.descriptor = consume descriptor
    connection.peer = peer
    count += 1
    return connection
  }

  /// Puts a connection at the end of the queue of those who await their line.
  mutating func await(
    _ connection: Connection, since begunAt: Duration, until deadline: Duration, for services: ServiceTable
  ) {
    connection.begunAt = begunAt
    connection.services = services
    append(connection, .awaiting, deadline)
  }

  /// Puts a connection at the end of the queue of those who await their end.
  mutating func drain(_ connection: Connection, until deadline: Duration) {
    unlink(connection)
    connection.services = nil
    append(connection, .draining, deadline)
  }

  /// Closes a connection and frees its place. Its watch has been forgotten.
  mutating func close(_ connection: Connection) {
    unlink(connection)
    connection.stage = .free
    connection.descriptor = nil
    connection.watch = nil
    connection.services = nil
    connection.text.removeAll(keepingCapacity: true)
    connection.next = firstFree
    firstFree = connection.slot
    count -= 1
  }

  /// The connection that has been in a stage for longest.
  func oldest(_ stage: Stage) -> Connection? {
    let head = stage == .awaiting ? awaiting.head : draining.head
    return head >= 0 ? places[head] : nil
  }

  /// The connection that can best be spared: the oldest of those that have their answer, or else the oldest.
  var mostExpendable: Connection? { oldest(.draining) ?? oldest(.awaiting) }

  private mutating func append(_ connection: Connection, _ stage: Stage, _ deadline: Duration) {
    connection.stage = stage
    connection.deadline = deadline
    if stage == .awaiting { awaiting.append(connection, in: places) } else { draining.append(connection, in: places) }
  }

  private mutating func unlink(_ connection: Connection) {
    switch connection.stage {
    case .free: break
    case .awaiting: awaiting.remove(connection, in: places)
    case .draining: draining.remove(connection, in: places)
    }
  }
}
