// The metrics as a file, for node_exporter's textfile collector, on hosts where it runs anyway and no port is to be had. A
// helper writes it, since a disk can hang; at the end of the daemon it is taken away, so that nobody takes the last numbers
// for present ones.

import Kernel
import Web

/// The file of metrics.
final class TextFile {
  /// How often it is written: as often as Prometheus usually looks.
  static let beat = Duration.seconds(15)
  /// How long a disk may take.
  private static let timeout = Duration.seconds(10)
  /// How long a helper without work is kept: until the next beat there is none.
  private static let leisure = Duration.seconds(1)

  private let log: Log
  private let loop: EventLoop
  let helpers: Helpers
  private let timer: TimerIndex
  private(set) var path: String?
  private var number: UInt32 = 0
  /// Files that helpers are still at.
  private var underWay = 0
  private var isFailing = false
  /// What there is to write.
  var source: (any Observable)?
  /// Makes a page of it.
  private let write: (Observed) -> MetricsWriter

  /// No file yet. `program` is what helpers are.
  init(loop: EventLoop, log: Log, program: String = "/proc/self/exe", write: @escaping (Observed) -> MetricsWriter) {
    self.loop = loop
    self.log = log
    self.write = write
    // Helpers of its own: metrics do not wait for a slow disk.
    helpers = Helpers(loop: loop, log: log, program: program)
    timer = loop.makeTimer()
    helpers.timeout = Self.timeout
    helpers.leisure = Self.leisure
    helpers.client = self
    loop.connect(timer, to: self)
  }

  /// Whether nothing is being written or removed.
  var isIdle: Bool { underWay == 0 }

  /// From now on it is this file, or none.
  func move(to path: String?, now: Duration) {
    guard path != self.path else { return }
    remove(now)
    self.path = path
    isFailing = false
    loop.set(timer, at: path == nil ? nil : now)
  }

  /// Takes the file away.
  func end(_ now: Duration) { move(to: nil, now: now) }

  private func remove(_ now: Duration) {
    guard let path else { return }
    ask(.removeFile, path, [], now)
  }

  private func update(_ now: Duration) {
    guard let path, let source else { return }
    loop.set(timer, at: now + Self.beat)
    var writer = write(source.observed(at: now))
    guard writer.write(HelperQuestion.largestPayload + 1) else {
      return complain(path, "there are more than \(HelperQuestion.largestPayload) bytes: use 'listen' below 'observe'")
    }
    let page = writer.takeBytes()
    guard page.count <= HelperQuestion.largestPayload else {
      return complain(path, "there are more than \(HelperQuestion.largestPayload) bytes: use 'listen' below 'observe'")
    }
    ask(.publishFile, path, page, now)
  }

  private func ask(_ operation: HelperOperation, _ path: String, _ contents: [UInt8], _ now: Duration) {
    number &+= 1
    // Before asking: the answer may come at once.
    underWay += 1
    if case .hangs = helpers.ask(operation, path, payload: contents, generation: number, now: now) {
      underWay -= 1
      complain(path, "an earlier write still hangs")
    }
  }

  private func complain(_ path: String, _ reason: String) {
    if !isFailing { log.error("cannot write \(path): \(reason): trying again every \(Self.beat.components.seconds) s") }
    isFailing = true
  }
}

extension TextFile: TimerHandler {
  func due(_ tag: Int, now: Duration) { update(now) }
}

extension TextFile: HelperClient {
  /// The file has been written or taken away, or has not.
  func answered(
    _ operation: HelperOperation, _ path: String, _ result: HelperResult, generation: UInt32, now: Duration
  ) {
    underWay -= 1
    switch result {
    case .replaced:
      if isFailing, path == self.path {
        log.notice("\(path): written again")
        isFailing = false
      }
    case .failed(let error): complain(path, error.message.sentenceStart)
    case .timedOut: complain(path, "the disk does not answer")
    default: complain(path, "the process that writes it was ended")
    }
  }
}
