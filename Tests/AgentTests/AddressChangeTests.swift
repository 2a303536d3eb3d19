import Foundation
import Kernel
import Testing
import Text

@testable import Agent

@Suite struct AddressChangeTests {
  @Test func anAddressThatStaysKeepsItsSocketAndItsQueue() throws {
    let site = try Site()
    try site.open(at: ":*")
    let queued = try (0..<50).map { _ in try site.prober() }
    let next = Notice()
    next.hang(Array("10% up\n".utf8))
    try site.serve([(":*", [site.service(nil, next)])])
    #expect(site.server.addresses.map(\.description) == ["0.0.0.0:\(site.port)", "[::]:\(site.port)"])
    for prober in queued { #expect(try site.reply(to: prober) == "10% up\n") }
  }

  @Test func anAddressThatIsNoLongerAskedForIsRefusedButItsQueueIsServed() throws {
    let site = try Site()
    let other = try freePort()
    try site.open(at: "127.0.0.1:*")
    let queued = try (0..<50).map { _ in try site.prober() }
    try site.serve([("127.0.0.1:\(other)", [site.service()])])
    for prober in queued { #expect(try site.reply(to: prober) == "50% up\n") }
    try site.run { (try? site.prober()) == nil }
    #expect(try site.reply(to: try Prober(to: loopback, port: other)) == "50% up\n")
  }

  @Test func anAddressThatCannotBeTakenChangesNothing() throws {
    let site = try Site()
    try site.open(at: "127.0.0.1:*")
    let taken = try Listener(on: loopback, port: 0)
    try taken.listen()
    let other = try freePort()
    let failure = #expect(throws: ListenFailure.self) {
      try site.serve([("127.0.0.1:\(other)", [site.service()]), ("127.0.0.1:\(taken.port)", [site.service()])])
    }
    #expect(failure?.address.port == taken.port)
    #expect(failure?.reason.isAddressInUse == true)
    #expect(site.server.addresses.map(\.port) == [site.port])
    #expect(throws: SystemError.self) { _ = try Prober(to: loopback, port: other) }
    #expect(try site.reply(to: try site.prober()) == "50% up\n")
  }

  @Test func anAddressInsideAnotherOneHasItsOwnServices() throws {
    let site = try Site()
    let exact = Notice()
    exact.hang(Array("10% up\n".utf8))
    try site.serve([(":*", [site.service()]), ("127.0.0.2:*", [site.service(nil, exact)])])
    try site.server.open()
    #expect(try site.reply(to: try site.prober(.v4(0x7F00_0002))) == "10% up\n")
    #expect(try site.reply(to: try site.prober()) == "50% up\n")
    #expect(try site.reply(to: try site.prober(.v6(0, 1))) == "50% up\n")
  }

  @Test func aSecondDaemonIsRefusedBeforeAndAfterAChange() throws {
    let site = try Site()
    try site.open(at: ":*")
    let second = try Site()
    for _ in 0..<2 {
      for address in [":\(site.port)", "127.0.0.1:\(site.port)"] {
        #expect(throws: ListenFailure.self) { try second.serve([(address, [second.service()])]) }
      }
      try site.serve([("127.0.0.1:*", [site.service()])])
    }
  }

  @Test func theOldAddressClosesWhenItsTimeHasCome() throws {
    let site = try Site()
    try site.open(at: ":*")
    try site.serve([("127.0.0.1:*", [site.service()])])
    // Still open, but nobody is served there.
    #expect(try site.reply(to: try site.prober(.v4(0x7F00_0002))) == "")
    #expect(try site.reply(to: try site.prober()) == "50% up\n")
    try site.run { (try? site.prober(.v4(0x7F00_0002))) == nil }
    #expect(try site.reply(to: try site.prober()) == "50% up\n")
  }

  /// Between addresses of which one contains the other, to and fro, while connections wait at every stage: queued,
  /// accepted, asked half. Each of them gets exactly one whole line, of before or after the change.
  @Test(arguments: [
    (["127.0.0.1:*", ":*"], [loopback]),
    (["127.0.0.1:*", "0.0.0.0:*"], [loopback]),
    (["[::1]:*", ":*"], [.v6(0, 1)]),
    (["[::]:*", ":*", "[::1]:*"], [.v6(0, 1)]),
    (["0.0.0.0:*", ":*", "127.0.0.1:*", ":*"], [loopback]),
    ([":*", "127.0.0.1:*,[::1]:*"], [loopback, .v6(0, 1)]),
  ])
  func nobodyIsLostBetweenAnAddressAndItsWildcard(_ addresses: [String], _ peers: [IPAddress]) throws {
    let site = try Site()
    // Half a line is taken for a line after this time: this machine may stop for longer than the usual 200 ms.
    site.server.awaitTime = .seconds(60)
    let lines = (0..<200).map { "\($0 % 100)% up # \($0)\n" }
    var pending: [(prober: Prober, since: Int)] = []
    var complete = 0
    for round in 0..<lines.count {
      let notice = Notice()
      notice.hang(Array(lines[round].utf8))
      let services = [site.service("web", notice)]
      try site.serve(
        addresses[round % addresses.count].split(separator: ",").map { (String($0), services) }, patient: true)
      if round == 0 { try site.server.open() }
      for number in 0..<4 {
        for peer in peers { pending.append((try site.prober(peer, saying: ["web\n", "we"][number % 2]), round)) }
        if number == 1 { try site.loop.turn(waitingAtMost: .zero) }
      }
      if round % 3 == 1 { try site.loop.turn(waitingAtMost: .zero) }
      // Those who have waited through a change say the rest, and are expected to have their answer.
      let due = pending.filter { $0.since < round }
      pending.removeAll { $0.since < round }
      for (number, entry) in due.enumerated() {
        if (number / peers.count) % 2 == 1 { try entry.prober.say("b\n") }
      }
      for entry in due {
        let reply = try site.reply(to: entry.prober)
        #expect(lines[entry.since...round].contains(reply), "\(reply) in round \(round)")
        complete += 1
      }
    }
    #expect(complete == 199 * 4 * peers.count)
    #expect(site.server.counts.unknown == 0)
  }

  @Test func fromTheExactToTheWideAddressTheOldSocketStays() throws {
    let site = try Site()
    try site.open(at: "127.0.0.1:*")
    try site.serve([(":*", [site.service()])])
    #expect(site.server.addresses.map(\.description) == ["127.0.0.1", "0.0.0.0", "[::]"].map { "\($0):\(site.port)" })
    try site.serve([("127.0.0.1:*", [site.service()])])
    #expect(site.server.addresses.map(\.description) == ["127.0.0.1:\(site.port)"])
  }

  /// The same from another thread, so that connections also arrive in the middle of a change.
  @Test func probersThatNeverPauseNoticeNoChange() throws {
    let site = try Site()
    let addresses = ["127.0.0.1:*", ":*", "0.0.0.0:*", ":*"]
    try site.open(at: addresses[0])
    let probers = (0..<3).map { _ in RelentlessProber(port: site.port) }
    for prober in probers { prober.start() }
    for round in 0..<400 {
      try site.serve([(addresses[round % 4], [site.service()])], patient: true)
      for _ in 0..<5 { try site.loop.turn(waitingAtMost: .milliseconds(1)) }
    }
    for prober in probers { prober.stop() }
    try site.run { probers.allSatisfy(\.hasStopped) }
    for prober in probers {
      #expect(prober.failures == [])
      #expect(prober.probes > 100)
    }
  }
}

/// Probes again and again on a thread of its own, with calls that block.
private final class RelentlessProber: @unchecked Sendable {
  private let port: UInt16
  private let lock = NSLock()
  private var isStopping = false
  private var isDone = false
  private(set) var probes = 0
  private(set) var failures: [String] = []

  init(port: UInt16) { self.port = port }

  var hasStopped: Bool { lock.withLock { isDone } }

  func stop() { lock.withLock { isStopping = true } }

  func start() {
    Thread.detachNewThread { [self] in
      while !lock.withLock({ isStopping }) {
        let reply = probe()
        probes += 1
        if reply != "50% up\n" { failures.append(reply) }
      }
      lock.withLock { isDone = true }
    }
  }

  private func probe() -> String {
    let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(connection) }
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    name.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if result != 0 { return "connect: \(errno)" }
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 256)
    while true {
      let count = recv(connection, &buffer, buffer.count, 0)
      if count == 0 { return text }
      if count < 0 { return text + "recv: \(errno)" }
      text += String(decoding: buffer[..<count], as: UTF8.self)
    }
  }
}
