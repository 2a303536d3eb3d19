// The helper: this same program, executed anew with one connection to the one that started it. It makes the calls that
// can hang, one after the other, and if it hangs, nobody waits for it.

import Kernel
import Metrics
import Rules

/// The life of a helper.
public enum HelperProcess {
  /// The first argument by which this program is told to be a helper.
  public static let argument = "helper"

  /// Answers questions until the other side is gone. Nothing may have happened in this process before.
  public static func run() -> Never {
    // A helper that hangs when its parent ends is ended by the kernel; one that waits for questions reads the end.
    ThisProcess.dieWithParent()
    let connection = Descriptor(inherited: .extra)
    // One whose parent was gone before the line above is on its own: what it would write now could be older than what
    // the next daemon has written.
    if connection.isAbandoned { ThisProcess.exit(0) }
    var question = [UInt8](repeating: 0, count: HelperQuestion.largest)
    var answer: [UInt8] = []
    var processes: ProcessSearch?
    do throws(SystemError) {
      while case .done(let count) = try connection.recv(into: &question) {
        guard var asked = HelperQuestion(question.span.extracting(0..<count)) else { break }
        if !asked.payload.isEmpty {
          let expected = asked.payload.count
          guard case .done(expected) = try connection.recv(into: &asked.payload) else { break }
        }
        let found = HelperAnswer(to: asked, perform(asked, &processes))
        found.write(to: &answer)
        guard case .done = try connection.send(answer.span), try send(found.payload, over: connection) else { break }
      }
    } catch {}
    ThisProcess.exit(0)
  }

  /// Sends a payload in as many records as it needs. Whether the other side is there to take it.
  private static func send(_ payload: [UInt8], over connection: borrowing Descriptor) throws(SystemError) -> Bool {
    for start in stride(from: 0, to: payload.count, by: HelperAnswer.largestRecord) {
      let end = min(start + HelperAnswer.largestRecord, payload.count)
      guard case .done = try connection.send(payload.span.extracting(start..<end)) else { return false }
    }
    return true
  }

  private static func perform(_ question: HelperQuestion, _ processes: inout ProcessSearch?) -> HelperResult {
    do throws(SystemError) {
      switch question.operation {
      case .statvfs: return .fileSystem(try File.statvfs(question.path))
      case .replaceFile:
        try File.replace(question.path, with: question.payload.span, mode: 0o600)
        return .replaced
      case .publishFile:
        try File.replace(question.path, with: question.payload.span, mode: 0o644, durably: false)
        return .replaced
      case .removeFile:
        try unlessMissing { () throws(SystemError) in try File.unlink(question.path) }
        return .replaced
      case .read: return try read(question.path)
      case .appendFile:
        try File.append(question.payload.span, to: question.path, mode: 0o600)
        return .replaced
      case .rotateFile:
        // Somebody has made room on a full disk: there is nothing to be made the older one, and the next write begins anew.
        try unlessMissing { () throws(SystemError) in
          try File.rename(question.path, to: question.path + File.olderSuffix)
        }
        return .replaced
      case .readFile: return try read(question.path, from: question.offset)
      case .stat:
        let status = try File.stat(question.path)
        return .file(FileFacts(size: UInt64(max(status.size, 0)), age: age(of: status)))
      case .count: return .directory(try look(into: question.path, forOldest: false))
      case .listeners:
        guard let questions = ListenerRecord.questions(in: question.payload.span) else { ThisProcess.exit(0) }
        var record: [UInt8] = []
        ListenerRecord.write(try ListenerSearch.facts(questions, tables: question.path), to: &record)
        return .listeners(record[...])
      case .processes:
        guard let questions = ProcessRecord.questions(in: question.payload.span) else { ThisProcess.exit(0) }
        // What it remembers makes the next look cheap.
        if processes?.isSearch(for: questions, below: question.path) != true {
          processes = try ProcessSearch(questions, below: question.path)
        }
        return answer(try processes!.look())
      case .pidfile:
        return try lookAtProcess(question)
      case .oldest: return .directory(try look(into: question.path, forOldest: true))
      case .readRuleFile:
        return .ruleFile(DiskFiles().contents(of: question.path, limit: RuleLoading.fileLimit))
      case .matchRuleFiles:
        return .ruleFiles(DiskFiles().matches(of: question.path))
      case .getgrnam: return .group(try UserGroup.getgrnam(question.path))
      }
    } catch {
      return .failed(error)
    }
  }

  /// Does something with a file that may be gone already.
  private static func unlessMissing(_ action: () throws(SystemError) -> Void) throws(SystemError) {
    do throws(SystemError) {
      try action()
    } catch {
      guard error.isNoSuchFile else { throw error }
    }
  }

  private static func lookAtProcess(_ question: HelperQuestion) throws(SystemError) -> HelperResult {
    let number: Int?
    do throws(SystemError) {
      guard case .contents(let contents) = try read(question.path) else { return .notRegular }
      number = ProcessIdentifierFile.number(in: contents.span)
    } catch {
      // Programs take their file away when they end.
      guard error.isNoSuchFile else { throw error }
      return answer([.none])
    }
    guard let number else { return .failed(.badMessage) }
    let (root, wantsFiles) = ProcessRecord.rootAndFiles(in: question.payload)
    return answer([try ProcessSearch([], below: root).process(number, wantsFiles: wantsFiles)])
  }

  private static func answer(_ facts: [ProcessFacts]) -> HelperResult {
    var record: [UInt8] = []
    ProcessRecord.write(facts, to: &record)
    return .processes(record[...])
  }

  /// The beginning of a regular file. Nothing else is ever opened.
  private static func read(_ path: String) throws(SystemError) -> HelperResult {
    guard try File.stat(path).kind == .regular else { return .notRegular }
    let file = try File.open(path, for: .reading)
    guard try file.stat().kind == .regular else { return .notRegular }
    var bytes = [UInt8](repeating: 0, count: HelperAnswer.largestContents)
    var count = 0
    while count < bytes.count, case .done(let more) = try file.read(into: &bytes, at: count) { count += more }
    return .contents(bytes[..<count])
  }

  /// A part of a file of ours.
  private static func read(_ path: String, from offset: Int) throws(SystemError) -> HelperResult {
    let file = try File.open(path, for: .reading)
    var bytes = [UInt8](repeating: 0, count: HelperAnswer.largestContents)
    guard case .done(let count) = try file.pread(into: &bytes, at: 0, from: offset) else { return .contents([]) }
    return .contents(bytes[..<count])
  }

  /// Looks at so many entries of a directory, and whether there are more.
  static func look(
    into path: String, forOldest: Bool, most: Int = DirectoryFacts.mostEntries
  ) throws(SystemError) -> DirectoryFacts {
    var directory = try Directory(path)
    var facts = DirectoryFacts(entries: 0, isWhole: true, oldest: .zero)
    while try directory.next() {
      guard facts.entries < most else {
        facts.isWhole = false
        break
      }
      facts.entries += 1
      // What is gone by now has been taken away meanwhile.
      if forOldest, let status = try? directory.stat() { facts.oldest = max(facts.oldest, age(of: status)) }
    }
    return facts
  }

  private static func age(of status: FileStatus) -> Duration { max(Clock.wall() - status.modified, .zero) }
}
