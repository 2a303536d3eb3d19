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
  /// Makes the file the older one of two generations; it may be gone already. rename
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
