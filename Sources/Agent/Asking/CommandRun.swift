// A program that runs while we do something else: its output is collected as it comes, its end is an event like others. It
// leads a process group of its own, which is killed before the leader is reaped, so that what it has started ends with it and
// nobody else is hit.

import Kernel

/// Who waits for a program to end.
protocol CommandClient: AnyObject {
  /// It has ended, all by itself or because it was killed, and is reaped.
  func ended(_ run: CommandRun, _ end: CommandRun.End, now: Duration)
}

/// What every start of a program needs.
struct Starter {
  /// This program's own file.
  let program: String
  /// Who ends what is left when this process is killed.
  let groupGuard: GroupGuard
}

/// A program under way.
final class CommandRun: ReadyHandler {
  /// How a program ended.
  enum End: Equatable {
    /// With this exit code.
    case exited(Int)
    /// By a signal of this number.
    case killed(Int)
    /// With more output than `mostBytes`, for which it was killed.
    case wroteTooMuch
    /// It was not even begun, for this `errno`.
    case notStarted(Int32)
  }

  /// How much of its output is kept: all that plugins say, many times over.
  static let mostOutputBytes = 65_536
  /// At so much output a program is killed: it would only cost time to read on.
  static let mostBytes = 1 << 20
  private static let pieceBytes = 16_384

  private static let childTag = 0
  private static let outputTag = 1

  private let child: Child
  /// Absent for what starts nothing itself.
  private let groupGuard: GroupGuard?
  private let loop: EventLoop
  private var childWatch: Watch?
  private let report: Wire
  private var output: Wire?
  private var client: (any CommandClient)?
  private var buffer = [UInt8](repeating: 0, count: CommandRun.pieceBytes)
  private var byteCount = 0
  /// The beginning of what it has written to its standard output.
  private(set) var text: [UInt8] = []
  /// Whether it has written more than is kept.
  var isCut: Bool { byteCount > text.count }
  /// Whether the kernel has not given it up yet.
  private(set) var isRunning = true

  /// Starts this program anew, with these arguments behind its name. It has standard output, a place to say why it could
  /// not become another program, and no other descriptor but the null device.
  init(
    _ arguments: [String], by starter: Starter, _ loop: EventLoop,
    client: any CommandClient
  ) throws(SystemError) {
    groupGuard = arguments.first == CommandProcess.argument ? starter.groupGuard : nil
    let written = try Pipe()
    let reported = try Pipe()
    var inheritance = Inheritance()
    try inheritance.give(written.writing, as: .output)
    try inheritance.give(reported.writing, as: .extra)
    child = try Child(
      program: starter.program, arguments: ["agentcheckd"] + arguments, inheritance: inheritance, ownGroup: true)
    self.loop = loop
    let output: Wire
    do throws(SystemError) {
      output = Wire(try written.reading.dup(), loop)
      report = Wire(try reported.reading.dup(), loop)
    } catch {
      child.endAndWait()
      throw error
    }
    self.output = output
    self.client = client
    do throws(SystemError) {
      try output.await(.readable, tag: Self.outputTag, by: self)
      childWatch = try loop.watch(child.descriptor, for: .readable, tag: Self.childTag, by: self)
    } catch {
      output.cut()
      child.endAndWait()
      throw error
    }
    groupGuard?.add(child.identifier)
  }

  /// Ends it and all that it has started and that has not left its group. Nobody is told any more.
  func kill() {
    client = nil
    cutOutput()
    if isRunning { child.sendToGroup(.kill) }
  }

  /// It has written something, or ended.
  func ready(_ tag: Int, _ events: Events, now: Duration) {
    if tag == Self.outputTag { _ = read() } else { conclude(now) }
  }

  /// Takes a piece of the output. False where there is none at present.
  private func read() -> Bool {
    guard let output else { return false }
    switch try? output.descriptor.read(into: &buffer) {
    case .done(let count):
      let kept = min(count, Self.mostOutputBytes - text.count)
      text.append(contentsOf: buffer[..<kept])
      byteCount += count
      guard byteCount <= Self.mostBytes else {
        cutOutput()
        child.sendToGroup(.kill)
        return false
      }
      return true
    case .wouldBlock:
      return false
    case .ended, .reset, nil:
      // A program may close its output and go on: what counts is its end.
      cutOutput()
      return false
    }
  }

  private func cutOutput() {
    output?.cut()
    output = nil
  }

  private func conclude(_ now: Duration) {
    // What it leaves behind ends before its number, by which the group is known, is given up.
    child.sendToGroup(.kill)
    while read() {}
    cutOutput()
    groupGuard?.remove(child.identifier)
    guard let end = try? child.reap() else { return }
    isRunning = false
    // Its descriptor stays open for as long as this object does, and would be ready for ever.
    if let childWatch { try? loop.unwatch(childWatch, of: child.descriptor) }
    guard let client else { return }
    self.client = nil
    client.ended(self, byteCount > Self.mostBytes ? .wroteTooMuch : Self.end(end, reported: report), now: now)
  }

  private static func end(_ end: ProcessEnd, reported report: Wire) -> End {
    var record = [UInt8](repeating: 0, count: CommandProcess.reportBytes)
    if case .done(CommandProcess.reportBytes)? = try? report.descriptor.read(into: &record) {
      return .notStarted(CommandProcess.errorNumber(in: record))
    }
    switch end {
    case .exited(let code): return .exited(code)
    case .killed(let signal): return .killed(signal)
    }
  }
}
