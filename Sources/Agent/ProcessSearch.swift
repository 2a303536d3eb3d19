// Looking for processes, in the helper: reading /proc/PID/cmdline takes a lock of that process, which one that hangs in the
// kernel may hold, and looking through many takes time that no reply is to wait for.

import Kernel
import Metrics
import Text

/// Looks for the processes of some names, again and again.
final class ProcessSearch {
  private let root: String
  private let questions: [ProcessQuestion]
  private var table: ProcessTable
  private var directory: Directory
  private var text = [UInt8](repeating: 0, count: ProcessSearch.textBytes)

  /// Longer than any line of /proc/PID/stat, and than any path by which a program is called.
  private static let textBytes = 4352

  /// A search in a process file system. Each name is asked for once.
  init(_ questions: [ProcessQuestion], below root: String) throws(SystemError) {
    self.root = root
    self.questions = questions
    directory = try Directory(root)
    // No two helpers begin at the same nanosecond.
    let (seconds, attoseconds) = Clock.monotonic().components
    let identity = UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    table = ProcessTable(questions.map { $0.name }, identity: max(identity, 1))
  }

  /// Whether this is the search for these names there.
  func isSearch(for questions: [ProcessQuestion], below root: String) -> Bool {
    self.questions == questions && self.root == root
  }

  /// Sums for each name.
  func look() throws(SystemError) -> [ProcessFacts] {
    table.begin(uptime: try uptime())
    directory.rewind()
    while try directory.next() {
      guard let number = directory.number else { continue }
      if case .statistics = table.see(number, file: directory.fileNumber) {
        // What cannot be read is gone by now.
        do throws(SystemError) { try read(number) } catch {}
      }
    }
    table.finish(at: Clock.monotonic())
    return table.facts
  }

  private func read(_ number: Int) throws(SystemError) {
    let count = try read("stat", of: number)
    guard let statistics = ProcessStatistics(text.span.extracting(0..<count)) else { return }
    if table.take(statistics, in: text.span.extracting(0..<count)) {
      let count = try read("cmdline", of: number)
      table.take(arguments: text.span.extracting(0..<count))
    }
    table.settle(statistics) { name, facts in
      if questions[name].wantsFiles { addFiles(of: number, to: &facts) }
    }
  }

  /// The process of a number, for a file that names it.
  func process(_ number: Int, wantsFiles: Bool) throws(SystemError) -> ProcessFacts {
    let uptime = try uptime()
    var facts = ProcessFacts()
    facts.moment = Clock.monotonic()
    do throws(SystemError) {
      var count = try read("status", of: number)
      guard ProcessIdentifierFile.isProcess(number, status: text.span.extracting(0..<count)) else { return .none }
      count = try read("stat", of: number)
      guard let statistics = ProcessStatistics(text.span.extracting(0..<count)), !statistics.isZombie else {
        return .none
      }
      facts.add(statistics, uptime: uptime)
      facts.ticks = statistics.ticks
      if wantsFiles { addFiles(of: number, to: &facts) }
      // Another one of the same number has another start.
      facts.identity = UInt64(number) << 40 | statistics.start & 0xFF_FFFF_FFFF
      return facts
    } catch {
      return .none
    }
  }

  private func read(_ name: StaticString, of number: Int) throws(SystemError) -> Int {
    try directory.open(name, of: number).readBeginning(into: &text)
  }

  private func uptime() throws(SystemError) -> Duration {
    let count = try File.open("\(root)/uptime", for: .reading).readBeginning(into: &text)
    let text = text
    var cursor = Cursor()
    // No host is up for longer than a Double counts seconds, and no Duration holds the largest Double.
    return .seconds(min(cursor.decimal(in: text.span.extracting(0..<count)) ?? 0, 0x1p53))
  }

  private func addFiles(of number: Int, to facts: inout ProcessFacts) {
    do throws(SystemError) {
      let path = "\(root)/\(number)/fd"
      // Since Linux 6.2 the size of this folder is their number, which everybody may see.
      var files = try File.stat(path).size
      if files == 0 {
        var folder = try Directory(path)
        while try folder.next() { files += 1 }
      }
      let count = try read("limits", of: number)
      let text = text
      let limit = ProcessLimits.openFiles(in: text.span.extracting(0..<count))
      facts.add(openFiles: UInt64(max(files, 0)), limit: limit)
    } catch {
      // Who has ended meanwhile has no files.
      if !error.isNoSuchFile, !error.isNoSuchProcess { facts.openFilesError = error.code }
    }
  }
}

extension ProcessFacts {
  /// That there is no such process, which is certain.
  static var none: ProcessFacts {
    var facts = ProcessFacts()
    facts.identity = 1
    facts.moment = Clock.monotonic()
    return facts
  }
}

extension Descriptor {
  /// Reads as much as there is room for, from where the file stands.
  borrowing func readBeginning(into bytes: inout [UInt8]) throws(SystemError) -> Int {
    var count = 0
    while count < bytes.count, case .done(let more) = try read(into: &bytes, at: count) { count += more }
    return count
  }
}
