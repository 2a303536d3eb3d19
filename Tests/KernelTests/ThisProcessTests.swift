import Foundation
import Testing

@testable import Kernel

@Suite struct ThisProcessTests {
  @Test func argumentsAreThoseOfTheProcess() {
    #expect(ThisProcess.arguments() == CommandLine.arguments)
    #expect(ThisProcess.environment("PATH") == ProcessInfo.processInfo.environment["PATH"])
    #expect(ThisProcess.environment("NO SUCH VARIABLE") == nil)
    #expect(ThisProcess.identifier == Int(getpid()))
  }

  @Test func theDescriptorLimitIsRaisedToTheHardOne() {
    let limit = ThisProcess.raiseDescriptorLimit()
    var now = rlimit()
    #expect(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &now) == 0)
    #expect(now.rlim_cur == now.rlim_max)
    #expect(limit == Int(now.rlim_cur))
  }

  @Test func theClockMovesForwardAndLocalTimeIsThatOfTheHost() {
    let one = Clock.monotonic()
    #expect(Clock.monotonic() >= one)
    #expect(abs((Clock.wall() - .seconds(Date().timeIntervalSince1970)) / .seconds(1)) < 5)
    // A moment in winter and one in summer, both sides of any change of the clocks.
    for seconds in [1_704_888_000, 1_720_612_800] {
      let time = LocalTime(.seconds(seconds))
      let fields = Calendar.current.dateComponents(
        [.year, .month, .day, .hour, .minute, .second, .weekday], from: Date(timeIntervalSince1970: Double(seconds)))
      #expect([time.year, time.month, time.day] == [fields.year, fields.month, fields.day])
      #expect([time.hour, time.minute, time.second] == [fields.hour, fields.minute, fields.second])
      #expect(time.weekday == (fields.weekday! + 5) % 7 + 1)
    }
  }

  @Test func signalsAreReadInsteadOfFelt() throws {
    let signals = try SignalDescriptor([.windowChange, .hangUp])
    #expect(try signals.next() == nil)
    // To this thread only: the runner's other threads do not block them.
    #expect(pthread_kill(pthread_self(), SIGHUP) == 0)
    #expect(pthread_kill(pthread_self(), SIGWINCH) == 0)
    #expect(waitReadable(signals.descriptor) == true)
    #expect(Set([try signals.next(), try signals.next()]) == [.hangUp, .windowChange])
    #expect(try signals.next() == nil)
  }

  @Test func errorsSpeakTheKernelsWords() {
    #expect(SystemError(code: EMFILE, call: "accept4").description == "accept4: Too many open files")
    #expect(SystemError.message(4711) == "Unknown error 4711")
  }
}
