// Asking over a connection: the name is looked up if there is one, the addresses are tried one after the other, something is
// sent, and what comes back is handed to whoever knows what to make of it.

import Kernel
import Metrics
import Text

/// One connection. Subclasses know what to say and what to listen for.
class ConnectionAttempt: Attempt, ReadyHandler, CommandClient {
  private static let pieceBytes = 16_384

  private let destination: Destination
  private let request: [UInt8]
  private let starter: Starter
  private let loop: EventLoop
  private var lookup: CommandRun?
  private var addresses: ArraySlice<IPAddress> = []
  private var port: UInt16 = 0
  private var wire: Wire?
  private var isConnected = false
  private var sent = 0
  private var buffer: [UInt8] = []

  /// Where to connect to, and what to send.
  init(
    _ destination: Destination, saying request: [UInt8], by starter: Starter, _ loop: EventLoop, owner: any AttemptOwner
  ) {
    self.destination = destination
    self.request = request
    self.starter = starter
    self.loop = loop
    super.init(owner: owner)
  }

  /// The connection is made.
  func connected(_ now: Duration) {}
  /// All has been sent.
  func allSent(_ now: Duration) {}
  /// Something has come.
  func take(_ bytes: Span<UInt8>, _ now: Duration) {}
  /// Nothing more will come.
  func inputEnded(_ now: Duration) {}

  override var lingers: Bool { lookup?.isRunning ?? false }

  override var occupation: String {
    if lookup?.isRunning == true { return "looking up '\(destination)'" }
    return isConnected ? "waiting for an answer" : "connecting"
  }

  override func begin(_ now: Duration) {
    do throws(SystemError) {
      switch destination {
      case .address(let address, let port):
        addresses = [address]
        self.port = port
        connectNext(now)
      case .name(let name, let port):
        self.port = port
        if name.utf8.map({ $0.lowercased }).elementsEqual("localhost".utf8) {
          // No name server is asked for this one: RFC 6761.
          addresses = [.v4(0x7F00_0001), .v6(0, 1)]
          connectNext(now)
        } else {
          lookup = try CommandRun(
            [LookupProcess.argument, "\(ThisProcess.identifier)", name], by: starter, loop, client: self)
        }
      case .unix(let path):
        try open(Wire(try Socket.connect(toPath: path), loop), now)
      }
    } catch {
      finish(.failed(error.message.sentenceStart), now)
    }
  }

  override func release() {
    lookup?.kill()
    wire?.cut()
    wire = nil
    buffer = []
  }

  /// The name has been looked up.
  func ended(_ run: CommandRun, _ end: CommandRun.End, now: Duration) {
    addresses = LookupProcess.addresses(in: run.text)[...]
    guard end == .exited(0), !addresses.isEmpty else {
      let words = String(decoding: run.text.prefix { !$0.isLineEnd }, as: UTF8.self)
      return finish(.failed(words.isEmpty ? "the name cannot be looked up" : words.sentenceStart), now)
    }
    connectNext(now)
  }

  /// Tries the next address. The last one's failure is that of the attempt.
  private func connectNext(_ now: Duration) {
    var failure: SystemError?
    while let address = addresses.popFirst() {
      do throws(SystemError) {
        switch try Socket.connect(to: address, port: port) {
        case .connected(let descriptor): return try open(Wire(descriptor, loop), now)
        case .underWay(let descriptor):
          let wire = Wire(descriptor, loop)
          try wire.await(.writable, by: self)
          self.wire = wire
          return
        }
      } catch {
        failure = error
      }
    }
    finish(.failed(failure?.message.sentenceStart ?? "no address"), now)
  }

  private func open(_ wire: Wire, _ now: Duration) throws(SystemError) {
    self.wire = wire
    isConnected = true
    buffer = [UInt8](repeating: 0, count: Self.pieceBytes)
    try wire.await(request.isEmpty ? .readable : [.readable, .writable], by: self)
    connected(now)
  }

  /// The connection is decided, or can be written to or read from.
  final func ready(_ tag: Int, _ events: Events, now: Duration) {
    guard let wire else { return }
    do throws(SystemError) {
      guard isConnected else { return try decide(wire, now) }
      if sent < request.count { try send(wire, now) }
      guard !isOver, !events.isDisjoint(with: [.readable, .hangUp, .error]) else { return }
      switch try wire.descriptor.recv(into: &buffer) {
      case .done(let count):
        let bytes = buffer
        take(bytes.span.extracting(0..<count), now)
      case .wouldBlock: break
      case .ended: inputEnded(now)
      case .reset: finish(.failed("connection reset by the other side"), now)
      }
    } catch {
      finish(.failed(error.message.sentenceStart), now)
    }
  }

  private func decide(_ wire: Wire, _ now: Duration) throws(SystemError) {
    do throws(SystemError) {
      try Socket.outcome(of: wire.descriptor)
    } catch {
      wire.cut()
      self.wire = nil
      guard !addresses.isEmpty else { throw error }
      return connectNext(now)
    }
    try open(wire, now)
  }

  private func send(_ wire: Wire, _ now: Duration) throws(SystemError) {
    let rest = Array(request[sent...])
    switch try wire.descriptor.send(rest.span) {
    case .done(let count): sent += count
    case .wouldBlock: return
    // It takes nothing more. What it has said, or says still, is to be read.
    case .ended, .reset: return try wire.await(.readable, by: self)
    }
    guard sent == request.count else { return }
    try wire.await(.readable, by: self)
    allSent(now)
  }
}
