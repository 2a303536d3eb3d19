// Whoever kills the daemon outright kills the programs that it has started: the kernel sees to that. What those have started it
// would leave running. So a process of this program waits for the daemon's end, whatever it is, and then ends their groups.

import Kernel

/// The life of the guard.
public enum GuardProcess {
  /// The first argument by which this program is told to be the guard.
  public static let argument = "guard"

  /// A record: 1 for a group to be ended with the daemon, 0 for one no more; and the number of its process, 4 bytes,
  /// little-endian.
  static let recordBytes = 5

  /// Takes records until the daemon is gone. Nothing may have happened in this process before.
  public static func run() -> Never {
    let connection = Descriptor(inherited: .extra)
    var record = [UInt8](repeating: 0, count: recordBytes)
    var groups: Set<Int> = []
    while case .done(recordBytes)? = try? connection.recv(into: &record) {
      let group = record[1...].reversed().reduce(0) { $0 << 8 | Int($1) }
      if record[0] == 1 { groups.insert(group) } else { groups.remove(group) }
    }
    for group in groups { ThisProcess.killGroup(group) }
    ThisProcess.exit(0)
  }
}

/// The daemon's connection to its guard.
final class GroupGuard: ReadyHandler {
  private let loop: EventLoop
  private let program: String
  private var child: Child?
  private var connection: Wire?
  private var watch: Watch?
  private var groups: Set<Int> = []

  /// No guard yet: the first group starts it. `program` is this program's own file.
  init(_ loop: EventLoop, program: String) {
    self.loop = loop
    self.program = program
  }

  /// From now on a process group ends with this process. Where no guard can be had, only its leader does.
  func add(_ group: Int) {
    if connection == nil { start() }
    groups.insert(group)
    send(1, group)
  }

  /// A group has been ended, and its number may soon be another's. To be said before its leader is reaped.
  func remove(_ group: Int) {
    groups.remove(group)
    send(0, group)
  }

  private func send(_ kind: UInt8, _ group: Int) {
    guard let connection else { return }
    var record = [kind]
    for shift in stride(from: 0, to: 32, by: 8) { record.append(UInt8(truncatingIfNeeded: group >> shift)) }
    // One that is gone is told by its end.
    _ = try? connection.descriptor.send(record.span)
  }

  private func start() {
    do throws(SystemError) {
      let pair = try Socket.pair()
      var inheritance = Inheritance()
      try inheritance.give(pair.far, as: .extra)
      let wire = Wire(try pair.near.dup(), loop)
      try wire.descriptor.setNonblocking()
      let child = try Child(
        program: program, arguments: ["agentcheckd", GuardProcess.argument], inheritance: inheritance, ownGroup: true)
      do throws(SystemError) {
        watch = try loop.watch(child.descriptor, for: .readable, by: self)
      } catch {
        child.endAndWait()
        throw error
      }
      self.child = consume child
      connection = wire
    } catch {
      // The next group asks for it again.
    }
    for group in groups { send(1, group) }
  }

  /// The guard has ended, which it does by itself only when this process does. The next group starts another.
  func ready(_ tag: Int, _ events: Events, now: Duration) {
    connection = nil
    if let watch { loop.forget(watch) }
    watch = nil
    if let child = child.take() { child.endAndWait() }
  }
}
