import Kernel
import Metrics
import Testing

@testable import Agent

@Suite struct HelperMessageTests {
  @Test func aQuestionIsReadAsItWasWritten() {
    var bytes: [UInt8] = []
    let question = HelperQuestion(generation: .max, number: 7, operation: .statvfs, path: "/srv/größe x")
    question.write(to: &bytes)
    #expect(bytes.prefix(10) == [255, 255, 255, 255, 7, 0, 0, 0, 1, 0])
    let read = HelperQuestion(bytes.span)
    #expect(
      read?.generation == .max && read?.number == 7 && read?.operation == .statvfs && read?.path == "/srv/größe x")
  }

  @Test(arguments: [0, 1, HelperQuestion.largestPayload, HelperQuestion.largestPayload + 1])
  func aPayloadIsAnnounced(_ count: Int) {
    var bytes: [UInt8] = []
    let payload = [UInt8](repeating: 7, count: count)
    HelperQuestion(generation: 1, number: 2, operation: .replaceFile, path: "/f", payload: payload).write(to: &bytes)
    let read = HelperQuestion(bytes.span)
    #expect(read?.payload.count == (count <= HelperQuestion.largestPayload ? count : nil))
    #expect(read.map { $0.path == "/f" } ?? true)
  }

  @Test func anAnswerIsReadAsItWasWritten() throws {
    var status = FileSystemStatus()
    status.blockSize = 4096
    status.blocks = .max
    status.freeBlocks = 1 << 40
    status.availableBlocks = 3
    status.inodes = 5
    status.freeInodes = 4
    status.isReadOnly = true
    var bytes: [UInt8] = []
    let question = HelperQuestion(generation: 2, number: 3, operation: .statvfs, path: "/")
    HelperAnswer(to: question, .fileSystem(status)).write(to: &bytes)
    #expect(bytes.count <= HelperAnswer.largest)
    let found = HelperAnswer(bytes[...])
    let answer = try #require(found)
    #expect(answer.generation == 2 && answer.number == 3)
    guard case .fileSystem(let read) = answer.result else {
      Issue.record("another kind of answer")
      return
    }
    #expect(read == status)
    for length in 0..<bytes.count {
      let cut = bytes[..<length]
      let broken = HelperAnswer(cut[...])
      #expect(broken == nil, "\(length)")
    }
  }

  @Test(
    arguments: [
      (.read, .contents([])), (.read, .contents(Array("0.25\n".utf8)[1...])), (.read, .notRegular),
      (.stat, .file(FileFacts(size: .max, age: .milliseconds(1500)))),
      (.stat, .file(FileFacts(size: 0, age: .seconds(1 << 33)))),
      (.count, .directory(DirectoryFacts(entries: 100_000, isWhole: false, oldest: .zero))),
      (.oldest, .directory(DirectoryFacts(entries: 3, isWhole: true, oldest: .nanoseconds(7)))),
    ] as [(HelperOperation, HelperResult)])
  func whatIsFoundOutArrivesAsItWas(operation: HelperOperation, result: HelperResult) throws {
    var bytes: [UInt8] = []
    let question = HelperQuestion(generation: 2, number: 3, operation: operation, path: "/f")
    HelperAnswer(to: question, result).write(to: &bytes)
    // A place in a larger buffer, as records are received.
    let found = HelperAnswer(([9, 9] + bytes + [9])[2..<2 + bytes.count])
    let answer = try #require(found)
    #expect("\(answer.result)" == "\(result)")
    for length in 0..<14 { #expect(HelperAnswer(bytes[..<length]) == nil, "\(length)") }
  }

  /// Whoever owns a file sets its time, to any second that the file system can hold.
  @Test func noAgeIsTooLong() {
    #expect((Duration.seconds(18_446_744_073) + .nanoseconds(709_551_615)).nanoseconds == .max)
    #expect((Duration.seconds(18_446_744_073) + .nanoseconds(709_551_616)).nanoseconds == .max)
    #expect(Duration.seconds(18_446_744_074).nanoseconds == .max)
    #expect(Duration.seconds(-1).nanoseconds == 0)
  }

  @Test func aFailureKeepsItsNumberAndSaysWhatFailed() throws {
    var bytes: [UInt8] = []
    let question = HelperQuestion(generation: 2, number: 3, operation: .statvfs, path: "/")
    HelperAnswer(to: question, .failed(SystemError(code: 13, call: "statvfs"))).write(to: &bytes)
    guard case .failed(let error)? = HelperAnswer(bytes[...])?.result else {
      Issue.record("another kind of answer")
      return
    }
    #expect(error.description == "statvfs: Permission denied")
  }
}
