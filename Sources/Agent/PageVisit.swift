// One connection over which somebody asks for pages.

import Kernel
import Text
import Web

/// A connection: what has come and is not looked at yet, what is to be sent and has not been.
final class PageVisit {
  /// What it is at. The order is that in which connections give way to others: the last first.
  enum Stage: Int {
    /// Takes its answer.
    case answering
    /// Says what it wants.
    case asking
    /// Has had an answer, and may want another.
    case resting
    /// Has not said anything yet.
    case silent
    /// Has its last answer, and only has to close.
    case leaving
  }

  let descriptor: Descriptor
  let peer: IPAddress
  let audience: PageAudience
  var watch: Watch?
  /// What the loop looks for.
  var events = Events.readable
  private(set) var stage = Stage.silent
  /// When the stage ends, whatever happens.
  private(set) var deadline: Duration

  var parser = RequestParser()
  /// What has come and has not been taken, from `taken` on.
  var input: [UInt8] = []
  var taken = 0

  /// What was asked for and has no answer yet.
  var request: Request?
  private(set) var output: [UInt8] = []
  private var sent = 0
  /// What the rest of the answer is written from.
  private var rest: MetricsWriter?
  private var isInPieces = false
  /// Whether the connection ends with the answer.
  private(set) var closes = false

  init(_ descriptor: consuming Descriptor, from peer: IPAddress, for audience: PageAudience, until deadline: Duration) {
    self.descriptor = descriptor
    self.peer = peer
    self.audience = audience
    self.deadline = deadline
  }

  func enter(_ stage: Stage, until deadline: Duration) {
    self.stage = stage
    self.deadline = deadline
  }

  /// Whether what was asked for, and has no answer yet, costs next to nothing: load balancers and health checks do not wait
  /// for those who read long pages.
  var wantsLittle: Bool {
    guard let path = request?.path else { return false }
    return path != Array("/metrics".utf8) && path != Array("/status".utf8)
  }

  /// Whether an answer is to be written or sent.
  var hasMoreToTell: Bool { !output.isEmpty || rest != nil || request != nil }

  // MARK: - The answer

  /// How much of a long answer is written at a time, and so about how much a slow reader makes us keep.
  static let piece = 16_384

  /// Begins an answer. `isHead` leaves the body out; `isVersion11` allows it to come in pieces.
  func answer(_ page: Page, isHead: Bool = false, isVersion11: Bool, closes: Bool, at wall: Duration) {
    let body: [UInt8]
    var framing: Framing
    self.closes = closes
    isInPieces = false
    switch page.body {
    case .whole(let bytes):
      body = bytes
      framing = .length(bytes.count)
    case .metrics(var writer):
      let isWhole = writer.write(Self.piece)
      body = writer.takeBytes()
      framing = .length(body.count)
      if !isWhole {
        isInPieces = isVersion11
        framing = isVersion11 ? .pieces : .untilEnd
        if !isVersion11 { self.closes = true }
        if !isHead { rest = writer }
      }
    }
    Response(page.status, page.contentType, framing, closes: self.closes).write(at: wall, into: &output)
    if !isHead { append(body) }
  }

  /// Writes on, once all that was written has been sent.
  func writeOn() {
    guard rest != nil else { return }
    let isWhole = rest!.write(Self.piece)
    let bytes = rest!.takeBytes()
    append(bytes)
    if isWhole {
      rest = nil
      if isInPieces { output.append("0\r\n\r\n") }
    }
  }

  private func append(_ bytes: [UInt8]) {
    guard isInPieces else { return output.append(contentsOf: bytes) }
    // An empty piece would be the last one.
    guard !bytes.isEmpty else { return }
    output.append("\(String(bytes.count, radix: 16))\r\n")
    output.append(contentsOf: bytes)
    output.append("\r\n")
  }

  /// Hands to the kernel what it takes.
  func send() throws(SystemError) -> Transfer {
    // The last line of a page that was sent up to its end may be nothing at all.
    guard !output.isEmpty else { return .done(0) }
    let bytes = output
    let transfer = try descriptor.send(bytes.span.extracting(sent..<bytes.count))
    if case .done(let count) = transfer {
      sent += count
      if sent == output.count {
        output.removeAll(keepingCapacity: true)
        sent = 0
      }
    }
    return transfer
  }
}
