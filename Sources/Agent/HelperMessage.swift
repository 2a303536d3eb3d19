// What this program and its helper say to each other: records of bytes, each sent and received as one. Both ends are the
// same program, so there is no version; integers are little-endian.
//
//     question    generation 4   number 4   operation 2   payload 4   path, up to the end
//     payload     so many bytes as the question says; no record where it says 0
//     answer      generation 4   number 4   operation 2   error 4   payload 4   what was found out, up to the end
//     payload     so many bytes as the answer says, in as many records as they need
//
// What they find out, in 8 bytes each:
//
//     statvfs          blockSize, blocks, freeBlocks, availableBlocks, inodes, freeInodes, isReadOnly
//     stat             size, age in nanoseconds
//     count, oldest    entries, whether these are all, age of the oldest in nanoseconds
//     read             the bytes themselves
//     listeners        see `ListenerRecord`
//     processes        see `ProcessRecord`, as of pidfile
//     readRuleFile     in the payload: a byte for what there is, and its bytes
//     matchRuleFiles   in the payload: the names, a NUL behind each
//     getgrnam         the number

import Kernel
public import Metrics
public import Rules

/// A call that can hang, so that the helper makes it.
public enum HelperOperation: UInt16, Sendable {
  /// How full is the file system on which the path lies? statvfs
  case statvfs = 1
  /// Replaces the file's contents by the payload, durably and in one step. open, write, fsync, rename
  case replaceFile = 2
  /// The beginning of a regular file, at most `HelperAnswer.largestContents`. Nothing else is opened: a FIFO has another
  /// reader, and opening a device can move it. stat, open, read
  case read = 3
  /// How large is the file, and how old? stat
  case stat = 4
  /// How many entries has the directory? readdir
  case count = 5
  /// As `count`, and how old is the oldest of them? readdir, lstat of each
  case oldest = 6
  /// Appends the payload to the file, durably, or nothing of it. open, write, fdatasync
  case appendFile = 20
  /// Makes the file the older one of two generations. rename
  case rotateFile = 21
  /// As `read`, from the offset on that is the payload. open, pread
  case readFile = 22
  /// What is in a rule file? open, fstat, pread
  case readRuleFile = 7
  /// Which files match the path, a pattern? glob
  case matchRuleFiles = 8
  /// Which number has the group whose name is in place of a path? getgrnam
  case getgrnam = 10
  /// The listeners of the payload; the path is the folder of the lists of sockets. sock_diag, or open and read
  case listeners = 9
  /// Replaces the file's contents by the payload, in one step, for everybody to read. Not durably: what is written every few
  /// seconds need not survive a loss of power, and a disk should not be kept awake for it. open, write, rename
  case publishFile = 11
  /// Takes the file away; it may be gone already. unlink
  case removeFile = 12
  /// The processes of the payload's names; the path is the root of their file system. readdir, open, read
  case processes = 18
  /// The process whose number stands in the file. As `read`, then as `processes`; fails with EBADMSG where it holds
  /// something else.
  case pidfile = 19

  /// Whether an answer can be longer than `HelperAnswer.largest`.
  var answersAtLength: Bool {
    switch self {
    case .read, .listeners, .readFile, .processes: true
    case .statvfs, .replaceFile, .stat, .count, .oldest, .pidfile, .readRuleFile, .matchRuleFiles, .getgrnam,
      .appendFile, .rotateFile, .publishFile, .removeFile:
      false
    }
  }

  /// The C function that is called, or that stands for those that are.
  var call: StaticString {
    switch self {
    case .statvfs: "statvfs"
    case .replaceFile, .appendFile, .publishFile: "write"
    case .removeFile: "unlink"
    case .rotateFile: "rename"
    case .read, .readFile: "read"
    case .stat: "stat"
    case .count, .oldest: "readdir"
    case .listeners, .processes, .pidfile: "read"
    case .readRuleFile: "read"
    case .matchRuleFiles: "glob"
    case .getgrnam: "getgrnam"
    }
  }
}

/// What came of a question.
///
/// Bytes are those of the record that has come: whoever needs them later copies them.
public enum HelperResult: Sendable {
  /// How full a file system is.
  case fileSystem(FileSystemStatus)
  /// A file is replaced or taken away, is longer, or has another name.
  case replaced
  /// What stands in a file.
  case contents(ArraySlice<UInt8>)
  /// What is known of a file.
  case file(FileFacts)
  /// What is known of a directory's entries.
  case directory(DirectoryFacts)
  /// What is known of listeners, as `ListenerRecord` has it.
  case listeners(ArraySlice<UInt8>)
  /// What is known of processes, as `ProcessRecord` has it.
  case processes(ArraySlice<UInt8>)
  /// What was to be read is no regular file.
  case notRegular
  /// What is in a rule file.
  case ruleFile(FileContents)
  /// The files that match a pattern, sorted bytewise.
  case ruleFiles([String])
  /// A group has this number.
  case group(UInt32)
  /// The call has failed.
  case failed(SystemError)
  /// The call has not come back in time.
  case timedOut
  /// The helper could not be started, or something has ended it.
  case lost
}

/// A question on its way.
struct HelperQuestion {
  /// The head, and a path of one byte more than the kernel takes: what is longer is cut and still too long.
  static let largest = 14 + 4097
  /// The longest payload: one record.
  static let largestPayload = HelperAnswer.largestRecord

  var generation: UInt32
  var number: UInt32
  var operation: HelperOperation
  var path: String
  /// What follows as a record of its own. Zeros until it has come.
  var payload: [UInt8]

  func write(to bytes: inout [UInt8]) {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(little: generation)
    bytes.append(little: number)
    bytes.append(little: operation.rawValue)
    bytes.append(little: UInt32(payload.count))
    bytes.append(contentsOf: path.utf8)
  }

  init(generation: UInt32, number: UInt32, operation: HelperOperation, path: String, payload: [UInt8] = []) {
    self.generation = generation
    self.number = number
    self.operation = operation
    self.path = path
    self.payload = payload
  }

  init?(_ bytes: Span<UInt8>) {
    var reader = RecordReader()
    guard let generation: UInt32 = reader.next(in: bytes), let number: UInt32 = reader.next(in: bytes),
      let code: UInt16 = reader.next(in: bytes), let operation = HelperOperation(rawValue: code),
      let payload: UInt32 = reader.next(in: bytes), payload <= Self.largestPayload
    else { return nil }
    var path: [UInt8] = []
    for index in reader.offset..<bytes.count { path.append(bytes[index]) }
    self.init(
      generation: generation, number: number, operation: operation, path: String(decoding: path, as: UTF8.self),
      payload: [UInt8](repeating: 0, count: Int(payload)))
  }
}

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
    return overflow ? .max : whole + UInt64(attoseconds / 1_000_000_000)
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

/// Takes integers out of a record, one after the other.
struct RecordReader {
  private(set) var offset: Int

  init(offset: Int = 0) { self.offset = offset }

  mutating func next<Integer: FixedWidthInteger & UnsignedInteger>(in bytes: Span<UInt8>) -> Integer? {
    let width = Integer.bitWidth / 8
    guard bytes.count - offset >= width else { return nil }
    var value: Integer = 0
    for index in stride(from: offset + width - 1, through: offset, by: -1) {
      value = value << 8 | Integer(bytes[index])
    }
    offset += width
    return value
  }
}

extension RecordReader {
  /// The next bytes, so many.
  mutating func bytes(_ count: Int, in bytes: Span<UInt8>) -> [UInt8]? {
    guard bytes.count - offset >= count else { return nil }
    defer { offset += count }
    return (offset..<offset + count).map { bytes[$0] }
  }
}

extension [UInt8] {
  mutating func append<Integer: FixedWidthInteger & UnsignedInteger>(little value: Integer) {
    for shift in stride(from: 0, to: Integer.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
  }
}

extension HelperQuestion {
  /// The payload that is an offset.
  static func payload(_ offset: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(little: UInt64(offset))
    return bytes
  }

  /// The offset that is the payload; 0 where there is none.
  var offset: Int {
    var reader = RecordReader()
    let value: UInt64? = reader.next(in: payload.span)
    return value.flatMap { Int(exactly: $0) } ?? 0
  }
}
