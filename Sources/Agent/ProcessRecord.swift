// Processes on their way to the helper and back. A question for names has for each
//
//     whether open files are wanted 1   length 2   name
//
// a question for a process whose number is in a file: whether open files are wanted 1, root of the process file system;
// and an answer, for each: count, ticks, identity, moment in nanoseconds, pages, threads, age in nanoseconds, files, their
// limit, error; 8 bytes each.

import Metrics

/// How processes are written.
enum ProcessRecord {
  /// As many as an answer has room for.
  static let most = HelperAnswer.largestContents / bytesOfAnswer
  private static let bytesOfAnswer = 80
  /// As much of a name as is asked for, so that all of them fit into a question: longer than any file's name.
  static let longestName = 256

  static func write(_ questions: [ProcessQuestion]) -> [UInt8] {
    var bytes: [UInt8] = []
    for question in questions {
      bytes.append(question.wantsFiles ? 1 : 0)
      let name = question.name.prefix(longestName)
      bytes.append(little: UInt16(name.count))
      bytes.append(contentsOf: name)
    }
    return bytes
  }

  static func questions(in bytes: Span<UInt8>) -> [ProcessQuestion]? {
    var reader = RecordReader()
    var questions: [ProcessQuestion] = []
    while reader.offset < bytes.count {
      guard let wantsFiles: UInt8 = reader.next(in: bytes), let length: UInt16 = reader.next(in: bytes),
        let name = reader.bytes(Int(length), in: bytes)
      else { return nil }
      questions.append(ProcessQuestion(name, wantsFiles: wantsFiles == 1))
    }
    return questions
  }

  static func write(root: String, wantsFiles: Bool) -> [UInt8] { [wantsFiles ? 1 : 0] + Array(root.utf8) }

  static func rootAndFiles(in bytes: [UInt8]) -> (root: String, wantsFiles: Bool) {
    (String(decoding: bytes.dropFirst(), as: UTF8.self), bytes.first == 1)
  }

  static func write(_ facts: [ProcessFacts], to bytes: inout [UInt8]) {
    for one in facts {
      for value in [
        one.count, one.ticks, one.identity, one.moment.nanoseconds, one.residentPages, one.threads, one.age.nanoseconds,
        one.openFiles, one.openFilesLimit, UInt64(UInt32(bitPattern: one.openFilesError)),
      ] { bytes.append(little: value) }
    }
  }

  /// The answer at a place of a record of answers.
  static func facts(at place: Int, in bytes: Span<UInt8>) -> ProcessFacts? {
    guard bytes.count >= (place + 1) * bytesOfAnswer else { return nil }
    var reader = RecordReader(offset: place * bytesOfAnswer)
    func next() -> UInt64 { reader.next(in: bytes) ?? 0 }
    var facts = ProcessFacts()
    facts.count = next()
    facts.ticks = next()
    facts.identity = next()
    facts.moment = Duration(nanoseconds: next())
    facts.residentPages = next()
    facts.threads = next()
    facts.age = Duration(nanoseconds: next())
    facts.openFiles = next()
    facts.openFilesLimit = next()
    facts.openFilesError = Int32(truncatingIfNeeded: next())
    return facts
  }
}
