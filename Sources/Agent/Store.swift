// What outlives the process: a few small documents in a folder of this daemon's own, each written whole by a helper
// process, since fsync can take seconds on a busy disk and for ever on a dead one.
//
// The folder is looked at, and documents are read, by this process itself, like the rule file: at the start nobody is
// served yet, and nothing may be said before it is known who is owed what.

import Kernel

/// The folder of all documents.
public final class Store {
  /// Where a package makes one.
  public static let installed = "/var/lib/agentcheckd"
  /// How long a disk may take. What it has not done by then is asked of it again later.
  private static let timeout = Duration.seconds(10)
  /// How long after a failure it is tried again.
  private static let pause = Duration.seconds(10)
  /// How long a helper without work is kept: one write is often followed by another.
  private static let leisure = Duration.seconds(1)

  /// The folder.
  let path: String
  fileprivate let loop: EventLoop
  fileprivate let log: Log
  let helpers: Helpers
  /// Where it is noted what cannot be written.
  fileprivate let failures: WriteFailures
  /// Open for the claim on it, which ends when this process does.
  private let folder: Descriptor
  private let retryTimer: TimerIndex
  private var documents: [Document] = []

  /// The store in a folder: the one that was asked for; else systemd's `STATE_DIRECTORY`; else the installed one. Absent
  /// where that cannot be used; the log has been told why, and `failures`, unless nobody has asked for one. `program` is
  /// what helpers are.
  convenience init?(
    in asked: String?, loop: EventLoop, log: Log, failures: WriteFailures = WriteFailures(),
    program: String = "/proc/self/exe"
  ) {
    // systemd separates several folders by colons, and ours comes first.
    let given =
      asked ?? ThisProcess.environment("STATE_DIRECTORY").flatMap { $0.split(separator: ":").first.map(String.init) }
    let path = given ?? Self.installed
    var reason = "another agentcheckd uses it"
    do throws(SystemError) {
      let folder = try File.open(path, for: .directory)
      try File.checkWritable(directory: path)
      if try folder.claim() {
        self.init(at: path, folder, loop: loop, log: log, failures: failures, program: program)
        return
      }
    } catch {
      reason = error.message.sentenceStart
    }
    let message = "\(path): \(reason): after a restart it is not known what was said before"
    // Whoever tries the program by hand has no such folder, and need not have one.
    if given == nil {
      log.notice(message)
    } else {
      log.warning(message)
      _ = failures.begin(path, reason, .state, loop.now)
    }
    return nil
  }

  private init(
    at path: String, _ folder: consuming Descriptor, loop: EventLoop, log: Log, failures: WriteFailures,
    program: String
  ) {
    self.path = path
    self.folder = folder
    self.loop = loop
    self.log = log
    self.failures = failures
    // Helpers of its own: metrics do not wait for a slow disk, nor the disk for a mount that hangs.
    helpers = Helpers(loop: loop, log: log, program: program)
    retryTimer = loop.makeTimer()
    helpers.timeout = Self.timeout
    helpers.leisure = Self.leisure
    helpers.client = self
    loop.connect(retryTimer, to: self)
  }

  /// The document of this name. To be asked for once.
  func document(_ name: String) -> Document {
    let document = Document(name, in: self)
    documents.append(document)
    return document
  }

  /// How many helper processes there are for it.
  var helperCount: Int { helpers.count }

  /// A document has not been written.
  fileprivate func retryLater(_ now: Duration) { loop.set(retryTimer, at: now + Self.pause) }
}

extension Store: HelperClient {
  /// A document has been written, or has not.
  public func answered(
    _ operation: HelperOperation, _ path: String, _ result: HelperResult, generation: UInt32, now: Duration
  ) {
    documents.first { $0.path == path }?.wrote(result, now)
  }
}

extension Store: TimerHandler {
  /// What could not be written is tried again.
  public func due(_ tag: Int, now: Duration) {
    for document in documents { document.proceed(now) }
  }
}

/// Whose contents a document has.
protocol DocumentOwner: AnyObject {
  /// What shall be remembered now.
  func write(into contents: inout [UInt8])
  /// What is durable has changed, or cannot be changed.
  func documentChanged(_ now: Duration)
}

/// A document: the newest contents win, and at most one write is under way.
final class Document {
  /// The most that it may hold, in bytes: with its seal it fits into one question to the helper.
  static let limit = HelperQuestion.largestPayload - 256

  let path: String
  var owner: (any DocumentOwner)?
  /// Counts what was asked for.
  private(set) var version = 0
  /// The last version that is on the disk.
  private(set) var durableVersion = 0

  private unowned(unsafe) let store: Store
  /// The contents that are on the disk.
  private var durable: [UInt8]?
  private var underWay: (version: Int, contents: [UInt8])?

  fileprivate init(_ name: String, in store: Store) {
    path = "\(store.path)/\(name)"
    self.store = store
  }

  /// Whether all that was asked for is on the disk.
  var isDurable: Bool { durableVersion == version }
  /// Whether the last attempt to write has failed.
  var isFailing: Bool { store.failures.has(path) }

  // MARK: - Reading

  /// The contents that a process before this one has left; absent where there are none. Damaged ones are set aside.
  func read() -> [UInt8]? {
    do throws(SystemError) {
      let file = try File.open(path, for: .reading)
      var bytes: [UInt8] = []
      let count = try file.readWhole(into: &bytes, limit: HelperQuestion.largestPayload)
      guard let contents = Seal.open(Array(bytes[..<count])) else {
        setAside(because: "it is damaged")
        return nil
      }
      durable = contents
      return contents
    } catch {
      if !error.isNoSuchFile { setAside(because: error.message.sentenceStart) }
      return nil
    }
  }

  /// Gives a document that nobody can make sense of another name, for a person to look at.
  func setAside(because reason: String) {
    durable = nil
    let place = path + ".corrupt"
    do throws(SystemError) {
      try File.rename(path, to: place)
      store.log.error("\(path): \(reason): set aside as \(place), and what it remembered is not known")
    } catch {
      store.log.error("\(path): \(reason), and cannot be set aside (\(error)): what it remembered is not known")
    }
  }

  // MARK: - Writing

  /// The owner's contents have changed: they are to be made durable. Returns their version, which may be so already.
  func change(_ now: Duration) -> Int {
    version += 1
    if !isFailing { proceed(now) }
    return version
  }

  /// Writes what is newest, unless a write is under way or there is nothing to be written.
  fileprivate func proceed(_ now: Duration) {
    guard underWay == nil, !isDurable, let owner else { return }
    var contents: [UInt8] = []
    owner.write(into: &contents)
    guard contents != durable else {
      durableVersion = version
      return
    }
    guard contents.count <= Self.limit else { return fail("there is more to remember than \(Self.limit) bytes", now) }
    underWay = (version, contents)
    let question = UInt32(truncatingIfNeeded: version)
    switch store.helpers.ask(.replaceFile, path, payload: Seal.seal(contents), generation: question, now: now) {
    case .underWay: break
    case .hangs:
      underWay = nil
      fail("an earlier write still hangs", now)
    }
  }

  fileprivate func wrote(_ result: HelperResult, _ now: Duration) {
    guard let (version, contents) = underWay else { return }
    underWay = nil
    switch result {
    case .replaced:
      durable = contents
      durableVersion = version
      if store.failures.end(path) { store.log.notice("\(path): written again") }
      proceed(now)
      owner?.documentChanged(now)
    case .failed(let error): fail(error.message.sentenceStart, now)
    case .timedOut: fail("the disk does not answer", now)
    case .lost, .fileSystem, .contents, .file, .directory, .listeners, .processes, .notRegular, .ruleFile, .ruleFiles,
      .group:
      fail("the process that writes it was ended", now)
    }
  }

  /// The old contents, or the new ones, are on the disk: which, is not known where the disk has not answered.
  private func fail(_ reason: String, _ now: Duration) {
    durable = nil
    if store.failures.begin(path, reason, .state, now) {
      store.log.error("cannot write \(path): \(reason): trying again every \(Store.pauseText)")
    }
    store.retryLater(now)
    owner?.documentChanged(now)
  }
}

extension Store {
  fileprivate static var pauseText: String { "\(pause.components.seconds) seconds" }
}
