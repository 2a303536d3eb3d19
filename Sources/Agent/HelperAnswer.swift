// What a helper has found out, as the record that it answers with. `HelperMessage.swift` has the format.

import Kernel
import Metrics
import Rules

/// An answer on its way back.
struct HelperAnswer {
  /// The longest answer but for those with the contents of a file, and without its payload.
  static let largest = 256
  /// How much is read of a file: more than any number takes, or any status that a program keeps for others to see.
  static let largestContents = 16_384
  /// The longest answer of all, without its payload.
  static let largestWithContents = 18 + largestContents
  /// The longest record of a payload: well below what a socket's send buffer holds by default, 212,992 bytes.
  static let largestRecord = 131_072
  /// In place of an error number: no regular file.
  private static let notRegular = UInt32.max

  var generation: UInt32
  var number: UInt32
  var operation: HelperOperation
  var result: HelperResult
  /// What goes in records of its own; empty in an answer that has been received.
  private(set) var payload: [UInt8]

  init(to question: HelperQuestion, _ result: HelperResult) {
    generation = question.generation
    number = question.number
    operation = question.operation
    self.result = result
    payload = result.payload
  }

  func write(to bytes: inout [UInt8]) {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(little: generation)
    bytes.append(little: number)
    bytes.append(little: operation.rawValue)
    var code: UInt32 = 0
    if case .failed(let error) = result { code = UInt32(bitPattern: error.code) }
    if case .notRegular = result { code = Self.notRegular }
    bytes.append(little: code)
    bytes.append(little: UInt32(payload.count))
    switch result {
    case .fileSystem(let status):
      for value in [
        status.blockSize, status.blocks, status.freeBlocks, status.availableBlocks, status.inodes, status.freeInodes,
        status.isReadOnly ? 1 : 0,
      ] { bytes.append(little: value) }
    case .contents(let contents), .listeners(let contents), .processes(let contents):
      bytes.append(contentsOf: contents)
    case .file(let facts):
      bytes.append(little: facts.size)
      bytes.append(little: facts.age.nanoseconds)
    case .directory(let facts):
      bytes.append(little: UInt64(facts.entries))
      bytes.append(little: facts.isWhole ? 1 : 0 as UInt64)
      bytes.append(little: facts.oldest.nanoseconds)
    case .group(let number): bytes.append(little: UInt64(number))
    case .replaced, .ruleFile, .ruleFiles, .notRegular, .failed: break
    case .timedOut, .lost: ThisProcess.fail("no helper can say that it does not answer")
    }
  }

  /// The number of bytes that follow an answer as its payload. Absent where this is no answer.
  static func payloadCount(behind bytes: Span<UInt8>) -> Int? {
    var reader = RecordReader(offset: 14)
    let count: UInt32? = reader.next(in: bytes)
    return count.map { Int($0) }
  }

  /// An answer, and all of the payload that follows it.
  init?(_ record: ArraySlice<UInt8>, payload: [UInt8] = []) {
    let bytes = record.span
    var reader = RecordReader()
    guard let generation: UInt32 = reader.next(in: bytes), let number: UInt32 = reader.next(in: bytes),
      let operationCode: UInt16 = reader.next(in: bytes), let operation = HelperOperation(rawValue: operationCode),
      let error: UInt32 = reader.next(in: bytes), let count: UInt32 = reader.next(in: bytes), count == payload.count
    else { return nil }
    self.payload = []
    self.generation = generation
    self.number = number
    self.operation = operation
    guard error != Self.notRegular else {
      result = .notRegular
      return
    }
    guard error == 0 else {
      result = .failed(SystemError(code: Int32(bitPattern: error), call: operation.call))
      return
    }
    switch operation {
    case .replaceFile, .appendFile, .rotateFile, .publishFile, .removeFile:
      result = .replaced
    case .read, .readFile:
      result = .contents(record.dropFirst(reader.offset))
    case .listeners:
      result = .listeners(record.dropFirst(reader.offset))
    case .processes, .pidfile:
      result = .processes(record.dropFirst(reader.offset))
    case .stat:
      guard let size: UInt64 = reader.next(in: bytes), let age: UInt64 = reader.next(in: bytes) else {
        return nil
      }
      result = .file(FileFacts(size: size, age: Duration(nanoseconds: age)))
    case .count, .oldest:
      guard let entries: UInt64 = reader.next(in: bytes), let isWhole: UInt64 = reader.next(in: bytes),
        let oldest: UInt64 = reader.next(in: bytes)
      else { return nil }
      result = .directory(
        DirectoryFacts(
          entries: Int(clamping: entries), isWhole: isWhole != 0, oldest: Duration(nanoseconds: oldest)))
    case .readRuleFile:
      guard let contents = FileContents(payload: payload) else { return nil }
      result = .ruleFile(contents)
    case .matchRuleFiles:
      result = .ruleFiles(payload.split(separator: 0).map { String(decoding: $0, as: UTF8.self) })
    case .getgrnam:
      guard let number: UInt64 = reader.next(in: bytes) else { return nil }
      result = .group(UInt32(truncatingIfNeeded: number))
    case .statvfs:
      var status = FileSystemStatus()
      guard let blockSize: UInt64 = reader.next(in: bytes), let blocks: UInt64 = reader.next(in: bytes),
        let freeBlocks: UInt64 = reader.next(in: bytes), let availableBlocks: UInt64 = reader.next(in: bytes),
        let inodes: UInt64 = reader.next(in: bytes), let freeInodes: UInt64 = reader.next(in: bytes),
        let isReadOnly: UInt64 = reader.next(in: bytes)
      else { return nil }
      status.blockSize = blockSize
      status.blocks = blocks
      status.freeBlocks = freeBlocks
      status.availableBlocks = availableBlocks
      status.inodes = inodes
      status.freeInodes = freeInodes
      status.isReadOnly = isReadOnly != 0
      result = .fileSystem(status)
    }
  }
}

extension Duration {
  /// So long on the wire; less than nothing, as of a file that is dated ahead, is nothing.
  var nanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    // What does not fit into 584 years is as good as that.
    let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carried) = whole.addingReportingOverflow(UInt64(attoseconds / 1_000_000_000))
    return overflow || carried ? .max : sum
  }

  init(nanoseconds: UInt64) {
    self = .seconds(nanoseconds / 1_000_000_000) + .nanoseconds(nanoseconds % 1_000_000_000)
  }
}

extension HelperResult {
  /// What of it does not fit into a record of bounded length.
  fileprivate var payload: [UInt8] {
    switch self {
    case .ruleFile(let contents): contents.payload
    case .ruleFiles(let names): names.flatMap { Array($0.utf8) + [0] }
    case .fileSystem, .replaced, .contents, .file, .directory, .listeners, .processes, .notRegular, .group, .failed,
      .timedOut,
      .lost:
      []
    }
  }
}

extension FileContents {
  fileprivate var payload: [UInt8] {
    switch self {
    case .bytes(let bytes): Self.payload(0, bytes)
    case .missing: Self.payload(1)
    case .directory: Self.payload(2)
    case .unreadable(let why): Self.payload(3, Array(why.utf8))
    }
  }

  // Not a switch over lists: the release build, of 6.3.1 with these flags, takes the last list for all.
  private static func payload(_ code: UInt8, _ rest: [UInt8] = []) -> [UInt8] {
    var payload: [UInt8] = []
    payload.reserveCapacity(1 + rest.count)
    payload.append(code)
    payload += rest
    return payload
  }

  fileprivate init?(payload: [UInt8]) {
    let rest = payload.dropFirst()
    switch payload.first {
    case 0: self = .bytes(Array(rest))
    case 1: self = .missing
    case 2: self = .directory
    case 3: self = .unreadable(String(decoding: rest, as: UTF8.self))
    default: return nil
    }
  }
}
