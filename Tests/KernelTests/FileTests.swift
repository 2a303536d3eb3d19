import Foundation
import Testing

@testable import Kernel

@Suite struct FileTests {
  @Test func aWholeFileIsReadIntoABufferThatGrowsOnce() throws {
    let directory = try TemporaryDirectory()
    let contents = String(repeating: "0123456789", count: 2_000)
    let file = try File.open(try directory.file("f", contents), for: .reading)
    var buffer: [UInt8] = []
    #expect(try file.readWhole(into: &buffer, limit: 1 << 20) == 20_000)
    #expect(text(buffer[..<20_000]) == contents)
    let (size, capacity) = (buffer.count, buffer.capacity)
    #expect(try file.readWhole(into: &buffer, limit: 1 << 20) == 20_000)
    #expect((buffer.count, buffer.capacity) == (size, capacity))
  }

  @Test(arguments: [0, 1, 4095, 4096, 4097, 10_000])
  func theLimitIsExact(_ size: Int) throws {
    let directory = try TemporaryDirectory()
    let file = try File.open(try directory.file("f", String(repeating: "x", count: size)), for: .reading)
    var buffer: [UInt8] = []
    #expect(try file.readWhole(into: &buffer, limit: size) == size)
    guard size > 0 else { return }
    for room in [0, size, 2 * size] {
      var buffer = [UInt8](repeating: 0, count: room)
      let error = #expect(throws: SystemError.self) { try file.readWhole(into: &buffer, limit: size - 1) }
      #expect(error?.isTooLarge == true)
    }
  }

  @Test func kernelFilesHaveNoSizeAndAreReadAllTheSame() throws {
    let file = try File.open("/proc/self/status", for: .reading)
    #expect(try file.stat().size == 0)
    var buffer: [UInt8] = []
    let count = try file.readWhole(into: &buffer, limit: 1 << 20)
    #expect(text(buffer[..<count]).hasPrefix("Name:\t"))
  }

  @Test func aPipeWithoutAWriterDoesNotHangUs() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/fifo"
    #expect(mkfifo(path, 0o600) == 0)
    #expect(try File.stat(path).kind == .fifo)
    let fifo = try File.open(path, for: .reading)
    var buffer = [UInt8](repeating: 0, count: 8)
    #expect(try fifo.read(into: &buffer) == .ended)
  }

  @Test func statusIsThatOfTheFile() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("f", "12345")
    var when = timespec(tv_sec: 1_700_000_000, tv_nsec: 250_000_000)
    var times = [when, when]
    #expect(utimensat(AT_FDCWD, path, &times, 0) == 0)
    when.tv_sec = 0
    let status = try File.stat(path)
    #expect(status.kind == .regular)
    #expect(status.size == 5)
    #expect(status.modified == .seconds(1_700_000_000) + .milliseconds(250))
    #expect(try File.open(path, for: .reading).stat() == status)
    #expect(try File.stat(directory.path).kind == .directory)
    #expect(try File.stat("/dev/null").kind == .other)
    #expect(try File.stat(directory.path).number != status.number)
    let error = #expect(throws: SystemError.self) { try File.stat(path + "x") }
    #expect(error?.isNoSuchFile == true)
  }

  @Test func fileSystemsAgreeWithDf() throws {
    let directory = try TemporaryDirectory()
    let status = try File.statvfs(directory.path)
    let process = Process()
    let output = Foundation.Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/df")
    process.arguments = ["--block-size=\(status.blockSize)", "--output=size,itotal", directory.path]
    process.standardOutput = output
    try process.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let numbers = said.split(separator: "\n").last!.split(separator: " ").map { UInt64($0) ?? 0 }
    #expect(numbers == [status.blocks, status.inodes])
    #expect(status.availableBlocks <= status.freeBlocks)
    #expect(status.freeBlocks <= status.blocks)
    #expect(!status.isReadOnly)
    #expect(throws: SystemError.self) { try File.statvfs("/nonexistent") }
  }

  @Test func aFileIsReplacedInOneStep() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("state", "old")
    do {
      let next = try File.open(path + ".new", for: .replacing(mode: 0o600))
      #expect(try next.write(bytes("new").span) == .done(3))
      try next.fsync()
    }
    try File.rename(path + ".new", to: path)
    try File.open(directory.path, for: .directory).fsync()
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    do {
      let log = try File.open(path, for: .appending(mode: 0o600))
      #expect(try log.write(bytes("er").span) == .done(2))
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "newer")
    try File.unlink(path)
    #expect(throws: SystemError.self) { try File.unlink(path) }
    try File.mkdir(directory.path + "/d", mode: 0o700)
    #expect(throws: SystemError.self) { try File.mkdir(directory.path + "/d", mode: 0o700) }
  }
}

@Suite struct FileReplacementTests {
  @Test func aFileIsMadeAndReplaced() throws {
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/f"
    for contents in ["one", "", String(repeating: "two", count: 30_000)] {
      let bytes = Array(contents.utf8)
      try File.replace(path, with: bytes.span, mode: 0o600)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == contents)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["f"])
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
  }

  /// A writer was killed in the midst; or somebody has put a link there.
  @Test func whatStandsInTheWayOfTheUnfinishedFileGoes() throws {
    let directory = try TemporaryDirectory()
    let other = try directory.file("other", "other")
    try FileManager.default.createSymbolicLink(
      atPath: "\(directory.path)/f\(File.unfinishedSuffix)", withDestinationPath: other)
    let path = try directory.file("f", "old")
    let bytes = Array("new".utf8)
    try File.replace(path, with: bytes.span, mode: 0o600)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    #expect(try String(contentsOfFile: other, encoding: .utf8) == "other")
  }

  @Test func aFailureLeavesNothingBehind() throws {
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/folder"
    try FileManager.default.createDirectory(atPath: "\(path)/full", withIntermediateDirectories: true)
    let bytes = Array("new".utf8)
    let error = #expect(throws: SystemError.self) { try File.replace(path, with: bytes.span, mode: 0o600) }
    #expect(error?.description == "rename: Is a directory")
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["folder"])
  }

  @Test func aFolderIsClaimedOnceAndLetGo() throws {
    let directory = try TemporaryDirectory()
    do {
      let first = try File.open(directory.path, for: .directory)
      #expect(try first.claim())
      let second = try File.open(directory.path, for: .directory)
      #expect(try !second.claim())
    }
    let third = try File.open(directory.path, for: .directory)
    #expect(try third.claim())
  }

  @Test func aFolderThatIsNotThereCannotBeWritten() throws {
    let directory = try TemporaryDirectory()
    try File.checkWritable(directory: directory.path)
    let error = #expect(throws: SystemError.self) { try File.checkWritable(directory: directory.path + "/none") }
    #expect(error?.isNoSuchFile == true)
  }
}
