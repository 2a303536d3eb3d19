import Kernel
import Testing

@testable import Agent

/// Those who read the history through the daemon.
@Suite struct HistoryReaderTests {
  @Test func soManyMayRead() throws {
    let site = try ControlSite()
    let history = History(in: nil, loop: site.loop, log: site.reader.log)
    let clients = try (0...History.mostReaders).map { try site.client(of: $0) }
    let readers = try clients.map { HistoryReader(try site.call(of: $0), follows: true, history: history) }
    for reader in readers.dropLast() { #expect(history.begin(reader, site.loop.now)) }
    #expect(!history.begin(readers[History.mostReaders], site.loop.now))
    history.end(readers[0])
    #expect(history.begin(readers[History.mostReaders], site.loop.now))
  }

  @Test(arguments: [0, 1])
  func whoReadsSlowlyIsWaitedFor(beyond: Int) throws {
    let site = try ControlSite()
    let client = try site.client()
    let call = try site.call(of: client)
    let reader = HistoryReader(
      call, follows: false, history: History(in: nil, loop: site.loop, log: site.reader.log))
    call.tell(untilWaiting: HistoryReader.mostBacklog + beyond)
    #expect(reader.hasRoom == (beyond == 0))
    withExtendedLifetime(client) {}
  }
}
