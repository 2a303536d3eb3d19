import Foundation
import Testing

@testable import Kernel

@Suite struct DescriptorTests {
  @Test func aPipeCarriesBytesUntilItEnds() throws {
    let reading: Descriptor
    var buffer = [UInt8](repeating: 0, count: 16)
    do {
      let pipe = try Kernel.Pipe()
      reading = try pipe.reading.dup()
      #expect(try reading.read(into: &buffer) == .wouldBlock)
      #expect(try pipe.writing.write(bytes("abc").span) == .done(3))
      #expect(try reading.read(into: &buffer, at: 1) == .done(3))
      #expect(text(buffer[1..<4]) == "abc")
    }
    #expect(try reading.read(into: &buffer) == .ended)
  }

  @Test func droppingADescriptorClosesIt() throws {
    let pipe = try Kernel.Pipe()
    let number: Int32
    do {
      let copy = try pipe.writing.dup()
      number = copy.number
      #expect(fcntl(number, F_GETFD) == FD_CLOEXEC)
    }
    #expect(fcntl(number, F_GETFD) == -1)
  }

  @Test func theEndOfAFileIsAnOutcome() throws {
    let directory = try TemporaryDirectory()
    let file = try File.open(try directory.file("f", "abc"), for: .reading)
    var buffer = [UInt8](repeating: 0, count: 2)
    #expect(try file.pread(into: &buffer, from: 1) == .done(2))
    #expect(text(buffer[...]) == "bc")
    #expect(try file.pread(into: &buffer, from: 3) == .ended)
    #expect(try file.read(into: &buffer) == .done(2))
    #expect(text(buffer[...]) == "ab")
  }

  @Test func aWrongUseIsAnErrorWithItsCall() throws {
    let directory = try TemporaryDirectory()
    let file = try File.open(try directory.file("f", ""), for: .reading)
    let error = #expect(throws: SystemError.self) { try file.write(bytes("x").span) }
    #expect(error.map { "\($0)" } == "write: Bad file descriptor")
    #expect(error?.code == EBADF)
  }

  @Test func sendingToNobodyIsAnOutcome() throws {
    let pair = try Socket.pair()
    #expect(try pair.near.send(bytes("one").span) == .done(3))
    pair.far.shutdown(.both)
    #expect(try pair.near.send(bytes("two").span) == .reset)
  }

  @Test func writingNowNeverWaits() throws {
    let pipe = try Kernel.Pipe()
    let line = [UInt8](repeating: 0x61, count: Descriptor.atomicLimit)
    var written = 0
    while pipe.writing.writeNow(line.span) { written += line.count }
    #expect(written >= 65536)
    var buffer = [UInt8](repeating: 0, count: written)
    #expect(try pipe.reading.read(into: &buffer) == .done(written))
    #expect(pipe.writing.writeNow(line.span) == true)
  }

  @Test func writingNowToNobodyFails() throws {
    SignalDescriptor.ignoreFailedWrites()
    let writing: Descriptor
    do { writing = try Kernel.Pipe().writing.dup() }
    let line = bytes("x")
    #expect(writing.writeNow(line.span) == false)
  }
}
