// What several tests of this room need.

import Foundation
import Kernel
import Testing
import Text

@testable import Agent

let loopback = IPAddress.v4(0x7F00_0001)

/// The program itself, beside the bundle of tests: what helpers are.
let agentcheckdProgram = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
  .appendingPathComponent("agentcheckd").path

/// A folder that goes away with its owner.
final class TemporaryFolder {
  let path = NSTemporaryDirectory() + "agent-\(UUID().uuidString)"

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The names in it, sorted.
  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

  func text(_ name: String) -> String? { try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
  }
}

extension EventLoop {
  /// Takes turns until something holds, at most 10 s: long enough for any machine, and only waited for in vain once.
  func run(until condition: () -> Bool, at location: SourceLocation = #_sourceLocation) throws {
    let deadline = Clock.monotonic() + .seconds(10)
    while !condition() {
      guard Clock.monotonic() < deadline else {
        Issue.record("waited in vain", sourceLocation: location)
        return
      }
      try turn(waitingAtMost: .milliseconds(5))
    }
  }
}

extension EventLoop {
  /// Takes turns for so long, each of which may wait, and says how many there were: a few, or thousands where something is
  /// ready that nobody takes.
  func turns(within time: Duration) throws -> Int {
    let end = Clock.monotonic() + time
    var count = 0
    while case let rest = end - Clock.monotonic(), rest > .zero {
      try turn(waitingAtMost: rest)
      count += 1
    }
    return count
  }
}

/// A log that can be read.
final class LogReader {
  private let pipe: Kernel.Pipe
  let log: Log
  private var buffer = [UInt8](repeating: 0, count: 65_536)
  private var text = ""

  init(style: Log.Style = .journal) throws {
    let pipe = try Kernel.Pipe()
    log = Log(to: try pipe.writing.dup(), style: style)
    self.pipe = pipe
  }

  /// All lines so far.
  var lines: [String] {
    while let transfer = try? pipe.reading.read(into: &buffer), case .done(let count) = transfer {
      text += String(decoding: buffer[..<count], as: UTF8.self)
    }
    return text.split(separator: "\n").map(String.init)
  }
}

/// A port that was free a moment ago, for both families; below those that the kernel gives to connections, because one
/// that goes out from a port keeps others from listening at it.
func freePort() throws -> UInt16 {
  for _ in 0..<1000 {
    let port = UInt16.random(in: 10_000..<32_000)
    if (try? Listener(on: .everyV4, port: port)) != nil, (try? Listener(on: .everyV6, port: port)) != nil {
      return port
    }
  }
  throw SystemError(code: EADDRINUSE, call: "bind")
}

/// A prober on this thread: the test takes turns of the loop while it waits.
final class Prober {
  private let descriptor: Descriptor
  private(set) var received = ""
  private(set) var hasEnded = false
  private(set) var wasReset = false
  private var buffer = [UInt8](repeating: 0, count: 4096)

  /// Connects, or fails as `connect` does.
  init(to address: IPAddress = loopback, port: UInt16, saying text: String = "") throws {
    switch try Socket.connect(to: address, port: port) {
    case .connected(let descriptor): self.descriptor = descriptor
    case .underWay(let descriptor):
      // On the loopback the kernel has decided before connect returns.
      try Socket.outcome(of: descriptor)
      self.descriptor = descriptor
    }
    try say(text)
  }

  func say(_ text: String) throws {
    guard !text.isEmpty else { return }
    let bytes = Array(text.utf8)
    #expect(try descriptor.send(bytes.span) == .done(bytes.count))
  }

  func endInput() { descriptor.shutdown(.sending) }

  /// Takes what has come.
  func read() {
    while !hasEnded, !wasReset {
      switch try? descriptor.recv(into: &buffer) {
      case .done(let count): received += String(decoding: buffer[..<count], as: UTF8.self)
      case .ended: hasEnded = true
      case .wouldBlock: return
      case .reset, nil: wasReset = true
      }
    }
  }
}

/// A loop with a server, on a port of its own.
final class Site {
  let loop: EventLoop
  let server: ProbeServer
  let reader: LogReader
  let port: UInt16
  let notice = Notice()

  init(descriptors: Int = 1024, observer: (any ProbeObserver)? = nil) throws {
    loop = try EventLoop()
    reader = try LogReader()
    port = try freePort()
    server = ProbeServer(loop: loop, log: reader.log, descriptors: descriptors, observer: observer)
    notice.hang(Array("50% up\n".utf8))
  }

  /// Serves at an address (`*` stands for this site's port) and opens.
  func open(at address: String = "127.0.0.1:*", _ services: [ProbeService]? = nil) throws {
    try serve([(address, services ?? [service()])])
    try server.open()
  }

  /// Serves at these addresses. A `patient` site tries again while an address is in use: a child that another test is
  /// about to start has copies of all sockets, closed ones too, until it has become its program. The daemon itself has
  /// one thread and waits for that.
  func serve(_ routes: [(String, [ProbeService])], patient: Bool = false) throws {
    let routes = try routes.map {
      Route(try InternetAddress($0.0.replacingOccurrences(of: ":*", with: ":\(port)")), $0.1)
    }
    for _ in 0..<1000 {
      do throws(ListenFailure) {
        return try server.serve(routes, now: loop.now)
      } catch {
        guard patient, error.reason.isAddressInUse else { throw error }
        sched_yield()
      }
    }
    Issue.record("the address stays in use")
  }

  func service(_ agentSend: String? = nil, _ notice: Notice? = nil, allow: AddressSet? = nil) -> ProbeService {
    ProbeService(agentSend: agentSend.map { Array($0.utf8) }, place: 0, notice: notice ?? self.notice, allow: allow)
  }

  func prober(_ address: IPAddress = loopback, saying text: String = "") throws -> Prober {
    try Prober(to: address, port: port, saying: text)
  }

  func run(until condition: () -> Bool, at location: SourceLocation = #_sourceLocation) throws {
    try loop.run(until: condition, at: location)
  }

  /// What a prober is told up to the end.
  func reply(to prober: Prober, at location: SourceLocation = #_sourceLocation) throws -> String {
    try run(
      until: {
        prober.read()
        return prober.hasEnded || prober.wasReset
      }, at: location)
    #expect(!prober.wasReset, sourceLocation: location)
    return prober.received
  }
}

extension ProbePlace: ExpressibleByStringLiteral {
  /// As it is written into the record: `:9999`, `:9999 silent`, `127.0.0.1:9999 saying web`.
  public init(stringLiteral text: String) {
    let bytes = Array(text.utf8)
    var cursor = Cursor()
    guard let place = ProbePlace(bytes.span, &cursor), cursor.isAtEnd(of: bytes.span) else { fatalError(text) }
    self = place
  }
}
